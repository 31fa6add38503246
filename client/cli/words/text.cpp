#include "client/cli/words/text.h"

#include <cstddef>
#include <cstdint>

namespace holdfast::client::cli {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kWhite = " \t\r\n";

struct Character {
  char32_t code = 0;
  std::size_t bytes = 0;  // 0: not UTF-8
};

Character First(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return {};
  char32_t code = lead & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    code = (code << 6) | (byte(i) & 0x3FU);
  }
  const bool overlong = (size == 3 && code < 0x800) || (size == 4 && code < 0x10000);
  if (overlong || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return {};
  return {code, size};
}

bool Steers(char32_t code) {
  if (code == '\n' || code == '\t') return false;
  return code < 0x20 || (code >= 0x7F && code < 0xA0) ||  // C0, DEL, C1
         (code >= 0x202A && code <= 0x202E) ||            // direction embeddings, overrides
         (code >= 0x2066 && code <= 0x2069);              // direction isolates
}

std::size_t CharactersIn(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  return count;
}

// The end of the part of `line` that fits; at least one word.
std::size_t FittingEnd(std::string_view line, std::size_t columns) {
  std::size_t end = line.find(' ', 1);
  while (end != std::string_view::npos) {
    const std::size_t next = line.find(' ', end + 1);
    const std::string_view longer = line.substr(0, next);
    if (CharactersIn(longer) > columns) return end;
    if (next == std::string_view::npos) break;
    end = next;
  }
  return line.size();
}

}  // namespace

std::string Printable(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const Character first = First(text);
    const std::size_t bytes = first.bytes == 0 ? 1 : first.bytes;
    const bool crlf = text.starts_with("\r\n");
    if (!crlf) {
      result += first.bytes == 0 || Steers(first.code) ? kReplacement : text.substr(0, bytes);
    }
    text.remove_prefix(bytes);
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

std::string Indented(std::string_view text, std::string_view indent, std::size_t columns) {
  std::string result;
  while (true) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    while (columns != 0 && CharactersIn(line) > columns) {
      const std::size_t fits = FittingEnd(line, columns);
      if (fits == line.size()) break;
      result.append(indent).append(line.substr(0, fits)).append("\n");
      line.remove_prefix(fits);
      if (line.starts_with(' ')) line.remove_prefix(1);
    }
    result.append(line.empty() ? "" : indent).append(line).append("\n");
    if (end == std::string_view::npos) return result;
    text.remove_prefix(end + 1);
  }
}

std::string Trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kWhite);
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(kWhite) - begin + 1));
}

}  // namespace holdfast::client::cli
