// What a shell completes of a program's command line, as a script for that shell.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rules/command_tree.h"

namespace holdfast {

enum class Shell { kBash, kZsh, kFish };
// "bash", "zsh" or "fish".
std::optional<Shell> ShellNamed(std::string_view name);

// Commands, then the options of the one that stands there, then files or folders where an option
// takes one. The same bytes for the same tree.
std::string WriteCompletion(const CommandTree& program, Shell shell);

}  // namespace holdfast
