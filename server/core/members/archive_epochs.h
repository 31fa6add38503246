// The epochs of the key that seals an account's archive: who is given the next one is the account
// key's decision (crypto/PROTOCOL.md "Archive").
#pragma once

#include "crypto/public/archive_record.h"
#include "server/core/records/records.h"

namespace holdfast::server {

// Number 0 and epoch 1 where there is nothing yet.
absl::StatusOr<ArchiveHeadRecord> LoadArchiveHead(Transaction& transaction,
                                                  const AccountKey& account);

// Which device lists an epoch may name.
enum class EpochFor : std::uint8_t {
  kNewestList,
  kAnyList,  // of those that are stored: epochs come back after a restored backup
};

// Stores the next epoch, after the account's device lists; false for one that is stored already.
// stale_device_list where it is not the next one, or names another list.
absl::StatusOr<bool> StoreEpoch(Transaction& transaction, const AccountKey& account,
                                const crypto::Signed& epoch, EpochFor lists, std::uint64_t now_ms);

// Those after `after_epoch`, oldest first, at most limits::kArchiveEpochsPerAnswerMax.
absl::Status WriteEpochs(Transaction& transaction, const AccountKey& account,
                         std::uint32_t after_epoch,
                         google::protobuf::RepeatedPtrField<v1::SignedStatement>& epochs);

}  // namespace holdfast::server
