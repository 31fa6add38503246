#include "crypto/public/address.h"

#include <algorithm>
#include <charconv>

#include "rules/limits.h"

namespace holdfast::crypto {
namespace {

bool IsAddressCharacter(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  const bool digit = c >= '0' && c <= '9';
  return letter || digit || std::string_view(".-_:[]").find(c) != std::string_view::npos;
}

bool IsPort(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

}  // namespace

void CheckAddress(Decoder& decoder, std::string_view address) {
  const std::size_t colon = address.rfind(':');
  const bool well_formed = address.size() <= limits::kAddressBytesMax &&
                           std::ranges::all_of(address, IsAddressCharacter) &&
                           colon != std::string_view::npos && colon > 0 &&
                           IsPort(address.substr(colon + 1));
  if (!well_formed) decoder.Fail("address", "must be host:port");
}

std::uint64_t DecodeSeconds(Decoder& decoder, std::string_view field) {
  const std::uint64_t seconds = decoder.U64(field);
  if (seconds > limits::kTimeMaxMs / limits::kSecondMs) {
    decoder.Fail(field, "must be between the years 2020 and 2200");
    return 0;
  }
  decoder.CheckTime(seconds * limits::kSecondMs, field);
  return seconds * limits::kSecondMs;
}

}  // namespace holdfast::crypto
