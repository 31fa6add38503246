// What was sealed ahead goes out after everything else of its bond: the key that
// opens it has gone before.
#pragma once

#include <optional>
#include <vector>

#include "client/core/ledger/ledgers.h"
#include "client/core/outside/task.h"
#include "client/core/people/connection.h"

namespace holdfast::client {

// People's messages that the practice took, and that it refused for good.
struct SendCounts {
  std::size_t sent = 0;
  std::size_t refused = 0;
};

class AheadOutbox {
 public:
  AheadOutbox(Context context, Connection& connection, Ledgers& ledgers, SendCounts& counts)
      : context_(context), connection_(connection), ledgers_(ledgers), counts_(counts) {}

  // Sends what waits in one bond, unless something else of it still does. A refusal for
  // good is kept with the message; any other ends it.
  Task<absl::Status> Flush(BondId bond);

 private:
  absl::StatusOr<std::vector<EnvelopeId>> Waiting(const BondId& bond);
  // Nothing where it does not wait any more.
  absl::StatusOr<std::optional<v1::SendRequest>> Offer(const BondId& bond, const EnvelopeId& id);
  absl::Status TakeStored(const BondId& bond, const EnvelopeId& id, const v1::SendRequest& request,
                          const v1::SendResponse& response);
  absl::Status TakeRefused(const BondId& bond, const EnvelopeId& id, const absl::Status& refusal);
  // With the present time, for the next flush.
  absl::Status SealAgain(const BondId& bond, const EnvelopeId& id);

  Context context_;
  Connection& connection_;
  Ledgers& ledgers_;
  SendCounts& counts_;
};

}  // namespace holdfast::client
