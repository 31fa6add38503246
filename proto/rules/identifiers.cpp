#include "rules/identifiers.h"

namespace holdfast {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

std::string ToHex(BytesView bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

absl::StatusOr<Bytes> FromHex(std::string_view hex, std::string_view field) {
  if (hex.size() % 2 != 0) {
    return Refuse(Reason::kMalformedField, field, "must have an even number of hex digits");
  }
  Bytes bytes;
  bytes.reserve(hex.size() / 2);
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const int high = HexDigit(hex[i]);
    const int low = HexDigit(hex[i + 1]);
    if (high < 0 || low < 0) {
      return Refuse(Reason::kMalformedField, field, "must be lower-case hexadecimal");
    }
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

}  // namespace holdfast
