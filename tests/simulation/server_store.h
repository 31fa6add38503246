// The practice's store on a simulated disk: serialisable by being the only writer,
// as RocksDB is, with the outcomes of a commit that a real one can have.
#pragma once

#include "server/store/store.h"
#include "simulation/disk.h"
#include "simulation/fault_rates.h"

namespace holdfast::simulation {

class ServerStore final : public server::Store {
 public:
  ServerStore(Disk& disk, const FaultRates& rates, Randomness& random)
      : disk_(disk), rates_(rates), random_(random) {}

  std::unique_ptr<server::Transaction> Begin() override;

 private:
  friend class ServerTransaction;
  struct Fate {
    server::CommitOutcome outcome = server::CommitOutcome::kCommitted;
    bool written = true;
  };
  Fate DrawFate();

  Disk& disk_;
  const FaultRates& rates_;
  Randomness& random_;
};

}  // namespace holdfast::simulation
