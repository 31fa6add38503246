#include "client/core/outside/utf8.h"

#include <cstdint>

namespace holdfast::client {
namespace {

// Bytes that follow a lead byte, with the smallest code point that needs so many.
struct Lead {
  std::size_t following;
  std::uint32_t bits;
  std::uint32_t smallest;
};

bool ReadLead(unsigned char byte, Lead& lead) {
  if (byte < 0x80) {
    lead = {0, byte, 0};
  } else if (byte >= 0xc2 && byte <= 0xdf) {
    lead = {1, byte & 0x1fU, 0x80};
  } else if (byte >= 0xe0 && byte <= 0xef) {
    lead = {2, byte & 0x0fU, 0x800};
  } else if (byte >= 0xf0 && byte <= 0xf4) {
    lead = {3, byte & 0x07U, 0x10000};
  } else {
    return false;
  }
  return true;
}

}  // namespace

bool IsUtf8(BytesView text) {
  std::size_t at = 0;
  while (at < text.size()) {
    Lead lead{};
    if (!ReadLead(static_cast<unsigned char>(text[at]), lead)) return false;
    if (text.size() - at - 1 < lead.following) return false;
    std::uint32_t code = lead.bits;
    for (std::size_t i = 1; i <= lead.following; ++i) {
      const auto byte = static_cast<unsigned char>(text[at + i]);
      if ((byte & 0xc0U) != 0x80U) return false;
      code = (code << 6U) | (byte & 0x3fU);
    }
    if (code < lead.smallest || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return false;
    at += 1 + lead.following;
  }
  return true;
}

}  // namespace holdfast::client
