// The commands as words: which one is meant, and its help.
#pragma once

#include <string>
#include <vector>

#include "client/cli/commands/command.h"

namespace holdfast::client::cli {

// As far as words name commands, one below the other.
struct CommandPath {
  CLI::App* command = nullptr;  // the last one that is named
  std::string unknown;          // the word behind it that names none; empty: there is none such
};
CommandPath Follow(CLI::App& app, const std::vector<std::string>& words);

// The command that shows the help of this one: "holdfast help rhythm propose".
std::string HelpFor(const CommandPath& path);

// usage: what may have been meant, or which commands there are.
absl::Status Unknown(const CommandPath& path);

// usage: an enrolment code or an invitation stands, or may stand, among the words. None of them is
// repeated.
absl::Status CheckCodes(const CommandPath& path, const std::vector<std::string>& words);

// The lines of footers as paragraphs, below `app` too.
void JoinFooters(CLI::App& app);

// Of the command that was chosen, or of `app`; as wide as the terminal.
std::string HelpOf(const CLI::App& app);

}  // namespace holdfast::client::cli
