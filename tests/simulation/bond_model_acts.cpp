// What people signed, and the reminders, as BondModel takes them.
#include "simulation/bond_model.h"
#include "simulation/calendar.h"

namespace holdfast::simulation {

void BondModel::TakeAct(const LedgerEntry& entry, const Act& act) {
  std::visit([&](const auto& what) { Apply(entry, act, what); }, act.what);
}

void BondModel::Apply(const LedgerEntry&, const Act&, const Availability& what) {
  Require(what.number == (availability_ ? availability_->number + 1 : 1),
          "working hours were set twice under one number");
  availability_ = what;
}

void BondModel::Apply(const LedgerEntry& entry, const Act&, const Rhythm& what) {
  Require(what.number == newest_rhythm_ + 1, "a rhythm was proposed twice under one number");
  newest_rhythm_ = what.number;
  proposal_ = what;
  proposal_hash_ = entry.hash;
}

void BondModel::Apply(const LedgerEntry& entry, const Act&, const AcceptRhythm& what) {
  if (!proposal_ || proposal_->number != what.number || proposal_hash_ != what.act_hash) {
    return complain_("a rhythm was accepted that is not proposed");
  }
  rhythm_ = proposal_;
  proposal_.reset();
  next_slot_ = SlotAfter(*rhythm_, entry.at_ms);
}

void BondModel::Apply(const LedgerEntry&, const Act&, const EndRhythm& what) {
  if (proposal_ && proposal_->number == what.number) {
    proposal_.reset();
  } else if (rhythm_ && rhythm_->number == what.number) {
    rhythm_.reset();
    next_slot_.reset();
  } else {
    complain_("a rhythm was ended that is none");
  }
}

void BondModel::Apply(const LedgerEntry& entry, const Act&, const Reschedule& what) {
  const auto promise = promises_.find(what.envelope);
  const bool is_open = promise != promises_.end() && promise->second.standing == Standing::kOpen &&
                       promise->second.due_ms == what.from_ms && entry.at_ms < what.from_ms;
  if (!is_open) return complain_("a promise was moved that had come to its end");
  promise->second.due_ms = what.due_at_ms;
}

void BondModel::Apply(const LedgerEntry& entry, const Act&, const Pause& what) {
  paused_until_ms_ = what.until_ms;
  ahead_.Hold(what.ahead_too ? what.until_ms : 0, entry.at_ms);
  paused_in_ = batch_;
  for (auto& [id, slot] : slots_) slot.was_paused = slot.was_paused || !slot.ended_in;
}

void BondModel::Apply(const LedgerEntry& entry, const Act&, const Resume&) {
  paused_until_ms_ = 0;
  ahead_.Hold(0, entry.at_ms);
}

void BondModel::Apply(const LedgerEntry&, const Act&, const EndBond&) {
  ended_ = true;
  ahead_.EndBond();
}

void BondModel::Apply(const LedgerEntry&, const Act& act, const Withdraw& what) {
  ahead_.Withdraw(what.envelope, act.account);
}

void BondModel::TakeSlotReminder(const SlotId& id, std::uint64_t at_ms, const ModelMoment& moment) {
  const auto found = slots_.find(id);
  const bool is_open =
      found != slots_.end() && found->second.ended_in.value_or(moment.batch) == moment.batch;
  if (!is_open) return complain_("the client was reminded of a slot that is not open");
  ModelSlot& slot = found->second;
  const std::uint64_t window_ms = slot.slot.closes_at_ms - slot.slot.opens_at_ms;
  std::uint64_t number = 1;
  while (number <= slot.reminders && slot.slot.opens_at_ms + window_ms * number / 3 != at_ms) {
    ++number;
  }
  Require(number <= slot.reminders, "the client was reminded at a time that is none");
  Require(number > slot.newest_told, "the client was reminded twice of the same");
  Require(at_ms <= moment.latest_ms, "the client was reminded before the time");
  // Timers come before what people ask for in the same batch.
  Require(paused_until_ms_ <= moment.latest_ms || paused_in_ == moment.batch,
          "the client was reminded within a pause");
  slot.newest_told = number;
  ++slot.told;
}

void BondModel::TakePromiseReminder(const EnvelopeId& envelope, std::uint64_t at_ms) {
  const auto found = promises_.find(envelope);
  if (found == promises_.end()) return complain_("the therapist was reminded of no promise");
  ModelPromise& promise = found->second;
  Require(!promise.reminded, "the therapist was reminded twice of one promise");
  Require(promise.standing == Standing::kOpen, "the therapist was reminded of what is settled");
  Require(at_ms >= promise.remind_ms, "the therapist was reminded before the time");
  Require(at_ms < promise.due_ms, "the therapist was reminded after the due time");
  Require(availability_ && IsWorking(*availability_, at_ms),
          "the therapist was reminded outside of the working hours");
  promise.reminded = true;
}

}  // namespace holdfast::simulation
