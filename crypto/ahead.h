// Notes that version 0.1.0 sealed ahead: their content keys follow from one key of their
// writer's direction of the bond (crypto/PROTOCOL.md "Sealed ahead"). A vault may still hold
// such a key, and a practice a note under it; nothing seals under one any more.
#pragma once

#include <cstdint>

#include "crypto/public/secret.h"

namespace holdfast::crypto {

using AheadKey = Secret<32, struct AheadKeyTag>;

// Whose direction of which bond, and which of its keys.
struct AheadContext {
  BondId bond;
  AccountKey writer;
  std::uint32_t epoch = 0;  // from 1; a new key has the next number
};

// For OpenBody. The body's commitment tells a reader which epoch fits.
ContentKey AheadContentKey(const AheadKey& key, const AheadContext& context,
                           const EnvelopeId& envelope);

}  // namespace holdfast::crypto
