// Refusals that more than one part of the server gives.
#pragma once

#include <cstddef>

#include "absl/status/status.h"
#include "holdfast/v1/common.pb.h"

namespace holdfast::server {

// Nothing was stored, for want of room.
absl::Status StorageFull();

// A refusal as it travels. Message and field are cut, so that an answer, or the trailers
// that carry them, stay small.
inline constexpr std::size_t kErrorMessageBytesMax = 1024;
inline constexpr std::size_t kErrorFieldBytesMax = 128;
v1::Refusal OnTheWire(const absl::Status& refusal);

}  // namespace holdfast::server
