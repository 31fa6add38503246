// Bytes as libsodium wants them. Internal to crypto/.
#pragma once

#include "rules/identifiers.h"

namespace holdfast::crypto {

// Never null, not even for an empty view: C functions may be told so.
inline const unsigned char* Octets(BytesView bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.empty() ? "" : bytes.data());
}

}  // namespace holdfast::crypto
