// What a finished call says, in the one error vocabulary.
#pragma once

#include <grpcpp/support/status.h>

#include <string>

#include "absl/status/status.h"

namespace holdfast::client {

// The practice's words are shown to people, but only its own kinds of refusal are
// believed: it cannot claim that this device's vault is damaged, or raise an alarm
// that only this device can find. A reason that this version does not know keeps
// its text and gets the nearest reason by status code. `address` is where the
// practice was called.
absl::Status FromWire(const grpc::Status& status, const std::string& address);

// At most this much of a text from the network is kept, in bytes.
inline constexpr std::size_t kWireMessageBytesMax = 512;

}  // namespace holdfast::client
