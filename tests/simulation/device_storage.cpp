#include "simulation/device_storage.h"

#include "rules/errors.h"
#include "rules/planted.h"

namespace holdfast::simulation {

absl::StatusOr<std::optional<Bytes>> DeviceStorage::Get(BytesView name) {
  const auto row = disk_.rows().find(name);
  if (row == disk_.rows().end()) return std::optional<Bytes>();
  return std::optional<Bytes>(row->second);
}

absl::Status DeviceStorage::Scan(BytesView begin, BytesView end,
                                 const std::function<bool(BytesView, BytesView)>& row) {
  for (auto at = disk_.rows().lower_bound(begin); at != disk_.rows().end(); ++at) {
    if (at->first >= end || !row(at->first, at->second)) break;
  }
  return absl::OkStatus();
}

absl::Status DeviceStorage::Commit(const std::vector<Write>& writes) {
  const Fate fate_now = fate ? fate() : Fate::kWrite;
  if (fate_now != Fate::kDieBefore) {
    const bool is_torn = HOLDFAST_PLANTED(kTornVaultCommit) && fate_now == Fate::kDieAfter;
    std::size_t left = is_torn ? writes.size() / 2 : writes.size();
    disk_.BeginTransaction();
    for (const Write& write : writes) {
      if (left-- == 0) break;
      if (write.value) {
        disk_.Put(write.name, *write.value);
      } else {
        disk_.Erase(write.name);
      }
    }
    if (!HOLDFAST_PLANTED(kVaultNotSynced)) disk_.Sync();
  }
  if (fate_now == Fate::kWrite) return absl::OkStatus();
  return Refuse(Reason::kStorageFailed, "vault", "the device stopped");
}

}  // namespace holdfast::simulation
