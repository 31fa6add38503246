// An account in the hand: opened by its recovery code or a link code, with what the practice
// shows of it, checked. In memory only.
#pragma once

#include <vector>

#include "client/core/vault/vault.h"
#include "crypto/link_code.h"
#include "crypto/public/device.h"
#include "holdfast/v1/directory.pb.h"

namespace holdfast::client {

struct OpenedAccount {
  crypto::SealedAccount account;
  crypto::VerifiedDevices devices;  // the newest list
  v1::NewDeviceResponse shown;
  std::uint32_t recovery_number = 0;  // of the code in force; 0: none was signed yet

  AccountKey key() const { return account.account.public_key<AccountKey>(); }
};

// All lists, from the first that is shown on: each is signed by the account key.
absl::StatusOr<crypto::VerifiedDevices> VerifyFromTheFirst(const AccountKey& account,
                                                           const v1::DeviceSet& wire);
// The one after the newest. time_out_of_range at a date that cannot be signed.
absl::StatusOr<crypto::DeviceList> NextList(const crypto::VerifiedDevices& now,
                                            std::vector<DeviceId> devices, std::uint64_t now_ms);
// An epoch of the archive for the devices of `list`; `account` has its key then.
absl::StatusOr<v1::SignedStatement> NextEpoch(crypto::SealedAccount& account,
                                              const crypto::Signed& list,
                                              const std::vector<crypto::Device>& devices,
                                              std::uint64_t now_ms);
// The key of the newest epoch, and by it those before, put into the change. integrity.
absl::Status PutArchiveKeys(VaultChange& change, const crypto::SealedAccount& account,
                            const v1::NewDeviceResponse& shown);
// What the practice took, to be given back to one that restored a backup: epoch and recovery,
// where the request has them, put into the change.
absl::Status KeepToReturn(VaultChange& change, const v1::ChangeAccountRequest& request);
// The practice's statement of the account. integrity.
absl::Status CheckIsAccounts(const v1::SignedStatement& statement, const AccountKey& account,
                             crypto::Role role);

}  // namespace holdfast::client
