#include "client/cli/words/help_text.h"

#include <algorithm>

#include "client/cli/words/text.h"

namespace holdfast::client::cli {
namespace {

// Fewer columns for an explanation are hard to read.
constexpr std::size_t kExplanationColumnsMin = 24;
constexpr std::size_t kNarrowIndent = 6;

// Where the explanation of a line begins, behind two spaces or more; 0: it has none.
std::size_t ExplanationIn(std::string_view line) {
  const std::size_t name = line.find_first_not_of(' ');
  if (name == std::string_view::npos || name == 0) return 0;
  const std::size_t gap = line.find("  ", name);
  const std::size_t begin = gap == std::string_view::npos ? gap : line.find_first_not_of(' ', gap);
  return begin == std::string_view::npos ? 0 : begin;
}

std::string FittedRow(std::string_view line, std::size_t columns) {
  const std::size_t begin = ExplanationIn(line);
  if (begin == 0 || line.size() <= columns) return Fitted(line, columns) + "\n";
  const std::string_view name = line.substr(0, begin);
  const bool is_narrow = begin + kExplanationColumnsMin > columns;
  const std::string indent(is_narrow ? kNarrowIndent : begin, ' ');
  const std::string text =
      Fitted(indent + std::string(line.substr(begin)), std::max(columns, kNarrowIndent)) + "\n";
  if (!is_narrow) return std::string(name) + text.substr(begin);
  return Fitted(name.substr(0, name.find_last_not_of(' ') + 1), columns) + "\n" + text;
}

}  // namespace

std::string FittedHelp(std::string_view help, std::size_t columns) {
  std::string result;
  while (!help.empty()) {
    const std::size_t end = help.find('\n');
    result += FittedRow(help.substr(0, end), columns);
    help.remove_prefix(end == std::string_view::npos ? help.size() : end + 1);
  }
  return result;
}

std::string JoinedLines(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool ends_paragraph = c == '\n' && result.ends_with(' ');
    if (ends_paragraph) result.pop_back();
    result += ends_paragraph ? std::string("\n\n") : std::string(1, c == '\n' ? ' ' : c);
  }
  return Trimmed(result);
}

}  // namespace holdfast::client::cli
