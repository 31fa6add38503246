#include "client/cli/words/text.h"

#include <langinfo.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "client/cli/words/code_points.h"
#include "client/cli/words/columns.h"

namespace holdfast::client::cli {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kWhite = " \t\r\n";
// Narrower than this nothing is broken further.
constexpr std::size_t kColumnsMin = 12;

bool Steers(std::int32_t code) {
  if (code == '\n' || code == '\t') return false;
  return code < 0x20 || (code >= 0x7F && code < 0xA0) ||  // C0, DEL, C1
         (code >= 0x202A && code <= 0x202E) ||            // direction embeddings, overrides
         (code >= 0x2066 && code <= 0x2069);              // direction isolates
}

constexpr std::string_view kBar = "│ ";
constexpr std::string_view kPlainBar = "| ";
constexpr std::string_view kTab = "    ";

// Where a line is broken: what stays, and where the rest begins.
struct Break {
  std::size_t end = 0;
  std::size_t next = 0;
};

// At the last space behind a word that fits; inside the word where there is none and
// `inside` allows it, else behind the word.
Break BreakOf(std::string_view line, std::size_t columns, bool inside) {
  Break at_space;
  std::size_t used = 0;
  bool in_text = false;
  for (std::size_t at = 0; at < line.size();) {
    const Glyph glyph = FirstGlyph(line.substr(at));
    const bool is_space = line[at] == ' ';
    if (is_space && in_text) at_space = {at, at + 1};
    if (used + glyph.columns > columns && !(is_space && at_space.end == at)) {
      if (at_space.end > 0) return at_space;
      if (inside && at > 0) return {at, at};
    } else if (used + glyph.columns > columns) {
      return at_space;
    }
    if (!is_space) in_text = true;
    used += glyph.columns;
    at += glyph.bytes;
  }
  return {line.size(), line.size()};
}

std::string_view WithoutEndSpaces(std::string_view text) {
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

// One line and its continuations, each ended.
void AppendBroken(std::string& result, std::string_view line, std::string_view first,
                  std::string_view others, std::size_t columns, bool inside) {
  std::string_view indent = first;
  while (columns != 0 && ColumnsIn(line) > columns) {
    const Break at = BreakOf(line, columns, inside);
    if (at.next >= line.size()) break;
    result.append(indent).append(line.substr(0, at.end)).append("\n");
    line.remove_prefix(at.next);
    indent = others;
  }
  result.append(line.empty() ? WithoutEndSpaces(indent) : indent).append(line).append("\n");
}

void ExpandTabs(std::string& text) {
  for (std::size_t at = text.find('\t'); at != std::string::npos; at = text.find('\t', at)) {
    text.replace(at, 1, kTab);
  }
}

// The spaces that a line begins with, and the margin of message text behind them.
std::string_view PrefixOf(std::string_view line) {
  const std::size_t spaces = std::min(line.find_first_not_of(' '), line.size());
  for (const std::string_view bar : {kBar, kPlainBar}) {
    if (line.substr(spaces).starts_with(bar)) return line.substr(0, spaces + bar.size());
  }
  return line.substr(0, spaces);
}

// Without as many of its first spaces as the words behind it need.
std::string_view Narrowed(std::string_view prefix, std::size_t columns) {
  const std::size_t wanted = ColumnsIn(prefix) + kColumnsMin;
  const std::size_t spaces = std::min(prefix.find_first_not_of(' '), prefix.size());
  return prefix.substr(wanted > columns ? std::min(wanted - columns, spaces) : 0);
}

}  // namespace

std::string Printable(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const CodePoint first = FirstCodePoint(text);
    if (!text.starts_with("\r\n")) {
      const bool shown = first.code >= 0 && !Steers(first.code);
      result += shown ? text.substr(0, first.bytes) : kReplacement;
    }
    text.remove_prefix(first.bytes);
  }
  return result;
}

std::string PrintableLine(std::string_view text) {
  std::string line = Printable(text);
  for (char& c : line) {
    if (c == '\n' || c == '\t') c = ' ';
  }
  return line;
}

std::string_view Margin() {
  return std::string_view(nl_langinfo(CODESET)) == "UTF-8" ? kBar : kPlainBar;
}

std::string Indented(std::string_view text, std::string_view indent, std::size_t columns) {
  std::string spaced(text);
  ExpandTabs(spaced);
  text = spaced;
  std::string result;
  while (true) {
    const std::size_t end = text.find('\n');
    AppendBroken(result, text.substr(0, end), indent, indent, columns, true);
    if (end == std::string_view::npos) return result;
    text.remove_prefix(end + 1);
  }
}

std::string Quoted(std::string_view text, std::string_view indent, std::size_t columns) {
  const std::string behind = std::string(indent) + std::string(Margin());
  const std::size_t taken = ColumnsIn(behind);
  return Indented(Printable(text), behind,
                  columns == 0 ? 0 : std::max(columns, taken + kColumnsMin) - taken);
}

std::string Fitted(std::string_view text, std::size_t columns) {
  if (columns == 0) return std::string(text);
  columns = std::max(columns, kColumnsMin);
  std::string result;
  while (true) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    const std::string_view whole = PrefixOf(line);
    const std::string_view prefix = Narrowed(whole, columns);
    const std::size_t room = columns - std::min(ColumnsIn(prefix), columns - 1);
    // At the edge a terminal breaks a long word as well, and copies it whole.
    AppendBroken(result, line.substr(whole.size()), prefix, prefix, room, !prefix.empty());
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  result.pop_back();
  return result;
}

std::string Trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kWhite);
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(kWhite) - begin + 1));
}

}  // namespace holdfast::client::cli
