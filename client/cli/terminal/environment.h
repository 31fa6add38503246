// Variables of the environment.
#pragma once

#include <cstdlib>
#include <string>

namespace holdfast::client::cli {

// Empty where it is not set.
inline std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace holdfast::client::cli
