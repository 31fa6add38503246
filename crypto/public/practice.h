// What the practice key signs about itself and its members
// (crypto/PROTOCOL.md "The practice").
#pragma once

#include <cstdint>

#include "crypto/public/device.h"

namespace holdfast::crypto {

// "This TLS key is mine."
struct Endorsement {
  PracticeKey practice;
  TlsKeyHash tls_key;
  std::uint64_t not_before_ms = 0;
  std::uint64_t not_after_ms = 0;

  bool operator==(const Endorsement&) const = default;
};
Bytes EncodeEndorsement(const Endorsement& endorsement);
absl::StatusOr<Endorsement> DecodeEndorsement(BytesView statement);
Signed SignEndorsement(const SigningKey& practice, const Endorsement& endorsement);
// wrong_practice unless signed by `practice` for `tls_key` and valid at `now_ms`.
absl::StatusOr<Endorsement> VerifyEndorsement(const Signed& endorsement,
                                              const PracticeKey& practice,
                                              const TlsKeyHash& tls_key, std::uint64_t now_ms);

// "From now on I sign with that key." Signed by the older key.
struct Succession {
  PracticeKey from;
  PracticeKey to;
  std::uint64_t at_ms = 0;

  bool operator==(const Succession&) const = default;
};
Bytes EncodeSuccession(const Succession& succession);
absl::StatusOr<Succession> DecodeSuccession(BytesView statement);
Signed SignSuccession(const SigningKey& from, const Succession& succession);
absl::StatusOr<Succession> VerifySuccession(const Signed& succession, const PracticeKey& from);

enum class Role : std::uint8_t { kTherapist = 1, kClient = 2 };

// "This account is a member." Lets it come back after an older backup.
struct AccountStatement {
  PracticeKey practice;
  AccountKey account;
  Role role = Role::kClient;
  std::uint64_t since_ms = 0;

  bool operator==(const AccountStatement&) const = default;
};
Bytes EncodeAccount(const AccountStatement& account);
absl::StatusOr<AccountStatement> DecodeAccount(BytesView statement);
Signed SignAccount(const SigningKey& practice, const AccountStatement& account);
absl::StatusOr<AccountStatement> VerifyAccount(const Signed& account, const PracticeKey& practice);

// "This bond was formed."
struct BondStatement {
  PracticeKey practice;
  BondId bond;
  AccountKey therapist;
  AccountKey client;
  LookupId invitation;
  std::uint64_t formed_at_ms = 0;

  bool operator==(const BondStatement&) const = default;
};
Bytes EncodeBond(const BondStatement& bond);
absl::StatusOr<BondStatement> DecodeBond(BytesView statement);
Signed SignBond(const SigningKey& practice, const BondStatement& bond);
absl::StatusOr<BondStatement> VerifyBond(const Signed& bond, const PracticeKey& practice);

}  // namespace holdfast::crypto
