// Public X25519 keys as they are decoded: one that no honest device can have made is
// refused where it first comes in, not where it is used (crypto/PROTOCOL.md "Primitives").
#pragma once

#include "rules/identifiers.h"

namespace holdfast::crypto {

// Zero and the other points of small order, however they are written: every agreement with
// one gives 32 zero bytes.
bool IsSmallOrder(const DhKey& key);

}  // namespace holdfast::crypto
