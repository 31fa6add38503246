// Sealed ahead: a message written now and released by the practice later. It
// stands outside ratchet and transcript, so that it can wait for months: its
// content key follows from a key of its writer's direction of the bond, which
// travelled through the ratchet once (crypto/PROTOCOL.md "Sealed ahead").
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

// For SealBody and OpenBody. The body's commitment tells a reader which epoch fits.
ContentKey AheadContentKey(const AheadKey& key, const AheadContext& context,
                           const EnvelopeId& envelope);

}  // namespace holdfast::crypto
