// What people signed, as LedgerBook takes it in.
#include "rules/ledger_book.h"
#include "rules/ledger_broken.h"

namespace holdfast {
namespace {

bool MaySign(ActKind kind, const AccountKey& account, const LedgerPeople& people) {
  switch (SignatoryOf(kind)) {
    case Signatory::kTherapist:
      return account == people.therapist;
    case Signatory::kClient:
      return account == people.client;
    case Signatory::kEither:
      break;
  }
  return account == people.therapist || account == people.client;
}

}  // namespace

absl::Status LedgerBook::CheckAct(const LedgerEntry& entry, const Act& act,
                                  const Hash& act_hash) const {
  if (SubjectAs<ActId>(entry.subject) != act.id) {
    return LedgerBroken("subject", "names another act than the one beside it");
  }
  if (entry.hash != act_hash) return LedgerBroken("hash", "is not that of the act beside it");
  if (act.bond != entry.bond) return LedgerBroken("act", "was signed for another bond");
  if (acts_.contains(act.id)) return LedgerBroken("act", "was done before");
  if (people_ && !MaySign(act.kind(), act.account, *people_)) {
    return LedgerBroken("act", "is not one that this person may sign");
  }
  return absl::OkStatus();
}

absl::Status LedgerBook::ApplyAct(const LedgerEntry& entry, const Act& act, const Hash& act_hash) {
  HOLDFAST_RETURN_IF_ERROR(CheckAct(entry, act, act_hash));
  HOLDFAST_RETURN_IF_ERROR(
      std::visit([&](const auto& what) { return ApplyWhat(entry, what); }, act.what));
  acts_.insert(act.id);
  return absl::OkStatus();
}

absl::Status LedgerBook::ApplyWhat(const LedgerEntry&, const Availability& what) {
  const Availability* newest = availability();
  if (what.number != (newest == nullptr ? 1 : newest->number + 1)) {
    return LedgerBroken("act", "has a number of availability that is not the next one");
  }
  availabilities_.emplace(what.number, what);
  return absl::OkStatus();
}

absl::Status LedgerBook::ApplyWhat(const LedgerEntry& entry, const Rhythm& what) {
  if (what.number != newest_rhythm_ + 1) {
    return LedgerBroken("act", "has a number of rhythm that is not the next one");
  }
  newest_rhythm_ = what.number;
  proposal_ = what;
  proposal_hash_ = entry.hash;
  return absl::OkStatus();
}

absl::Status LedgerBook::ApplyWhat(const LedgerEntry& entry, const AcceptRhythm& what) {
  if (!proposal_ || proposal_->number != what.number || proposal_hash_ != what.act_hash) {
    return LedgerBroken("act", "accepts a rhythm that was not proposed, or no longer is");
  }
  rhythm_ = std::move(proposal_);
  proposal_.reset();
  proposal_hash_ = Hash();
  slots_after_ms_ = entry.at_ms;
  coming_.Forget();
  return absl::OkStatus();
}

absl::Status LedgerBook::ApplyWhat(const LedgerEntry&, const EndRhythm& what) {
  const bool is_running = rhythm_ && rhythm_->number == what.number;
  const bool is_proposed = proposal_ && proposal_->number == what.number;
  if (!is_running && !is_proposed) {
    return LedgerBroken("act", "ends a rhythm that neither runs nor is proposed");
  }
  if (is_running) rhythm_.reset();
  if (is_proposed) {
    proposal_.reset();
    proposal_hash_ = Hash();
  }
  return absl::OkStatus();
}

absl::Status LedgerBook::ApplyWhat(const LedgerEntry& entry, const Reschedule& what) {
  const auto found = promises_.find(what.envelope);
  if (found == promises_.end() || found->second.state != PromiseState::kOpen) {
    return LedgerBroken("act", "moves a promise that is not open");
  }
  if (what.from_ms != found->second.due_at_ms) {
    return LedgerBroken("act", "moves another due time than the promise has");
  }
  if (entry.at_ms >= what.from_ms) return LedgerBroken("at_ms", "is past the due time that moves");
  if (what.due_at_ms <= entry.at_ms) return LedgerBroken("act", "moves a promise into the past");
  found->second.due_at_ms = what.due_at_ms;
  return absl::OkStatus();
}

absl::Status LedgerBook::ApplyWhat(const LedgerEntry& entry, const Pause& what) {
  if (what.until_ms <= entry.at_ms) return LedgerBroken("act", "is a pause that is over already");
  pause_ = what;
  return absl::OkStatus();
}

absl::Status LedgerBook::ApplyWhat(const LedgerEntry&, const Resume&) {
  pause_.reset();
  return absl::OkStatus();
}

absl::Status LedgerBook::ApplyWhat(const LedgerEntry&, const Withdraw& what) {
  if (released_.contains(what.envelope)) {
    return LedgerBroken("act", "withdraws what was released before");
  }
  withdrawn_.insert(what.envelope);
  return absl::OkStatus();
}

absl::Status LedgerBook::ApplyWhat(const LedgerEntry&, const EndBond&) {
  ended_ = true;
  rhythm_.reset();
  proposal_.reset();
  proposal_hash_ = Hash();
  return absl::OkStatus();
}

}  // namespace holdfast
