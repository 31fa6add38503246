#include "client/core/reading/ahead_view.h"

#include <algorithm>

#include "client/core/ahead/ahead_outlook.h"
#include "client/core/outside/limits.h"

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
  view.unconfirmed = ahead.outlook != AheadOutlook::kWithdrawn && ahead.released_at_ms != 0 &&
                     message.delivered_ms() == 0 &&
                     ahead.released_at_ms + limits::kUnconfirmedMs < now_ms;
  if (ahead.outlook != AheadOutlook::kWithdrawn) return;
  view.state = MessageState::kWithdrawn;
  view.state_since_ms = message.withdrawn_ms();
  view.evidence = held.book.withdrawn(view.id) ? Evidence::kLedger : Evidence::kThisDevice;
}

}  // namespace

absl::Status ShowAhead(const VaultReader& reader, Ledgers& ledgers, const vault::Message& message,
                       const std::vector<EnvelopeId>& withdrawing, std::uint64_t now_ms,
                       MessageView& view) {
  if (!message.has_release()) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(const Condition condition, ConditionOf(message));
  HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* held, ledgers.Of(reader, view.bond));
  view.ahead = ViewOf(*held, view.id, message, condition, now_ms);
  view.ahead->withdrawing = std::ranges::find(withdrawing, view.id) != withdrawing.end();
  if (view.mine) SetState(*held, message, now_ms, view);
  return absl::OkStatus();
}

}  // namespace holdfast::client
