// How an asynchronous call answers.
#pragma once

#include <functional>

#include "absl/status/statusor.h"

namespace holdfast::client {

template <class Response>
using Done = std::function<void(absl::StatusOr<Response>)>;

}  // namespace holdfast::client
