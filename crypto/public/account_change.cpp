#include "crypto/public/account_change.h"

#include "crypto/public/hash.h"
#include "crypto/public/statement.h"
#include "rules/limits.h"

namespace holdfast::crypto {

Hash SealedAccountHash(BytesView sealed) {
  return DomainHash(Purpose::kSealedAccountHash, {sealed});
}

Bytes EncodeRecoveryStatement(const RecoveryStatement& recovery) {
  return Encoder()
      .U8(limits::kProtocolVersion)
      .Fixed(recovery.account)
      .U32(recovery.number)
      .Fixed(recovery.lookup)
      .Fixed(recovery.token_hash)
      .Fixed(recovery.sealed_hash)
      .U64(recovery.at_ms)
      .Take();
}

absl::StatusOr<RecoveryStatement> DecodeRecoveryStatement(BytesView statement) {
  Decoder decoder(statement, "recovery");
  RecoveryStatement recovery;
  decoder.Version(limits::kProtocolVersion);
  recovery.account = decoder.Fixed<AccountKey>("account");
  recovery.number = decoder.U32("number");
  recovery.lookup = decoder.Fixed<LookupId>("lookup");
  recovery.token_hash = decoder.Fixed<Hash>("token_hash");
  recovery.sealed_hash = decoder.Fixed<Hash>("sealed_hash");
  recovery.at_ms = decoder.Time("at_ms");
  if (recovery.number == 0) decoder.Fail("number", "starts at 1");
  HOLDFAST_RETURN_IF_ERROR(decoder.Finish());
  return recovery;
}

Signed SignRecovery(const SigningKey& account, const RecoveryStatement& recovery) {
  return SignStatement(account, Purpose::kRecovery, EncodeRecoveryStatement(recovery));
}

absl::StatusOr<RecoveryStatement> VerifyRecovery(const Signed& recovery,
                                                 const AccountKey& account) {
  HOLDFAST_ASSIGN_OR_RETURN(
      const RecoveryStatement stated,
      VerifyStatement<Purpose::kRecovery>(recovery, account, DecodeRecoveryStatement, "recovery"));
  if (stated.account != account) {
    return Refuse(Reason::kIntegrity, "recovery.account", "names another account");
  }
  return stated;
}

Bytes EncodeSuspension(const Suspension& suspension) {
  return Encoder()
      .U8(limits::kProtocolVersion)
      .Fixed(suspension.account)
      .Fixed(suspension.suspended)
      .Fixed(suspension.by)
      .U64(suspension.at_ms)
      .Take();
}

absl::StatusOr<Suspension> DecodeSuspension(BytesView statement) {
  Decoder decoder(statement, "suspension");
  Suspension suspension;
  decoder.Version(limits::kProtocolVersion);
  suspension.account = decoder.Fixed<AccountKey>("account");
  suspension.suspended = decoder.Fixed<DeviceId>("suspended");
  suspension.by = decoder.Fixed<DeviceId>("by");
  suspension.at_ms = decoder.Time("at_ms");
  if (suspension.suspended == suspension.by) decoder.Fail("suspended", "cannot be who says so");
  HOLDFAST_RETURN_IF_ERROR(decoder.Finish());
  return suspension;
}

Signed SignSuspension(const SigningKey& device, const Suspension& suspension) {
  return SignStatement(device, Purpose::kSuspension, EncodeSuspension(suspension));
}

absl::StatusOr<Suspension> VerifySuspension(const Signed& suspension, const DeviceKey& device) {
  return VerifyStatement<Purpose::kSuspension>(suspension, device, DecodeSuspension, "suspension");
}

}  // namespace holdfast::crypto
