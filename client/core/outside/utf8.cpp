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

// The length of the well-formed character that begins at `at`; 0: none does.
std::size_t CharacterAt(BytesView text, std::size_t at) {
  Lead lead{};
  if (!ReadLead(static_cast<unsigned char>(text[at]), lead)) return 0;
  if (text.size() - at - 1 < lead.following) return 0;
  std::uint32_t code = lead.bits;
  for (std::size_t i = 1; i <= lead.following; ++i) {
    const auto byte = static_cast<unsigned char>(text[at + i]);
    if ((byte & 0xc0U) != 0x80U) return 0;
    code = (code << 6U) | (byte & 0x3fU);
  }
  if (code < lead.smallest || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return 0;
  return 1 + lead.following;
}

}  // namespace

bool IsUtf8(BytesView text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = CharacterAt(text, at);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

std::string AsUtf8(BytesView text) {
  std::string well_formed;
  well_formed.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = CharacterAt(text, at);
    if (length == 0) {
      well_formed += '?';
      ++at;
      continue;
    }
    well_formed += text.substr(at, length);
    at += length;
  }
  return well_formed;
}

}  // namespace holdfast::client
