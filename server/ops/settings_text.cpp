#include "server/ops/settings_text.h"

#include <array>
#include <cstdint>
#include <cstdio>

#include "rules/errors.h"

namespace holdfast::server {
namespace {

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr std::string_view kField = "holdfast.toml";

struct Sign {
  char32_t first;
  char32_t last;
  const char* name;
  const char* instead;
};

// What is pasted instead of what the file needs.
constexpr std::array<Sign, 10> kSigns = {{
    {0x00A0, 0x00A0, "a no-break space", "write a plain space"},
    {0x00AD, 0x00AD, "a soft hyphen", "take it out"},
    {0x2000, 0x200A, "a typographic space", "write a plain space"},
    {0x200B, 0x200F, "a sign that cannot be seen", "take it out"},
    {0x2010, 0x2015, "a dash", "write a plain -"},
    {0x2018, 0x201F, "a typographic quote", "write a plain \""},
    {0x202F, 0x202F, "a narrow no-break space", "write a plain space"},
    {0x2060, 0x2060, "a sign that cannot be seen", "take it out"},
    {0x2212, 0x2212, "a minus sign", "write a plain -"},
    {0xFEFF, 0xFEFF, "a byte order mark", "take it out"},
}};

void Append(std::string& text, char32_t sign) {
  const auto byte = [&](char32_t value) { text.push_back(static_cast<char>(value)); };
  if (sign < 0x80) return byte(sign);
  if (sign < 0x800) {
    byte(0xC0U | sign >> 6U);
  } else {
    byte(0xE0U | sign >> 12U);
    byte(0x80U | (sign >> 6U & 0x3FU));
  }
  byte(0x80U | (sign & 0x3FU));
}

// Of the basic plane: no setting needs more.
absl::StatusOr<std::string> FromUtf16(std::string_view text, bool is_big_endian) {
  std::string plain;
  for (std::size_t at = 2; at + 1 < text.size(); at += 2) {
    const auto first = static_cast<unsigned char>(text[at]);
    const auto second = static_cast<unsigned char>(text[at + 1]);
    Append(plain, is_big_endian ? first << 8U | second : second << 8U | first);
  }
  return plain;
}

// The sign that begins there, and its bytes; 0 where it is not UTF-8.
char32_t SignAt(std::string_view text, std::size_t at, std::size_t& bytes) {
  const auto first = static_cast<unsigned char>(text[at]);
  bytes = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (first >= 0x80 && first < 0xC2) return 0;
  if (first > 0xF4 || at + bytes > text.size()) return 0;
  char32_t sign = bytes == 1 ? first : first & (0x7FU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    const auto next = static_cast<unsigned char>(text[at + i]);
    if ((next & 0xC0U) != 0x80) return 0;
    sign = sign << 6U | (next & 0x3FU);
  }
  return sign;
}

absl::Status Names(std::size_t line, std::size_t column, const std::string& what) {
  return Refuse(Reason::kMalformedField, kField,
                "line " + std::to_string(line) + ", sign " + std::to_string(column) + ": " + what);
}

absl::Status RefuseSign(char32_t sign, std::size_t line, std::size_t column) {
  std::array<char, 16> code{};
  (void)std::snprintf(code.data(), code.size(), "U+%04X", static_cast<unsigned>(sign));
  for (const Sign& known : kSigns) {
    if (sign < known.first || sign > known.last) continue;
    return Names(
        line, column,
        std::string("there is ") + known.name + " (" + code.data() + "): " + known.instead);
  }
  return Names(line, column,
               std::string("there is a sign that no setting has (") + code.data() +
                   "): only plain letters, digits and signs are read");
}

absl::Status CheckSigns(std::string_view text) {
  std::size_t line = 1;
  std::size_t column = 0;
  bool is_comment = false;
  for (std::size_t at = 0, bytes = 1; at < text.size(); at += bytes) {
    const char32_t sign = SignAt(text, at, bytes);
    ++column;
    if (sign == 0 && is_comment) bytes = 1;  // of another encoding; a line's end may follow
    if (sign == 0 && !is_comment) {
      return Names(line, column, "this is not UTF-8 text: save the file as UTF-8");
    }
    if (sign == '\n') {
      ++line;
      column = 0;
      is_comment = false;
    }
    if (sign == '#') is_comment = true;
    if (sign >= 0x80 && !is_comment) return RefuseSign(sign, line, column);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> PlainSettings(std::string_view text) {
  std::string plain(text);
  if (text.starts_with(kUtf8Mark)) plain = text.substr(kUtf8Mark.size());
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    HOLDFAST_ASSIGN_OR_RETURN(plain, FromUtf16(text, text.starts_with("\xFE\xFF")));
  }
  HOLDFAST_RETURN_IF_ERROR(CheckSigns(plain));
  return plain;
}

}  // namespace holdfast::server
