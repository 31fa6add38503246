#include "client/core/ahead/ahead_outlook.h"

#include <algorithm>

namespace holdfast::client {
namespace {

// A slot that the ledger does not know yet.
AheadOutlook OfSlotToCome(const LedgerBook& book, const SlotId& slot) {
  if (!book.rhythm() || book.rhythm()->number != PartsOf(slot).rhythm) {
    return AheadOutlook::kRhythmChanged;
  }
  const auto next = book.next_slot();
  const bool passed_over =
      next.ok() && (!*next || PartsOf(slot).opens_at_ms < (*next)->opens_at_ms);
  if (passed_over) return AheadOutlook::kRhythmChanged;
  const auto paused = book.paused_until_ms();
  return paused && PartsOf(slot).opens_at_ms < *paused ? AheadOutlook::kInPause
                                                       : AheadOutlook::kWaiting;
}

AheadOutlook OfSlot(const LedgerBook& book, const Release& release) {
  const auto found = book.slots().find(release.slot);
  if (found == book.slots().end()) return OfSlotToCome(book, release.slot);
  const SlotState state = found->second.state;
  if (state == SlotState::kSkipped) return AheadOutlook::kSkipped;
  const bool not_needed =
      release.when == ReleaseWhen::kSlotClosesEmpty && state == SlotState::kFilled;
  return not_needed ? AheadOutlook::kCheckInCame : AheadOutlook::kWaiting;
}

AheadOutlook OfPromise(const LedgerBook& book, const EnvelopeId& promise) {
  const auto found = book.promises().find(promise);
  if (found == book.promises().end()) return AheadOutlook::kWaiting;
  return found->second.state == PromiseState::kKept ? AheadOutlook::kAnswered
                                                    : AheadOutlook::kWaiting;
}

}  // namespace

Condition ConditionOf(const Header& header) { return {header.release, header.reply_to}; }

absl::StatusOr<Condition> ConditionOf(const vault::Message& message) {
  Condition condition;
  condition.release.when = static_cast<ReleaseWhen>(message.release().when());
  condition.release.at_ms = message.release().at_ms();
  if (!message.release().slot().empty()) {
    HOLDFAST_ASSIGN_OR_RETURN(condition.release.slot,
                              SlotId::From(message.release().slot(), "vault.message"));
  }
  if (!message.release().promise().empty()) {
    HOLDFAST_ASSIGN_OR_RETURN(condition.promise,
                              EnvelopeId::From(message.release().promise(), "vault.message"));
  }
  return condition;
}

void PutCondition(vault::Message& message, const Condition& condition) {
  vault::Release& release = *message.mutable_release();
  release.set_when(static_cast<std::uint32_t>(condition.release.when));
  release.set_at_ms(condition.release.at_ms);
  if (!condition.release.slot.is_zero()) release.set_slot(condition.release.slot.str());
  if (!condition.promise.is_zero()) release.set_promise(condition.promise.str());
}

bool HasComeTrue(const LedgerBook& book, const Condition& condition, std::uint64_t since_ms,
                 std::uint64_t now_ms) {
  const auto slot = book.slots().find(condition.release.slot);
  const auto is_missed = [&](const auto& promise) {
    return promise.second.missed_at_ms != 0 && promise.second.missed_at_ms >= since_ms;
  };
  switch (condition.release.when) {
    case ReleaseWhen::kNow:
      return true;
    case ReleaseWhen::kAtTime:
      return condition.release.at_ms <= now_ms;
    case ReleaseWhen::kSlotOpens:
      return slot != book.slots().end() && slot->second.state != SlotState::kSkipped;
    case ReleaseWhen::kSlotClosesEmpty:
      return slot != book.slots().end() && slot->second.state == SlotState::kClosedEmpty;
    case ReleaseWhen::kPromiseMissed: {
      if (condition.promise.is_zero()) return std::ranges::any_of(book.promises(), is_missed);
      const auto promise = book.promises().find(condition.promise);
      return promise != book.promises().end() && promise->second.missed_at_ms != 0;
    }
  }
  return false;
}

bool CameTrueAt(const LedgerBook& book, const Condition& condition, std::uint64_t said_ms) {
  const auto slot = book.slots().find(condition.release.slot);
  const bool is_slot = slot != book.slots().end();
  const auto is_missed_then = [&](const auto& promise) {
    return promise.second.missed_at_ms != 0 && promise.second.due_at_ms == said_ms;
  };
  switch (condition.release.when) {
    case ReleaseWhen::kNow:
      return true;
    case ReleaseWhen::kAtTime:
      return condition.release.at_ms == said_ms;
    case ReleaseWhen::kSlotOpens:
      return is_slot && slot->second.slot.opens_at_ms == said_ms;
    case ReleaseWhen::kSlotClosesEmpty:
      return is_slot && slot->second.slot.closes_at_ms == said_ms;
    case ReleaseWhen::kPromiseMissed: {
      if (condition.promise.is_zero()) return std::ranges::any_of(book.promises(), is_missed_then);
      const auto promise = book.promises().find(condition.promise);
      return promise != book.promises().end() && is_missed_then(*promise);
    }
  }
  return false;
}

AheadOutlook OutlookOf(const HeldLedger& held, const EnvelopeId& id, const Condition& condition,
                       std::uint64_t since_ms, std::uint64_t now_ms) {
  const LedgerBook& book = held.book;
  if (book.released(id)) return AheadOutlook::kReleased;
  if (book.ended()) return AheadOutlook::kBondEnded;
  if (HasComeTrue(book, condition, since_ms, now_ms)) {
    const bool is_held = book.pause() && book.pause()->ahead_too && now_ms < book.pause()->until_ms;
    return is_held ? AheadOutlook::kHeld : AheadOutlook::kDue;
  }
  switch (condition.release.when) {
    case ReleaseWhen::kSlotOpens:
    case ReleaseWhen::kSlotClosesEmpty:
      return OfSlot(book, condition.release);
    case ReleaseWhen::kPromiseMissed:
      return OfPromise(book, condition.promise);
    default:
      return AheadOutlook::kWaiting;
  }
}

}  // namespace holdfast::client
