// What a person decides about a bond: signed once, kept in the vault, sent until
// the practice answers.
#pragma once

#include "client/core/ledger/decided.h"
#include "client/core/ledger/ledgers.h"
#include "client/core/people/connection.h"
#include "client/core/vault/context.h"
#include "rules/act.h"

namespace holdfast::client {

using Decision = decltype(Act::what);

// Signs and queues it; numbers of availability and rhythm are put in here. usage,
// bond_ended, vault_rolled_back, and what the rules refuse; nothing is changed then.
absl::StatusOr<ActId> WriteAct(Context context, Ledgers& ledgers, VaultChange& change,
                               const BondId& bond, Decision what);

class Acts {
 public:
  Acts(Context context, Connection& connection, Ledgers& ledgers)
      : context_(context), connection_(connection), ledgers_(ledgers) {}

  // Sends what waits, in order. What the practice refuses for good is kept with its
  // reason until it is shown. Where it takes no more decisions for now, they wait, and
  // nothing else does: that is OK, and held() says it.
  Task<absl::Status> Perform();
  // quota_exceeded, in the practice's words, while decisions wait for that; else OK.
  const absl::Status& held() const { return held_; }

 private:
  // What waits, as it may be sent now.
  absl::StatusOr<std::vector<Pending>> ToPerform();
  Task<absl::Status> PerformOne(Pending pending);
  absl::Status TakeAnswer(const Pending& pending, const v1::PerformResponse& response);
  absl::Status TakeRefusal(const Pending& pending, const absl::Status& refusal);

  Context context_;
  Connection& connection_;
  Ledgers& ledgers_;
  absl::Status held_;
  std::uint64_t held_until_ms_ = 0;
};

}  // namespace holdfast::client
