#include "client/core/reading/ahead_view.h"

#include <algorithm>

#include "client/core/ahead/ahead_announcing.h"
#include "client/core/ahead/ahead_outlook.h"
#include "client/core/outside/limits.h"
#include "client/core/vault/names.h"

namespace holdfast::client {
namespace {

AheadView ViewOf(const HeldLedger& held, const EnvelopeId& id, const vault::Message& message,
                 const Condition& condition, std::uint64_t now_ms) {
  AheadView ahead;
  ahead.release = condition.release;
  if (!condition.promise.is_zero()) ahead.promise = condition.promise;
  if (!condition.release.slot.is_zero()) {
    ahead.slot_opens_at_ms = PartsOf(condition.release.slot).opens_at_ms;
  }
  const auto released = held.released.find(id);
  if (released != held.released.end()) {
    ahead.came_true_ms = released->second.came_true_ms;
    ahead.released_at_ms = released->second.at_ms;
    ahead.release_entry = released->second.number;
  }
  const std::uint64_t since_ms = message.stored_ms() != 0 ? message.stored_ms() : message.sent_ms();
  ahead.outlook = OutlookOf(held, id, condition, since_ms, now_ms);
  const bool is_here = !message.mine() || message.delivered_ms() != 0;
  const bool is_withdrawn = message.withdrawn_ms() != 0 || held.book.withdrawn(id);
  // A practice that lost the withdrawal with a backup may have released it: who knows of the
  // withdrawal does not take it in.
  if (is_here) {
    ahead.outlook = AheadOutlook::kReleased;
  } else if (is_withdrawn) {
    ahead.outlook = AheadOutlook::kWithdrawn;
  }
  ahead.early = message.early();
  return ahead;
}

// The states of an own message that depend on what became of it.
void SetState(const HeldLedger& held, const vault::Message& message, std::uint64_t now_ms,
              MessageView& view) {
  const AheadView& ahead = *view.ahead;
  if (ahead.taken_back) {
    view.state = MessageState::kWithdrawn;
    view.state_since_ms = message.dropped_ms();
    view.evidence = Evidence::kThisDevice;
    view.unconfirmed = false;
    return;
  }
  view.unconfirmed = ahead.outlook != AheadOutlook::kWithdrawn && ahead.released_at_ms != 0 &&
                     message.delivered_ms() == 0 &&
                     ahead.released_at_ms + limits::kUnconfirmedMs < now_ms;
  if (ahead.outlook != AheadOutlook::kWithdrawn) return;
  view.state = MessageState::kWithdrawn;
  view.state_since_ms = message.withdrawn_ms();
  view.evidence = held.book.withdrawn(view.id) ? Evidence::kLedger : Evidence::kThisDevice;
}

// To its author: what holds it, and what they decided.
absl::Status ShowHold(const VaultReader& reader, Holding& holding, const vault::Message& message,
                      MessageView& view) {
  AheadView& ahead = *view.ahead;
  ahead.taken_back = message.dropped_ms() != 0 && message.opened_ms() == 0;
  HOLDFAST_ASSIGN_OR_RETURN(const auto decision,
                            reader.Find(names::AheadDecision(view.bond, view.id)));
  ahead.decided = decision && !decision->withdrawn();
  const bool may_come = !IsVain(ahead.outlook) && ahead.outlook != AheadOutlook::kWithdrawn;
  if (!may_come || ahead.withdrawing) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(ahead.hold, holding.HoldOf(view.id, message));
  return absl::OkStatus();
}

void ShowWhenItGoes(const LedgerBook& book, std::uint64_t now_ms, AheadView& ahead) {
  const bool waits = ahead.outlook == AheadOutlook::kWaiting ||
                     ahead.outlook == AheadOutlook::kDue || ahead.outlook == AheadOutlook::kHeld;
  if (!waits || ahead.withdrawing) return;
  ahead.goes_at_ms = GoesAt(book, {ahead.release, ahead.promise.value_or(EnvelopeId())});
  ahead.is_soon =
      ahead.goes_at_ms != 0 && now_ms >= AnnouncedFrom(book.availability(), ahead.goes_at_ms);
}

}  // namespace

absl::Status ShowAhead(const VaultReader& reader, Ledgers& ledgers, Holding& holding,
                       const vault::Message& message, const std::vector<EnvelopeId>& withdrawing,
                       std::uint64_t now_ms, MessageView& view) {
  if (!message.has_release()) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(const Condition condition, ConditionOf(message));
  HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* held, ledgers.Of(reader, view.bond));
  view.ahead = ViewOf(*held, view.id, message, condition, now_ms);
  view.ahead->withdrawing = std::ranges::find(withdrawing, view.id) != withdrawing.end();
  if (view.mine) {
    HOLDFAST_RETURN_IF_ERROR(ShowHold(reader, holding, message, view));
    SetState(*held, message, now_ms, view);
    ShowWhenItGoes(held->book, now_ms, *view.ahead);
  }
  return absl::OkStatus();
}

}  // namespace holdfast::client
