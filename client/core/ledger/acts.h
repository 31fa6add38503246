// What a person decides about a bond: signed once, kept in the vault, sent until
// the practice answers.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "client/core/ledger/decided.h"
#include "client/core/ledger/ledgers.h"
#include "client/core/people/connection.h"
#include "client/core/vault/context.h"
#include "rules/act.h"

namespace holdfast::client {

using Decision = decltype(Act::what);

// Signs and queues it behind those that wait, to which it is added; numbers of availability
// and rhythm are put in here. usage, bond_ended, vault_rolled_back, and what the rules
// refuse; nothing is changed then.
absl::StatusOr<ActId> WriteAct(Context context, Ledgers& ledgers, VaultChange& change,
                               std::vector<Pending>& waiting, const BondId& bond, Decision what);

class Acts {
 public:
  Acts(Context context, Connection& connection, Ledgers& ledgers)
      : context_(context), connection_(connection), ledgers_(ledgers) {}

  // Sends what waits, in order, as much as fits in each call. What the practice refuses for
  // good is kept with its reason until it is shown. Where it takes no more decisions of a kind for
  // now, those wait, and nothing else does: that is OK, and held() says it. The end of a bond
  // is not among them.
  Task<absl::Status> Perform();
  // The ends of bonds, once what was written there before has gone: the practice takes nothing
  // behind them.
  Task<absl::Status> PerformEnds();
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

  // What waits, as it may be sent now: the ends of bonds, or all else.
  absl::StatusOr<std::vector<Pending>> ToPerform(bool ends);
  Task<absl::Status> PerformAll(bool ends);
  // The next that go into one call; `at` moves behind them.
  std::vector<Pending> NextTogether(const std::vector<Pending>& pending, std::size_t& at) const;
  Task<absl::Status> PerformTogether(std::vector<Pending> acts);
  Task<absl::Status> PerformEach(std::vector<Pending> acts);

  // One that was sent, and what has become of it.
  struct Answered {
    Pending act;
    absl::Status outcome;  // OK: `item` is to prove it
    v1::LedgerItem item;
  };
  static std::vector<Answered> AnswersTo(std::vector<Pending> acts,
                                         const absl::StatusOr<v1::PerformResponse>& response);
  // What is in the ledgers, in one commit. Where the vault fails for one of them, the others
  // are taken in all the same.
  absl::Status TakeDone(const std::vector<Answered>& answers);
  absl::Status TakeDone(VaultChange& change, const Answered& answer);
  Task<absl::Status> TakeRefused(std::vector<Answered> answers);
  void Hold(const std::vector<Answered>& answers);

  Context context_;
  Connection& connection_;
  Ledgers& ledgers_;
  std::map<Counted, Held> held_;
};

}  // namespace holdfast::client
