// Statements of an account and of a bond: encoding, decoding, verifying.
#include "crypto/public/practice.h"
#include "crypto/public/statement.h"
#include "rules/limits.h"

namespace holdfast::crypto {

Bytes EncodeAccount(const AccountStatement& account) {
  return Encoder()
      .U8(limits::kProtocolVersion)
      .Fixed(account.practice)
      .Fixed(account.account)
      .U8(static_cast<std::uint8_t>(account.role))
      .U64(account.since_ms)
      .Take();
}

absl::StatusOr<AccountStatement> DecodeAccount(BytesView statement) {
  Decoder decoder(statement, "account");
  AccountStatement account;
  decoder.Version(limits::kProtocolVersion);
  account.practice = decoder.Fixed<PracticeKey>("practice");
  account.account = decoder.Fixed<AccountKey>("account");
  const std::uint8_t role = decoder.U8("role");
  account.since_ms = decoder.U64("since_ms");
  if (role == static_cast<std::uint8_t>(Role::kTherapist)) {
    account.role = Role::kTherapist;
  } else if (role != static_cast<std::uint8_t>(Role::kClient)) {
    decoder.Fail("role", "is not a known role");
  }
  decoder.CheckTime(account.since_ms, "since_ms");
  HOLDFAST_RETURN_IF_ERROR(decoder.Finish());
  return account;
}

Signed SignAccount(const SigningKey& practice, const AccountStatement& account) {
  return SignStatement(practice, Purpose::kAccount, EncodeAccount(account));
}

absl::StatusOr<AccountStatement> VerifyAccount(const Signed& account, const PracticeKey& practice) {
  HOLDFAST_ASSIGN_OR_RETURN(
      const AccountStatement stated,
      VerifyStatement<Purpose::kAccount>(account, practice, DecodeAccount, "account"));
  if (stated.practice != practice) {
    return Refuse(Reason::kIntegrity, "account.practice", "names another key than signed it");
  }
  return stated;
}

Bytes EncodeBond(const BondStatement& bond) {
  return Encoder()
      .U8(limits::kProtocolVersion)
      .Fixed(bond.practice)
      .Fixed(bond.bond)
      .Fixed(bond.therapist)
      .Fixed(bond.client)
      .Fixed(bond.invitation)
      .U64(bond.formed_at_ms)
      .Take();
}

absl::StatusOr<BondStatement> DecodeBond(BytesView statement) {
  Decoder decoder(statement, "bond");
  BondStatement bond;
  decoder.Version(limits::kProtocolVersion);
  bond.practice = decoder.Fixed<PracticeKey>("practice");
  bond.bond = decoder.Fixed<BondId>("bond");
  bond.therapist = decoder.Fixed<AccountKey>("therapist");
  bond.client = decoder.Fixed<AccountKey>("client");
  bond.invitation = decoder.Fixed<LookupId>("invitation");
  bond.formed_at_ms = decoder.Time("formed_at_ms");
  HOLDFAST_RETURN_IF_ERROR(decoder.Finish());
  return bond;
}

Signed SignBond(const SigningKey& practice, const BondStatement& bond) {
  return SignStatement(practice, Purpose::kBond, EncodeBond(bond));
}

absl::StatusOr<BondStatement> VerifyBond(const Signed& bond, const PracticeKey& practice) {
  HOLDFAST_ASSIGN_OR_RETURN(const BondStatement stated,
                            VerifyStatement<Purpose::kBond>(bond, practice, DecodeBond, "bond"));
  if (stated.practice != practice) {
    return Refuse(Reason::kIntegrity, "bond.practice", "names another key than signed it");
  }
  return stated;
}

}  // namespace holdfast::crypto
