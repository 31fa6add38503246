// Writing at leisure: the person's own editor over a file that only they can read,
// in memory where the system offers that, overwritten and removed afterwards.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace holdfast::client::cli {

// $VISUAL, $EDITOR, or empty.
std::string EditorCommand();

// What was written above the line that says `hint`. `fallback` is a private folder
// for systems without one in memory. usage where the editor fails.
absl::StatusOr<std::string> WriteInEditor(std::string_view hint,
                                          const std::filesystem::path& fallback,
                                          std::size_t bytes_max);

}  // namespace holdfast::client::cli
