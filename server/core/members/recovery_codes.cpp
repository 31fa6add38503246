#include "server/core/members/recovery_codes.h"

#include "crypto/public/hash.h"
#include "crypto/public/purpose.h"
#include "crypto/public/secret.h"
#include "server/core/records/fields.h"
#include "server/core/records/limits.h"

namespace holdfast::server {
namespace {

bool IsTokenOf(const RecoveryRecord& record, BytesView token) {
  const Hash hash = crypto::DomainHash(crypto::Purpose::kRecoveryTokenHash, {token});
  const auto data = [](const auto& bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
  };
  return record.authentication_hash().size() == Hash::size &&
         crypto::ConstantTimeEqual(data(hash.view()), data(record.authentication_hash()),
                                   Hash::size);
}

}  // namespace

absl::StatusOr<RecoveryCode> ReadRecovery(const v1::Recovery& recovery, const AccountKey& account,
                                          std::uint64_t now_ms, std::string_view field) {
  const std::string name(field);
  RecoveryCode code;
  HOLDFAST_ASSIGN_OR_RETURN(code.statement, ReadSigned(recovery.statement(), name + ".statement"));
  HOLDFAST_RETURN_IF_ERROR(
      CheckSize(recovery.sealed_account(), crypto::kSealedAccountBytes, name + ".sealed_account"));
  const auto stated = crypto::VerifyRecovery(code.statement, account);
  if (!stated.ok()) return Blame(stated.status(), "recovery", name);
  if (crypto::SealedAccountHash(recovery.sealed_account()) != stated->sealed_hash) {
    return Refuse(Reason::kMalformedField, name + ".sealed_account",
                  "is not what the statement names");
  }
  HOLDFAST_RETURN_IF_ERROR(CheckNotAhead(stated->at_ms, now_ms, name + ".at_ms"));
  code.lookup = stated->lookup;
  code.token_hash = stated->token_hash;
  code.number = stated->number;
  code.sealed_account = recovery.sealed_account();
  return code;
}

absl::Status CheckLookupUnclaimed(Transaction& transaction, const LookupId& lookup,
                                  const AccountKey& account, std::string_view field) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto known, Find(transaction, keys::Recovery(lookup)));
  if (!known || BytesView(known->account()) == account.view()) return absl::OkStatus();
  return Refuse(Reason::kNotPermitted, field,
                "belongs to another account. Make a new recovery code");
}

void StoreRecovery(Transaction& transaction, const AccountKey& account, const RecoveryCode& code,
                   AccountRecord& record) {
  if (const auto before = Stored<LookupId>(record.recovery_lookup()); before.ok()) {
    transaction.Erase(keys::Recovery(*before));
  }
  RecoveryRecord recovery;
  recovery.set_account(account.str());
  recovery.set_authentication_hash(code.token_hash.str());
  recovery.set_sealed_account(code.sealed_account);
  recovery.set_number(code.number);
  if (code.number != 0) Copy(code.statement, *recovery.mutable_statement());
  Save(transaction, keys::Recovery(code.lookup), recovery);
  record.set_recovery_lookup(code.lookup.str());
}

absl::StatusOr<RecoveryRecord> FindRecovery(Transaction& transaction, BytesView lookup_id,
                                            BytesView token, std::string_view lookup_field,
                                            std::string_view token_field) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto lookup, LookupId::From(lookup_id, lookup_field));
  HOLDFAST_RETURN_IF_ERROR(CheckSize(token, kProofTokenBytes, token_field));
  HOLDFAST_ASSIGN_OR_RETURN(auto record, Find(transaction, keys::Recovery(lookup)));
  if (!record || !IsTokenOf(*record, token)) return RecoveryUnknown(lookup_field);
  return *std::move(record);
}

absl::Status RecoveryUnknown(std::string_view field) {
  return Refuse(Reason::kRecoveryUnknown, field,
                "this practice knows no such recovery code. It may have been replaced by a newer "
                "one: look for that, or set the device up with a link code");
}

}  // namespace holdfast::server
