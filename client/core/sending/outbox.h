// What was written and has not reached the practice: Flush seals and sends, one
// message at a time and in the order of each bond.
#pragma once

#include <optional>
#include <utility>

#include "client/core/ledger/ledgers.h"
#include "client/core/outside/task.h"
#include "client/core/people/connection.h"
#include "client/core/people/directory.h"
#include "client/core/sending/outbox_ahead.h"

namespace holdfast::client {

class Outbox {
 public:
  Outbox(Context context, Connection& connection, Directory& directory, Ledgers& ledgers)
      : context_(context),
        connection_(connection),
        directory_(directory),
        ledgers_(ledgers),
        ahead_(context, connection, ledgers, counts_) {}

  // Sends everything that can be sent. A refusal of one message, or a bond in
  // which sending stopped, does not hold up the others; the practice being away or
  // busy ends it, with what is left still queued. stale_device_list, after all other
  // bonds had their turn, where the practice asks for newer lists and shows none.
  Task<absl::Status> Flush();

  // People's messages sent since the last call.
  std::size_t TakeSentCount() { return std::exchange(counts_.sent, 0); }
  // Those that the practice refused for good since the last call.
  std::size_t TakeRefusedCount() { return std::exchange(counts_.refused, 0); }

 private:
  struct Next {
    std::uint64_t position = 0;  // in the chain
    bool fresh = false;          // sealed just now
    v1::SendRequest request;
  };
  enum class Outcome { kGoOn, kSealAgain, kLeaveBond };

  Task<absl::Status> FlushBond(BondId bond);
  // Reads the ledger where a receipt names more of it than this device holds.
  Task<absl::Status> ReadBefore(BondId bond, absl::StatusOr<v1::SendResponse> response);
  // In outbox_next.cpp.
  absl::StatusOr<std::optional<Next>> NextToSend(const BondId& bond);
  absl::StatusOr<std::optional<Next>> SealOldest(const BondId& bond);

  absl::StatusOr<Outcome> TakeAnswer(const BondId& bond, const Next& next,
                                     const absl::StatusOr<v1::SendResponse>& response);
  // One that was offered again after a restore, and that the other side has by now: where the
  // practice does not take it, nothing is lost, and nobody waits for it.
  absl::StatusOr<bool> LetGoOfArrived(const BondId& bond, const Next& next,
                                      const absl::Status& refusal);
  absl::Status TakeStored(const BondId& bond, const Next& next, const v1::SendResponse& response);
  absl::Status TakeRefused(const BondId& bond, const Next& next, const absl::Status& refusal);

  Context context_;
  Connection& connection_;
  Directory& directory_;
  Ledgers& ledgers_;
  SendCounts counts_;
  AheadOutbox ahead_;
};

}  // namespace holdfast::client
