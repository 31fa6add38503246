#include "rules/command_tree.h"

namespace holdfast {

std::string CommandLineOf(std::string_view above, const CommandTree& command) {
  return std::string(above) + " " + command.name;
}

ValueKind KindOfValue(const CommandOption& option) {
  if (option.value.empty()) return ValueKind::kNone;
  if (option.value.find("DIR") != std::string::npos) return ValueKind::kFolder;
  return option.value.find("FILE") != std::string::npos ? ValueKind::kFile : ValueKind::kOther;
}

}  // namespace holdfast
