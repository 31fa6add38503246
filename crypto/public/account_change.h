// What an account decides about its devices beside the list itself: who may be let in by the
// recovery code, and which device is shut out for now (crypto/PROTOCOL.md "Recovery code",
// "Suspending").
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "crypto/public/signature.h"
#include "rules/identifiers.h"

namespace holdfast::crypto {

// Which recovery code is in force. Signed by the account key.
struct RecoveryStatement {
  AccountKey account;
  std::uint32_t number = 0;  // from 1, each one more
  LookupId lookup;
  Hash token_hash;
  Hash sealed_hash;  // SealedAccountHash of what lies there
  std::uint64_t at_ms = 0;

  bool operator==(const RecoveryStatement&) const = default;
};

// The account key, the practice and the account's shared secrets, sealed under a link or recovery
// code (crypto/PROTOCOL.md "Linking").
inline constexpr std::size_t kSealedAccountBytes = 175;
Hash SealedAccountHash(BytesView sealed);
Bytes EncodeRecoveryStatement(const RecoveryStatement& recovery);
absl::StatusOr<RecoveryStatement> DecodeRecoveryStatement(BytesView statement);
Signed SignRecovery(const SigningKey& account, const RecoveryStatement& recovery);
// Signature, and that it names the account.
absl::StatusOr<RecoveryStatement> VerifyRecovery(const Signed& recovery, const AccountKey& account);

// Another device of the same account may do nothing any more. Signed by the device that says
// so, and in force while both are on the newest list.
struct Suspension {
  AccountKey account;
  DeviceId suspended;
  DeviceId by;
  std::uint64_t at_ms = 0;

  bool operator==(const Suspension&) const = default;
};

Bytes EncodeSuspension(const Suspension& suspension);
absl::StatusOr<Suspension> DecodeSuspension(BytesView statement);
Signed SignSuspension(const SigningKey& device, const Suspension& suspension);
absl::StatusOr<Suspension> VerifySuspension(const Signed& suspension, const DeviceKey& device);

}  // namespace holdfast::crypto
