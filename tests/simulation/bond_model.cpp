#include "simulation/bond_model.h"

#include <algorithm>

#include "rules/limits.h"
#include "simulation/calendar.h"

namespace holdfast::simulation {
namespace {

using limits::kMinuteMs;

bool IsTimers(LedgerKind kind) {
  return kind == LedgerKind::kSlotOpened || kind == LedgerKind::kSlotSkipped ||
         kind == LedgerKind::kSlotClosedEmpty || kind == LedgerKind::kPromiseMissed ||
         kind == LedgerKind::kReleased;
}

}  // namespace

void BondModel::TakeEnvelope(const StoredEnvelope& envelope) {
  Require(!ended_, "an envelope was stored after the end of the bond");
  ahead_.Take(envelope);
  if (!envelope.header.slot.is_zero()) MustFillSlot(envelope);
  if (envelope.header.kind == Kind::kReply && !envelope.by_client) MustSettlePromise(envelope);
  MustMakePromise(envelope);
}

void BondModel::MustFillSlot(const StoredEnvelope& envelope) {
  const SlotId& id = envelope.header.slot;
  const LedgerSubject slot = SubjectOf(id);
  const std::uint64_t now_ms = envelope.stored_at_ms;
  const bool is_next = next_slot_ && next_slot_->id == id && next_slot_->opens_at_ms <= now_ms;
  if (is_next && next_slot_->opens_at_ms < paused_until_ms_) {
    return must_.push_back({LedgerKind::kSlotSkipped, slot, {}});
  }
  if (is_next) must_.push_back({LedgerKind::kSlotOpened, slot, {}});
  if (is_next && next_slot_->closes_at_ms <= now_ms) {
    return must_.push_back({LedgerKind::kSlotClosedEmpty, slot, {}});
  }
  const auto known = slots_.find(id);
  const bool is_open =
      known != slots_.end() && !known->second.ended_in && now_ms < known->second.slot.closes_at_ms;
  if (!is_next && !is_open) return;
  must_.push_back({LedgerKind::kSlotFilled, slot, SubjectOf(envelope.header.envelope)});
}

void BondModel::MustSettlePromise(const StoredEnvelope& envelope) {
  const auto promise = promises_.find(envelope.header.reply_to);
  if (promise == promises_.end()) return;
  const LedgerSubject subject = SubjectOf(promise->first);
  const LedgerSubject reply = SubjectOf(envelope.header.envelope);
  const bool is_open = promise->second.standing == Standing::kOpen;
  if (is_open && envelope.stored_at_ms < promise->second.due_ms) {
    return must_.push_back({LedgerKind::kPromiseKept, subject, reply});
  }
  if (is_open) must_.push_back({LedgerKind::kPromiseMissed, subject, {}});
  if (!is_open && promise->second.standing != Standing::kMissed) return;
  must_.push_back({LedgerKind::kPromiseRepaired, subject, reply});
}

void BondModel::MustMakePromise(const StoredEnvelope& envelope) {
  std::optional<std::uint64_t> due_ms;
  if (envelope.by_client && envelope.header.reply_owed && availability_) {
    due_ms = AfterWork(*availability_, envelope.stored_at_ms,
                       availability_->reply_within_minutes * kMinuteMs);
  }
  Require(envelope.due_at_ms == due_ms.value_or(0) &&
              envelope.availability == (due_ms ? availability_->number : 0),
          "a receipt names another due time than follows from the signed hours");
  if (!due_ms) return;
  must_.push_back({LedgerKind::kPromiseMade, SubjectOf(envelope.header.envelope), {}});
}

void BondModel::TakeEntry(const LedgerEntry& entry, const Act* act, const ModelMoment& moment) {
  if (entry.kind == LedgerKind::kRestored) return;
  batch_ = moment.batch;
  Require(!ended_, "the ledger goes on after the end of the bond");
  if (!must_.empty()) {
    TakeMust(entry);
  } else {
    Require(IsTimers(entry.kind) || act != nullptr, "the ledger says what nobody did");
  }
  switch (entry.kind) {
    case LedgerKind::kAct:
      return act == nullptr ? complain_("an act is missing") : TakeAct(entry, *act);
    case LedgerKind::kSlotOpened:
    case LedgerKind::kSlotSkipped:
      return BeginSlot(entry, moment);
    case LedgerKind::kSlotFilled:
    case LedgerKind::kSlotClosedEmpty:
      return EndSlot(entry, moment);
    case LedgerKind::kPromiseMade:
      return MakePromise(entry);
    case LedgerKind::kPromiseKept:
    case LedgerKind::kPromiseMissed:
    case LedgerKind::kPromiseRepaired:
      return SettlePromise(entry, moment);
    case LedgerKind::kReleased:
      return ahead_.Release(entry, moment);
    case LedgerKind::kRestored:
      return;
  }
}

void BondModel::TakeMust(const LedgerEntry& entry) {
  const Must must = must_.front();
  must_.erase(must_.begin());
  Require(entry.kind == must.kind && entry.subject == must.subject && entry.by == must.by,
          "the ledger does not say of a message what it did");
}

void BondModel::EndBatch() {
  next_due_ms_ = NextDueMs();
  if (must_.empty()) return;
  must_.clear();
  complain_("a message was stored, and the ledger does not say what it did");
}

void BondModel::NotEarly(const char* what, std::uint64_t due_ms, const LedgerEntry& entry,
                         const ModelMoment& moment) {
  Require(entry.at_ms >= due_ms, std::string(what) + " before its time, by the ledger's own");
  Require(moment.latest_ms >= due_ms, std::string(what) + " before its time");
}

void BondModel::BeginSlot(const LedgerEntry& entry, const ModelMoment& moment) {
  const auto id = SubjectAs<SlotId>(entry.subject);
  Require(!slots_.contains(id), "a slot opened twice");
  if (!next_slot_ || next_slot_->id != id) return complain_("a slot opened that is not the next");
  const Slot slot = *next_slot_;
  Require(entry.from_ms == slot.opens_at_ms && entry.until_ms == slot.closes_at_ms &&
              entry.reference == rhythm_->number,
          "a slot opened for another time than the rhythm's");
  NotEarly("a slot opened", slot.opens_at_ms, entry, moment);
  const bool is_paused = slot.opens_at_ms < paused_until_ms_;
  Require(is_paused == (entry.kind == LedgerKind::kSlotSkipped),
          is_paused ? "a slot opened within a pause" : "a slot was skipped without a pause");
  next_slot_ = SlotAfter(*rhythm_, slot.opens_at_ms);
  ModelSlot& opened = slots_[id];
  opened.slot = slot;
  opened.reminders = rhythm_->reminders;
  if (is_paused) {
    opened.ended_in = 0;
    ahead_.RuledOut(ReleaseWhen::kSlotOpens, entry.subject, entry.at_ms);
    return ahead_.RuledOut(ReleaseWhen::kSlotClosesEmpty, entry.subject, entry.at_ms);
  }
  ahead_.Happened(ReleaseWhen::kSlotOpens, entry.subject, slot.opens_at_ms, entry.at_ms);
  if (slot.closes_at_ms <= entry.at_ms && must_.empty()) {
    must_.push_back({LedgerKind::kSlotClosedEmpty, entry.subject, {}});
  }
}

void BondModel::EndSlot(const LedgerEntry& entry, const ModelMoment& moment) {
  const auto found = slots_.find(SubjectAs<SlotId>(entry.subject));
  const bool is_open = found != slots_.end() && !found->second.ended_in;
  if (!is_open) return complain_("a slot ended that was not open");
  ModelSlot& line = found->second;
  line.ended_in = moment.batch;
  if (entry.kind == LedgerKind::kSlotFilled) {
    return ahead_.RuledOut(ReleaseWhen::kSlotClosesEmpty, entry.subject, entry.at_ms);
  }
  ahead_.Happened(ReleaseWhen::kSlotClosesEmpty, entry.subject, line.slot.closes_at_ms,
                  entry.at_ms);
  NotEarly("a slot closed", line.slot.closes_at_ms, entry, moment);
  const bool could_tell = moment.prompt_since_ms <= line.slot.opens_at_ms && !line.was_paused;
  Require(!could_tell || line.told == line.reminders, "a slot closed with a reminder missing");
}

void BondModel::MakePromise(const LedgerEntry& entry) {
  const auto envelope = SubjectAs<EnvelopeId>(entry.subject);
  if (!availability_) return complain_("a reply was promised without working hours");
  const std::uint64_t reply_ms = availability_->reply_within_minutes * kMinuteMs;
  const std::uint64_t before_ms = availability_->remind_before_minutes * kMinuteMs;
  const auto due_ms = AfterWork(*availability_, entry.from_ms, reply_ms);
  Require(due_ms == entry.until_ms && entry.reference == availability_->number,
          "a reply was promised for another time than follows from the signed hours");
  ModelPromise promise;
  promise.due_ms = entry.until_ms;
  promise.availability = availability_->number;
  const auto passed_ms = AfterWork(*availability_, entry.from_ms, reply_ms - before_ms);
  const auto remind_ms =
      passed_ms ? AfterWork(*availability_, *passed_ms, 0) : std::optional<std::uint64_t>();
  if (remind_ms && *remind_ms < promise.due_ms) promise.remind_ms = *remind_ms;
  Require(promises_.emplace(envelope, promise).second, "a reply was promised twice");
}

void BondModel::SettlePromise(const LedgerEntry& entry, const ModelMoment& moment) {
  const auto found = promises_.find(SubjectAs<EnvelopeId>(entry.subject));
  if (found == promises_.end()) return complain_("a promise ended that nobody made");
  ModelPromise& promise = found->second;
  const bool is_repair = entry.kind == LedgerKind::kPromiseRepaired;
  Require(promise.standing == (is_repair ? Standing::kMissed : Standing::kOpen),
          "a promise ended twice");
  Require(entry.until_ms == promise.due_ms, "a promise ended with another due time");
  if (entry.kind == LedgerKind::kPromiseMissed) {
    NotEarly("a promise was missed", promise.due_ms, entry, moment);
    const bool could_tell = promise.remind_ms != 0 && availability_ &&
                            availability_->number == promise.availability &&
                            moment.prompt_since_ms <= promise.remind_ms;
    Require(!could_tell || promise.reminded, "a promise was missed without a reminder");
    promise.standing = Standing::kMissed;
    return ahead_.Happened(ReleaseWhen::kPromiseMissed, entry.subject, promise.due_ms, entry.at_ms);
  }
  Require(is_repair || entry.at_ms < promise.due_ms, "a promise was kept after its time");
  promise.standing = is_repair ? Standing::kRepaired : Standing::kKept;
  if (!is_repair) ahead_.RuledOut(ReleaseWhen::kPromiseMissed, entry.subject, entry.at_ms);
}

std::uint64_t BondModel::NextDueMs() const {
  if (ended_) return kNever;
  std::uint64_t next_ms = next_slot_ ? next_slot_->opens_at_ms : kNever;
  for (const auto& [id, slot] : slots_) {
    if (!slot.ended_in) next_ms = std::min(next_ms, slot.slot.closes_at_ms);
  }
  for (const auto& [id, promise] : promises_) {
    if (promise.standing == Standing::kOpen) next_ms = std::min(next_ms, promise.due_ms);
  }
  return std::min(next_ms, ahead_.next_due_ms());
}

}  // namespace holdfast::simulation
