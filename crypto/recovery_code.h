// The recovery code: 128 random bits shown once. It alone opens the account key
// (crypto/PROTOCOL.md "Recovery code").
#pragma once

#include "crypto/public/signature.h"

namespace holdfast::crypto {

std::string EncodeRecoveryCode(const CodeSecret& secret);  // "HFR-…"
absl::StatusOr<CodeSecret> DecodeRecoveryCode(std::string_view text);

// Derivations that tell nothing of each other.
struct RecoveryKeys {
  LookupId lookup;    // where the server keeps the sealed account key
  SecretBytes token;  // 32 bytes, shown to fetch it
  WrapKey account;    // opens it: crypto/link_code.h, SealedAccount
  WrapKey wrap;       // opened the account key alone, as accounts of before 0.2.0 have it
};
RecoveryKeys DeriveRecoveryKeys(const CodeSecret& secret);
Hash RecoveryTokenHash(BytesView token);

// version (1) || nonce (24) || sealed seed (32 + 16): 73 bytes.
Bytes SealAccountKey(const WrapKey& wrap, const SigningKey& account);
// integrity unless `wrap` opens it to the seed of `account`.
absl::StatusOr<SigningKey> OpenAccountKey(const WrapKey& wrap, BytesView sealed,
                                          const AccountKey& account);

}  // namespace holdfast::crypto
