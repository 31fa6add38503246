#include "client/cli/words/pasted_text.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "client/cli/words/code_points.h"
#include "client/cli/words/text.h"

namespace holdfast::client::cli {
namespace {

// What Windows programs call "Unicode": told by its mark. Signs beyond 16 bits are not
// looked for, since no code and no setting has any.
std::string FromUtf16(std::string_view text) {
  const bool little = text.starts_with("\xFF\xFE");
  std::wstring wide;
  for (std::size_t i = 2; i + 1 < text.size(); i += 2) {
    const auto one = static_cast<unsigned char>(text[i]);
    const auto two = static_cast<unsigned char>(text[i + 1]);
    wide += static_cast<wchar_t>(little ? two << 8 | one : one << 8 | two);
  }
  return Narrow(wide);
}

bool IsBetween(std::int32_t sign, std::int32_t first, std::int32_t last) {
  return sign >= first && sign <= last;
}

// Seen by nobody: soft hyphen, zero width, joiners, marks of direction, byte order mark.
bool HasNoWidth(std::int32_t sign) {
  return sign == 0xAD || sign == 0x34F || sign == 0x61C || sign == 0x180E || sign == 0xFEFF ||
         IsBetween(sign, 0x200B, 0x200F) || IsBetween(sign, 0x202A, 0x202E) ||
         IsBetween(sign, 0x2060, 0x2069) || IsBetween(sign, 0xFE00, 0xFE0F);
}

// What a keyboard has for it; empty where it has nothing.
std::string_view KeyFor(std::int32_t sign) {
  if (sign == 0xA0 || sign == 0x1680 || sign == 0x202F || sign == 0x205F || sign == 0x3000 ||
      IsBetween(sign, 0x2000, 0x200A)) {
    return " ";
  }
  if (sign == 0x85 || sign == 0x2028 || sign == 0x2029) return "\n";
  if (IsBetween(sign, 0x2010, 0x2015) || sign == 0x2212 || sign == 0x2043 || sign == 0xFE58 ||
      sign == 0xFE63) {
    return "-";
  }
  if (IsBetween(sign, 0x2018, 0x201B) || sign == 0x2032 || sign == 0x2039 || sign == 0x203A ||
      sign == 0xB4) {
    return "'";
  }
  if (IsBetween(sign, 0x201C, 0x201F) || sign == 0x2033 || sign == 0xAB || sign == 0xBB) {
    return "\"";
  }
  if (sign == 0x2026) return "...";
  if (sign == 0x2024) return ".";
  if (sign == 0x2236 || sign == 0xA789) return ":";
  return {};
}

}  // namespace

std::string Plain(std::string_view text) {
  const bool wide = text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF");
  const std::string read = wide ? FromUtf16(text) : std::string();
  std::string_view rest = wide ? std::string_view(read) : text;
  std::string plain;
  plain.reserve(rest.size());
  while (!rest.empty()) {
    const CodePoint first = FirstCodePoint(rest);
    const std::string_view as_it_is = rest.substr(0, first.bytes);
    const std::int32_t sign = first.code;
    rest.remove_prefix(first.bytes);
    if (HasNoWidth(sign)) continue;
    const std::string_view key = KeyFor(sign);
    if (!key.empty()) {
      plain += key;
    } else if (IsBetween(sign, 0xFF01, 0xFF5E)) {
      plain += static_cast<char>(sign - 0xFF01 + '!');
    } else {
      plain += as_it_is;
    }
  }
  return plain;
}

std::string PlainCode(std::string_view text) {
  static constexpr std::string_view kAround = ">|\"'`*<()[]{},.;:";
  std::string plain = Plain(text);
  std::erase_if(plain, [](char c) { return kAround.find(c) != std::string_view::npos; });
  return plain;
}

std::optional<std::string> StrangeSign(std::string_view text) {
  std::size_t place = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const CodePoint first = FirstCodePoint(rest);
    const std::string shown(rest.substr(0, first.bytes));
    const std::int32_t sign = first.code;
    rest.remove_prefix(first.bytes);
    ++place;
    if (sign >= ' ' && sign < 0x7F) continue;
    if (sign == '\n' || sign == '\r' || sign == '\t') continue;
    const std::string at = " at place " + std::to_string(place);
    if (sign < 0) return "a byte that is not UTF-8" + at;
    if (sign >= 0xA0 && Printable(shown) == shown) return "\"" + shown + "\"" + at;
    std::array<char, 48> name{};
    std::snprintf(name.data(), name.size(), "a sign that is not shown, U+%04X,",
                  static_cast<unsigned>(sign));
    return name.data() + at;
  }
  return std::nullopt;
}

std::string PlainWords(std::string_view text) {
  std::string words;
  for (const char c : Trimmed(Plain(text))) {
    const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (blank && words.ends_with(' ')) continue;
    words += blank ? ' ' : c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  return words;
}

}  // namespace holdfast::client::cli
