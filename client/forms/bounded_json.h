// JSON from elsewhere, before anything believes it: bounded in bytes and levels, no name twice in
// one object, nothing empty where FHIR wants something.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace holdfast::forms {

using Json = nlohmann::json;

// too_large or malformed_field naming `what`.
absl::StatusOr<Json> ParseBounded(std::string_view bytes, std::size_t bytes_max,
                                  std::string_view what);
// malformed_field with the path of the first object, array or string that has nothing in it.
absl::Status RefuseEmpty(const Json& value, const std::string& path);
// One way to write it: no spaces, the names of an object in the order of their bytes.
std::string CanonicalBytes(const Json& value);

// A member that must be text of 1 to `bytes_max` bytes; and one that may be left out, empty then.
absl::StatusOr<std::string> TextIn(const Json& object, const char* name, std::size_t bytes_max,
                                   const std::string& path);
absl::StatusOr<std::string> OptionalTextIn(const Json& object, const char* name,
                                           std::size_t bytes_max, const std::string& path);

}  // namespace holdfast::forms
