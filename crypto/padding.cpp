#include "crypto/padding.h"

#include <cstdlib>
#include <utility>

namespace holdfast::crypto {
namespace {

constexpr char kMark = '\x80';

}  // namespace

SecretBytes Pad(BytesView content, std::size_t size) {
  if (content.size() >= size) std::abort();  // callers choose a size with room for the mark
  Bytes padded;
  padded.reserve(size);
  padded += content;
  padded += kMark;
  padded.resize(size, '\0');
  return SecretBytes(std::move(padded));
}

std::optional<BytesView> Unpad(BytesView padded) {
  const std::size_t mark = padded.find_last_not_of('\0');
  if (mark == BytesView::npos || padded[mark] != kMark) return std::nullopt;
  return padded.substr(0, mark);
}

}  // namespace holdfast::crypto
