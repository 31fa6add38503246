// A device in the making: its keys, its first prekey, and what the account key signs and seals
// for it. The account key is in the caller's hand meanwhile, and nowhere else.
#pragma once

#include "client/core/vault/vault.h"
#include "crypto/capsule.h"
#include "crypto/link_code.h"
#include "crypto/public/device.h"

namespace holdfast::client {

struct NewDevice {
  DeviceId id;
  crypto::SigningKey signing;
};

// Fresh keys, and their certificate, put into `identity`.
NewDevice MakeDevice(const crypto::SigningKey& account, vault::Identity& identity,
                     std::uint64_t now_ms);

// The first prekey of a device that `list` names, and the progress of a vault that begins
// with it, put into the change.
v1::SignedStatement PutFirstPrekey(VaultChange& change, const NewDevice& device,
                                   const crypto::ListRef& list, std::uint64_t now_ms);

// What another device of the account needs, as this one has it. vault_damaged.
absl::StatusOr<crypto::SealedAccount> ToSeal(const vault::Identity& identity,
                                             const crypto::SigningKey& account,
                                             std::uint32_t archive_epoch,
                                             const crypto::ArchiveKey& archive_key);

// For whoever has the code.
v1::Recovery MakeRecovery(const crypto::CodeSecret& code, const crypto::SealedAccount& account,
                          std::uint32_t number, std::uint64_t now_ms);

}  // namespace holdfast::client
