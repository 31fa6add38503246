// The characters of codes (crypto/PROTOCOL.md "Codes"): what is written, and what is
// forgiven when it is read.
#pragma once

#include <string>
#include <string_view>

namespace holdfast::crypto {

inline constexpr std::string_view kCodeAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
inline constexpr std::size_t kCodeGroup = 5;

inline std::size_t CodeCharactersFor(std::size_t bytes) { return (bytes * 8 + 4) / 5; }

inline bool IsCodeSeparator(char c) {
  return c == '-' || c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// A capital, with the look-alikes that people type replaced.
inline char NormalisedCode(char c) {
  if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  if (c == 'O') return '0';
  if (c == 'I' || c == 'L') return '1';
  return c;
}

// The same of all, without separators. What it returns may be secret.
inline std::string NormalisedCode(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (const char c : text) {
    if (!IsCodeSeparator(c)) result += NormalisedCode(c);
  }
  return result;
}

}  // namespace holdfast::crypto
