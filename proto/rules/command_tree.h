// The commands of a program as data, from which its manual page and what shells complete are
// written. So neither says anything that the parser does not know.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

struct CommandOption {
  std::vector<std::string> names;  // "-h", "--help"; of a word without an option: its name alone
  std::string value;               // what stands behind it, e.g. "FILE"; empty: nothing does
  std::string about;               // one paragraph
  bool is_word = false;            // it has no option in front: it is the value itself
};

struct CommandTree {
  std::string name;
  std::string about;
  std::vector<CommandOption> options;
  std::string more;  // paragraphs, parted by blank lines
  std::vector<CommandTree> commands;
};

// One line that leads to a command: its names from the first below the program, a blank before
// each; empty for the program itself.
std::string CommandLineOf(std::string_view above, const CommandTree& command);

// "FILE" and "DIR" are completed by the shell.
enum class ValueKind { kNone, kFile, kFolder, kOther };
ValueKind KindOfValue(const CommandOption& option);

}  // namespace holdfast
