// What is sealed ahead in one bond, as its ledger must treat it: released exactly
// when its condition has come true by what the ledger says, in that order, once;
// never in a pause that holds it, never once it was withdrawn.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "rules/act.h"
#include "rules/header.h"
#include "rules/ledger.h"
#include "simulation/model_parts.h"

namespace holdfast::simulation {

enum class AheadFate : std::uint8_t { kWaiting, kReleased, kErased };

struct ModelAhead {
  Header header;
  bool by_client = false;
  std::uint64_t position = 0;
  AheadFate fate = AheadFate::kWaiting;
  std::uint64_t true_at_ms = 0;      // its condition's own time; 0: it has not come true
  std::uint64_t known_ms = 0;        // before it nobody could know that
  std::uint64_t released_at_ms = 0;  // by the ledger
};

class AheadModel {
 public:
  explicit AheadModel(Complain complain) : complain_(std::move(complain)) {}

  void Take(const StoredEnvelope& envelope);
  // A slot opened or closed empty, or a promise was missed: at its own time `time_ms`,
  // written down at `at_ms`.
  void Happened(ReleaseWhen when, const LedgerSubject& subject, std::uint64_t time_ms,
                std::uint64_t at_ms);
  // It cannot happen any more, as was written down at `at_ms`.
  void RuledOut(ReleaseWhen when, const LedgerSubject& subject, std::uint64_t at_ms);
  // From `at_ms` on everything waits until then; 0: nothing does.
  void Hold(std::uint64_t until_ms, std::uint64_t at_ms);
  void Withdraw(const EnvelopeId& id, const AccountKey& by);
  void Release(const LedgerEntry& entry, const ModelMoment& moment);
  void EndBond();

  // The earliest time at which a release is to come.
  std::uint64_t next_due_ms() const;
  const std::map<EnvelopeId, ModelAhead>& notes() const { return notes_; }

 private:
  using Event = std::pair<ReleaseWhen, LedgerSubject>;

  void CheckTaken(const StoredEnvelope& envelope, const ModelAhead& note) const;
  // Of those that are due as well, the first.
  void CheckTurn(const ModelAhead& note, std::uint64_t at_ms) const;
  void Require(bool is_so, const std::string& what) const {
    if (!is_so) complain_(what);
  }

  Complain complain_;
  std::map<EnvelopeId, ModelAhead> notes_;
  std::map<Event, std::uint64_t> happened_;                       // at its own time
  std::map<Event, std::uint64_t> ruled_out_;                      // when that was written down
  std::set<std::pair<EnvelopeId, AccountKey>> withdrawn_before_;  // before they came, and by whom
  std::uint64_t held_until_ms_ = 0;
  std::uint64_t hold_changed_ms_ = 0;
};

}  // namespace holdfast::simulation
