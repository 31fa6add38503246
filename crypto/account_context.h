// What binds a sealed account to the account whose it is: the associated data of its sealing.
#pragma once

#include "rules/codec.h"
#include "rules/identifiers.h"
#include "rules/limits.h"

namespace holdfast::crypto {

inline Bytes AccountContext(const AccountKey& account) {
  return Encoder().U8(limits::kProtocolVersion).Fixed(account).Take();
}

}  // namespace holdfast::crypto
