// What a person decides about a bond: signed once, kept in the vault, sent until
// the practice answers.
#pragma once

#include <cstdint>
#include <map>

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
  // reason until it is shown. Where it takes no more decisions of a kind for now, those
  // wait, and nothing else does: that is OK, and held() says it.
  Task<absl::Status> Perform();
  // quota_exceeded, in the practice's words, while decisions wait for that; else OK.
  absl::Status held() const;

 private:
  // The practice counts hours, moved promises and all else each by itself.
  enum class Counted : std::uint8_t { kHours, kMoves, kOther };
  static Counted CountedAs(ActKind kind);
  struct Held {
    absl::Status refusal;
    std::uint64_t until_ms = 0;
  };

  // What waits, as it may be sent now.
  absl::StatusOr<std::vector<Pending>> ToPerform();
  Task<absl::Status> PerformOne(Pending pending);
  absl::Status TakeAnswer(const Pending& pending, const v1::PerformResponse& response);
  absl::Status TakeRefusal(const Pending& pending, const absl::Status& refusal);

  Context context_;
  Connection& connection_;
  Ledgers& ledgers_;
  std::map<Counted, Held> held_;
};

}  // namespace holdfast::client
