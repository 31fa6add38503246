// The recovery code that is in force for an account, as the practice keeps it: a lookup id, the
// hash of a token and what only the code opens (crypto/PROTOCOL.md "Recovery code").
#pragma once

#include "crypto/public/account_change.h"
#include "holdfast/v1/directory.pb.h"
#include "server/core/records/records.h"

namespace holdfast::server {

struct RecoveryCode {
  LookupId lookup;
  Hash token_hash;
  Bytes sealed_account;
  std::uint32_t number = 0;  // 0: of before 0.2.0, and no statement
  crypto::Signed statement;
};

// Signature, sizes, hash and time of a code that the account states; errors name
// "<field>.<part>".
absl::StatusOr<RecoveryCode> ReadRecovery(const v1::Recovery& recovery, const AccountKey& account,
                                          std::uint64_t now_ms, std::string_view field);

// not_permitted naming `field` where another account has the lookup id.
absl::Status CheckLookupUnclaimed(Transaction& transaction, const LookupId& lookup,
                                  const AccountKey& account, std::string_view field);

// Puts the code in the place of whichever was in force: nothing is found under that one's
// lookup id any more. `record` is the account's; the caller saves it.
void StoreRecovery(Transaction& transaction, const AccountKey& account, const RecoveryCode& code,
                   AccountRecord& record);

// What lies under a recovery code's lookup id, for whoever has its token; recovery_unknown naming
// `lookup_field` for an id that is not here and for another token alike. It may have been
// replaced by a change that it let in itself (`change`).
absl::StatusOr<RecoveryRecord> FindRecovery(Transaction& transaction, BytesView lookup_id,
                                            BytesView token, std::string_view lookup_field,
                                            std::string_view token_field);
absl::Status RecoveryUnknown(std::string_view field);

}  // namespace holdfast::server
