// Nothing here is expected to fail: a failure ends the run with what it was.
#pragma once

#include <stdexcept>
#include <string>

#include "absl/status/statusor.h"

namespace holdfast::bench {

inline void Must(const absl::Status& status, const std::string& what) {
  if (!status.ok()) throw std::runtime_error(what + ": " + std::string(status.message()));
}

template <class T>
T Must(absl::StatusOr<T> value, const std::string& what) {
  Must(value.status(), what);
  return std::move(value).value();
}

}  // namespace holdfast::bench
