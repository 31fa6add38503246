// A program's manual page, in the language of man(7).
#pragma once

#include <string>
#include <vector>

#include "rules/command_tree.h"

namespace holdfast {

struct ManualFacts {
  int section = 1;
  std::string about;              // one line, beside the name
  std::string source;             // "Holdfast 0.2.0"
  std::vector<std::string> also;  // other pages, e.g. "holdfastd(8)"
};

// Name, synopsis, each command with its options, and what stands below the help, from the tree
// alone. The same bytes for the same tree: it has no date.
std::string WriteManual(const CommandTree& program, const ManualFacts& facts);

}  // namespace holdfast
