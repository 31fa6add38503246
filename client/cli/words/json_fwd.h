// The name of a document for programs, where it is only handed on.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace holdfast::client::cli {

// Keeps the order in which a document is written.
using Json = nlohmann::ordered_json;

}  // namespace holdfast::client::cli
