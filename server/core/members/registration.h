// The public beginning of an account: checked as a whole, then stored.
#pragma once

#include "crypto/public/practice.h"
#include "holdfast/v1/directory.pb.h"
#include "server/core/engine/context.h"
#include "server/core/members/recovery_codes.h"

namespace holdfast::server {

struct CheckedRegistration {
  crypto::VerifiedDevices devices;  // one device, list version 1
  crypto::Signed list;
  crypto::Signed certificate;
  crypto::Signed prekey;
  RecoveryCode recovery;  // the first
};

// Every signature, size and time; errors name "registration.<field>".
absl::StatusOr<CheckedRegistration> CheckRegistration(const v1::Registration& registration,
                                                      std::uint64_t now_ms);

// not_permitted where the device or the recovery lookup id belongs to another
// account already.
absl::Status CheckUnclaimed(Transaction& transaction, const CheckedRegistration& registration);

// The practice's statement of a new account, from now on.
crypto::Signed MakeAccountStatement(const Context& context, const AccountKey& account,
                                    crypto::Role role);

// Stores a new account with `statement`, signed by the practice.
absl::Status StoreAccount(Transaction& transaction, const CheckedRegistration& registration,
                          crypto::Role role, const crypto::Signed& statement);

// Whether an account that is stored began with this registration, also where its list and its
// recovery code have changed since. The recovery values are known to its owner alone, so
// nobody registers in another's name.
absl::StatusOr<bool> IsSameRegistration(Transaction& transaction, const AccountRecord& account,
                                        const CheckedRegistration& registration);

// Before its recovery code changes: that it is remembered with what the account began.
absl::Status KeepRegistration(Transaction& transaction, const AccountKey& account,
                              AccountRecord& record);

}  // namespace holdfast::server
