#include "crypto/public/dh_key.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace holdfast::crypto {
namespace {

// The canonical points, and those written from the field's prime on. The highest bit of the
// last byte counts for nothing.
constexpr auto kSmallOrder = std::to_array<std::string_view>({
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
});

}  // namespace

bool IsSmallOrder(const DhKey& key) {
  DhKey without_sign = key;
  without_sign.data()[DhKey::size - 1] &= 0x7f;
  return std::ranges::find(kSmallOrder, without_sign.hex()) != kSmallOrder.end();
}

}  // namespace holdfast::crypto
