// This device's identity: made once, before anything is sent, and the same in
// every retry.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client/core/vault/context.h"
#include "client/core/vault/vault.h"
#include "crypto/public/practice.h"
#include "crypto/public/signature.h"

namespace holdfast::client {

// The secrets as they are used; wiped when this goes.
struct OwnDevice {
  crypto::Role role = crypto::Role::kClient;
  std::string address;
  // The practice's keys, from the one handed over in person to the newest.
  std::vector<PracticeKey> practices;
  AccountKey account;
  DeviceId device;
  crypto::SigningKey signing;
  crypto::DhSecret identity;
  crypto::PreSharedKey account_psk;
  Hash certificate_hash;
  bool registered = false;

  const PracticeKey& practice() const { return practices.back(); }
  bool KnowsPractice(const PracticeKey& key) const;
};

// Null where the profile has no account yet, registered or not. Read and checked
// once, and remembered while the vault's value stands: the vault's key, which opens
// it, is in memory as long.
absl::StatusOr<std::shared_ptr<const OwnDevice>> FindOwnDevice(const VaultReader& reader);
// Only where the account is registered; usage otherwise.
absl::StatusOr<std::shared_ptr<const OwnDevice>> RegisteredDevice(const VaultReader& reader);

// This device's certificate, signed by the account key.
const v1::SignedStatement& OwnCertificate(const vault::Identity& identity);

// A fresh account with this device as its first: keys, certificate, list, prekey
// and the recovery code, all put into the change. The account key's secret is
// kept nowhere but in the registration, sealed under the recovery code with what another
// device of the account needs.
// time_out_of_range at a date that cannot be signed.
absl::StatusOr<vault::Identity> MakeIdentity(VaultChange& change, crypto::Role role,
                                             const PracticeKey& practice, std::uint64_t now_ms);

// The recovery code's text while it may still be shown; empty afterwards.
std::string PendingRecoveryCode(const vault::Identity& identity);
// The person has gone on: the code is forgotten.
absl::Status ForgetRecoveryCode(VaultChange& change);

// True once, a week after this device showed a recovery code: whether it is still at hand can be
// looked at while all is well.
absl::StatusOr<bool> TakeCodeReminder(Context context);

// Whether this vault may send at all: vault_rolled_back.
absl::Status CheckNotRolledBack(const VaultReader& reader);

}  // namespace holdfast::client
