// A device's vault on a simulated disk. The device may die at any commit, which
// then either happened or did not; nobody was told.
#pragma once

#include <functional>

#include "client/core/outside/vault_storage.h"
#include "simulation/disk.h"

namespace holdfast::simulation {

class DeviceStorage final : public client::VaultStorage {
 public:
  explicit DeviceStorage(Disk& disk) : disk_(disk) {}

  // Asked at every commit. What a dying device is told no longer matters.
  enum class Fate { kWrite, kDieBefore, kDieAfter };
  std::function<Fate()> fate;

  absl::StatusOr<std::optional<Bytes>> Get(BytesView name) override;
  absl::Status Scan(BytesView begin, BytesView end,
                    const std::function<bool(BytesView, BytesView)>& row) override;
  absl::Status Commit(const std::vector<Write>& writes) override;

 private:
  Disk& disk_;
};

}  // namespace holdfast::simulation
