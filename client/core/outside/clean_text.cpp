#include "client/core/outside/clean_text.h"

#include <algorithm>

namespace holdfast::client {
namespace {

constexpr unsigned char kC1Lead = 0xc2;  // U+0080 to U+00BF in UTF-8
constexpr unsigned char kNextLine = 0x85;

bool IsC1(std::string_view text) {
  if (text.size() < 2 || static_cast<unsigned char>(text[0]) != kC1Lead) return false;
  const auto second = static_cast<unsigned char>(text[1]);
  return second >= 0x80 && second <= 0x9f;
}

bool IsC0OrDelete(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f;
}

}  // namespace

std::string WithoutControls(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  while (!text.empty()) {
    if (IsC1(text)) {
      if (static_cast<unsigned char>(text[1]) == kNextLine) clean += '\n';
      text.remove_prefix(2);
      continue;
    }
    if (text.front() == '\r') {
      clean += '\n';
      if (text.starts_with("\r\n")) text.remove_prefix(1);
    } else if (!IsC0OrDelete(text.front())) {
      clean += text.front();
    }
    text.remove_prefix(1);
  }
  return clean;
}

std::string WithoutControlsOnOneLine(std::string_view text) {
  std::string line = WithoutControls(text);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
  return line;
}

}  // namespace holdfast::client
