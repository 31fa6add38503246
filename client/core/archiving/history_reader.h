// What the account wrote and received before this device was one of its own: envelopes from
// the practice's history, opened by keys that the archive or the writer's device told.
#pragma once

#include "client/core/ledger/ledgers.h"
#include "client/core/outside/task.h"
#include "client/core/people/connection.h"
#include "client/core/people/directory.h"
#include "client/core/vault/context.h"

namespace holdfast::client {

class HistoryReader {
 public:
  HistoryReader(Context context, Connection& connection, Directory& directory, Ledgers& ledgers)
      : context_(context), connection_(connection), directory_(directory), ledgers_(ledgers) {}

  // Of every bond that was formed before this device was linked: all of it once, and later
  // from the first envelope without a key, when keys came. A page is one commit.
  Task<absl::Status> Read();

 private:
  struct Counted {
    std::uint64_t locked = 0;
    std::uint64_t first_locked = 0;  // the practice's place; 0: none
    bool is_first = false;           // reading of this bond's history
  };

  Task<absl::Status> ReadBond(BondId bond, std::uint64_t after);
  absl::Status TakeHistoryPage(const BondId& bond, const v1::HistoryResponse& page,
                               Counted& counted);
  absl::Status TakeOne(VaultChange& change, const OwnDevice& own,
                       const v1::StoredEnvelope& envelope, Counted& counted);
  absl::Status Finish(const BondId& bond, const Counted& counted);
  absl::StatusOr<std::vector<std::pair<BondId, std::uint64_t>>> Wanted() const;
  absl::Status GiveUpLocked();

  Context context_;
  Connection& connection_;
  Directory& directory_;
  Ledgers& ledgers_;
};

}  // namespace holdfast::client
