// What was written and has not reached the practice: Flush seals and sends, one
// message at a time and in the order of each bond.
#pragma once

#include <optional>
#include <vector>

#include "client/core/bonds.h"
#include "client/core/connection.h"
#include "client/core/directory.h"
#include "client/core/ledgers.h"
#include "client/core/task.h"

namespace holdfast::client {

// The message's time, by this device's clock too: another clock's mistake may pass.
bool IsAheadOfOwnClock(const v1::SendRequest& request, std::uint64_t now_ms);

class Outbox {
 public:
  Outbox(Context context, Connection& connection, Directory& directory, Ledgers& ledgers)
      : context_(context), connection_(connection), directory_(directory), ledgers_(ledgers) {}

  // Sends everything that can be sent. A refusal of one message, or a bond in
  // which sending stopped, does not hold up the others; the practice being away or
  // busy ends it, with what is left still queued. stale_device_list, after all other
  // bonds had their turn, where the practice asks for newer lists and shows none.
  Task<absl::Status> Flush();

  // People's messages sent since the last call.
  std::size_t TakeSentCount() { return std::exchange(sent_count_, 0); }
  // Those that the practice refused for good since the last call.
  std::size_t TakeRefusedCount() { return std::exchange(refused_count_, 0); }

 private:
  struct Next {
    std::uint64_t position = 0;  // 0: nothing to send in this bond
    bool fresh = false;          // sealed just now
    v1::SendRequest request;
  };
  enum class Outcome { kGoOn, kSealAgain, kLeaveBond };

  Task<absl::Status> FlushBond(BondId bond);
  // Reads the ledger where a receipt names more of it than this device holds.
  Task<absl::Status> ReadBefore(BondId bond, absl::StatusOr<v1::SendResponse> response);
  absl::StatusOr<Next> NextToSend(const BondId& bond);
  absl::StatusOr<Next> SealOldest(const BondId& bond);
  absl::StatusOr<Outcome> TakeAnswer(const BondId& bond, const Next& next,
                                     const absl::StatusOr<v1::SendResponse>& response);
  absl::Status SayClocksDiffer(const BondId& bond);
  absl::Status TakeStored(const BondId& bond, const Next& next, const v1::SendResponse& response);
  absl::Status TakeRefused(const BondId& bond, const Next& next, const absl::Status& refusal);
  // Raises the alarm and commits. integrity.
  absl::Status SayReceiptWrong(VaultChange& change, const BondId& bond, const absl::Status& why);
  absl::Status SayConflict(VaultChange& change, const BondId& bond);

  // Sealed ahead, in outbox_ahead.cpp.
  Task<absl::Status> FlushAhead(BondId bond);
  absl::StatusOr<std::vector<EnvelopeId>> AheadToSend(const BondId& bond);
  // Nothing where it does not wait any more.
  absl::StatusOr<std::optional<v1::SendRequest>> OfferAhead(const BondId& bond,
                                                            const EnvelopeId& id);
  absl::Status TakeAheadStored(const BondId& bond, const EnvelopeId& id,
                               const v1::SendRequest& request, const v1::SendResponse& response);
  absl::Status TakeAheadRefused(const BondId& bond, const EnvelopeId& id,
                                const absl::Status& refusal);

  Context context_;
  Connection& connection_;
  Directory& directory_;
  Ledgers& ledgers_;
  std::size_t sent_count_ = 0;
  std::size_t refused_count_ = 0;
};

}  // namespace holdfast::client
