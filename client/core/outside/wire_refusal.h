// A refusal of the practice, of a call or of a part of one, in the one error vocabulary.
#pragma once

#include <cstddef>
#include <cstdint>

#include "holdfast/v1/common.pb.h"
#include "rules/errors.h"

namespace holdfast::client {

// The practice's words are shown to people, but only its own kinds of refusal are
// believed: it cannot claim that this device's vault is damaged, or raise an alarm
// that only this device can find. A reason that this version does not know keeps
// its text and gets the nearest reason by status code.
absl::Status FromWire(const v1::Refusal& wire);
// By gRPC's number; one that is none of gRPC's means nothing.
Reason NearestReason(std::uint32_t code);
// At most this much of a text from the network is kept, in bytes.
inline constexpr std::size_t kWireMessageBytesMax = 512;

}  // namespace holdfast::client
