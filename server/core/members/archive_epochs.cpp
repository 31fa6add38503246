#include "server/core/members/archive_epochs.h"

#include <algorithm>

#include "crypto/public/device.h"
#include "rules/limits.h"
#include "server/core/members/device_changes.h"
#include "server/core/records/fields.h"
#include "server/core/records/keys.h"

namespace holdfast::server {
namespace {

absl::Status CheckNamesList(Transaction& transaction, const crypto::ArchiveEpoch& epoch,
                            EpochFor lists) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto newest, Load(transaction, keys::Devices(epoch.account)));
  if (lists == EpochFor::kNewestList && epoch.list_version != newest.version()) {
    return ChangedMeanwhile("epoch.list_version");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const auto stored,
                            Find(transaction, keys::DeviceList(epoch.account, epoch.list_version)));
  if (!stored || crypto::DeviceListHash(stored->statement()) != epoch.list_hash) {
    return ChangedMeanwhile("epoch.list_hash");
  }
  const auto list = crypto::DecodeDeviceList(stored->statement());
  if (!list.ok()) return DamagedRecord("a device list");
  if (std::ranges::equal(epoch.devices, list->devices, {},
                         &crypto::ArchiveEpoch::ForDevice::device)) {
    return absl::OkStatus();
  }
  return Refuse(Reason::kMalformedField, "epoch.devices",
                "must be those of the list, in its order");
}

}  // namespace

absl::StatusOr<ArchiveHeadRecord> LoadArchiveHead(Transaction& transaction,
                                                  const AccountKey& account) {
  HOLDFAST_ASSIGN_OR_RETURN(auto head, Find(transaction, keys::ArchiveHead(account)));
  if (!head) head.emplace();
  head->set_epoch(std::max<std::uint32_t>(1, head->epoch()));
  return *std::move(head);
}

absl::StatusOr<bool> StoreEpoch(Transaction& transaction, const AccountKey& account,
                                const crypto::Signed& epoch, EpochFor lists, std::uint64_t now_ms) {
  const auto stated = crypto::VerifyArchiveEpoch(epoch, account);
  if (!stated.ok()) return Blame(stated.status(), "archive_epoch", "epoch");
  HOLDFAST_ASSIGN_OR_RETURN(auto head, LoadArchiveHead(transaction, account));
  if (stated->epoch <= head.epoch()) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto stored,
                              Load(transaction, keys::ArchiveEpoch(account, stated->epoch)));
    if (stored.statement() == epoch.statement) return false;
  }
  if (stated->epoch != head.epoch() + 1) return ChangedMeanwhile("epoch.epoch");
  HOLDFAST_RETURN_IF_ERROR(CheckNamesList(transaction, *stated, lists));
  HOLDFAST_RETURN_IF_ERROR(CheckNotAhead(stated->at_ms, now_ms, "epoch.at_ms"));
  StoredStatement stored;
  Copy(epoch, stored);
  Save(transaction, keys::ArchiveEpoch(account, stated->epoch), stored);
  head.set_epoch(stated->epoch);
  Save(transaction, keys::ArchiveHead(account), head);
  return true;
}

absl::Status WriteEpochs(Transaction& transaction, const AccountKey& account,
                         std::uint32_t after_epoch,
                         google::protobuf::RepeatedPtrField<v1::SignedStatement>& epochs) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto head, LoadArchiveHead(transaction, account));
  std::uint32_t at = std::max<std::uint32_t>(1, after_epoch);
  for (std::size_t i = 0; i < limits::kArchiveEpochsPerAnswerMax && at < head.epoch(); ++i) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto epoch,
                              Load(transaction, keys::ArchiveEpoch(account, ++at)));
    Copy(epoch, *epochs.Add());
  }
  return absl::OkStatus();
}

}  // namespace holdfast::server
