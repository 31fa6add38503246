#include "client/core/reading/message_row.h"

#include <algorithm>

#include "client/core/ledger/decided.h"
#include "client/core/message/ruptures.h"
#include "client/core/outside/limits.h"
#include "client/core/reading/ahead_view.h"
#include "client/core/reading/bookmarks.h"
#include "client/core/vault/names.h"
#include "holdfast/v1/content.pb.h"

namespace holdfast::client {
namespace {

struct StateNow {
  MessageState state = MessageState::kQueued;
  std::uint64_t since_ms = 0;
  Evidence evidence = Evidence::kThisDevice;
  std::uint64_t due_ms = 0;
};

// The reply came; or, to a received one, this device's own was stored.
Evidence AnswerEvidence(const vault::Message& message) {
  return message.mine() ? Evidence::kOtherSide : Evidence::kPractice;
}

// By the promise that the ledger holds for it.
StateNow StateOf(const PromiseLine& line, const vault::Message& message, std::uint64_t now_ms) {
  constexpr Evidence kLedger = Evidence::kLedger;
  const std::uint64_t answered_ms = message.answered_ms();
  switch (line.state) {
    case PromiseState::kKept:
      return {MessageState::kAnswered, line.settled_at_ms, kLedger, 0};
    case PromiseState::kRepaired:
      return {MessageState::kRepaired, line.settled_at_ms, kLedger, line.due_at_ms};
    case PromiseState::kMissed:
      // The reply may be here before the ledger says so.
      if (answered_ms != 0) {
        return {MessageState::kRepaired, answered_ms, AnswerEvidence(message), line.due_at_ms};
      }
      return {MessageState::kMissed, line.missed_at_ms, kLedger, line.due_at_ms};
    case PromiseState::kOpen:
      break;
  }
  if (answered_ms != 0) return {MessageState::kAnswered, answered_ms, AnswerEvidence(message), 0};
  if (line.due_at_ms + limits::kClockSkewMs < now_ms) {
    return {MessageState::kMissed, line.due_at_ms, Evidence::kThisDevice, line.due_at_ms};
  }
  return {MessageState::kReplyDue, line.made_at_ms, kLedger, line.due_at_ms};
}

// How far it came.
StateNow ReachedBy(const vault::Message& message) {
  const bool stored = message.position() != 0;
  if (message.opened_ms() != 0) {
    return {MessageState::kOpened, message.opened_ms(),
            message.mine() ? Evidence::kOtherSide : Evidence::kThisDevice, 0};
  }
  if (message.delivered_ms() != 0) {
    return {MessageState::kDelivered, message.delivered_ms(),
            message.mine() ? Evidence::kOtherSide : Evidence::kThisDevice, 0};
  }
  if (stored) return {MessageState::kStored, message.stored_ms(), Evidence::kPractice, 0};
  return {MessageState::kQueued, message.sent_ms(), Evidence::kThisDevice, 0};
}

// What the ledger says of a message that asked for a reply.
struct OwedReply {
  const PromiseLine* promise = nullptr;  // none where nothing is promised
  bool ended = false;                    // the bond, before there was a reply
};

// The furthest state for which there is evidence.
StateNow StateOf(const vault::Message& message, const OwedReply& owed, std::uint64_t now_ms) {
  if (owed.ended) return ReachedBy(message);
  if (owed.promise != nullptr) return StateOf(*owed.promise, message, now_ms);
  if (message.answered_ms() != 0) {
    return {MessageState::kAnswered, message.answered_ms(), AnswerEvidence(message), 0};
  }
  if (message.due_ms() == 0 || message.position() == 0) return ReachedBy(message);
  PromiseLine line;
  line.made_at_ms = message.stored_ms();
  line.due_at_ms = message.due_ms();
  StateNow state = StateOf(line, message, now_ms);
  if (state.evidence == Evidence::kLedger) state.evidence = Evidence::kPractice;
  return state;
}

// By the practice's clock, or by one of a device that may have been wrong meanwhile.
std::uint64_t SinceMs(const StateNow& state, std::uint64_t now_ms) {
  const bool by_practice =
      state.evidence == Evidence::kLedger || state.evidence == Evidence::kPractice;
  return by_practice ? state.since_ms : std::min(state.since_ms, now_ms);
}

absl::StatusOr<MessageView> MessageViewOf(const EnvelopeId& id, const vault::Message& message,
                                          const OwedReply& owed, const OwnDevice& own,
                                          std::uint64_t now_ms) {
  MessageView view;
  view.id = id;
  view.bond = BondId::From(message.bond(), "bond").value_or(BondId());
  view.kind = static_cast<Kind>(message.kind());
  view.mine = message.mine();
  const bool own_is_therapist = own.role == crypto::Role::kTherapist;
  view.from = own_is_therapist == message.mine() ? crypto::Role::kTherapist : crypto::Role::kClient;
  view.sent_at_ms = message.sent_ms();
  if (auto reply_to = EnvelopeId::From(message.reply_to(), "reply_to"); reply_to.ok()) {
    view.reply_to = *reply_to;
  }
  auto content = std::make_shared<v1::Content>();
  if (!content->ParseFromString(message.content())) {
    return Refuse(Reason::kVaultDamaged, "vault.message", "holds a damaged content");
  }
  view.not_safe = content->check_in().risk_size() > 0;
  view.seen_at_ms = message.seen_ms();
  view.witnessed_at_ms = std::min(message.witnessed_ms(), now_ms);
  view.erased_at_ms = message.erased_ms();
  view.content = std::move(content);
  const StateNow state = StateOf(message, owed, now_ms);
  view.state = state.state;
  view.state_since_ms = SinceMs(state, now_ms);
  const StateNow reached = ReachedBy(message);
  view.reached = reached.state;
  view.reached_at_ms = SinceMs(reached, now_ms);
  view.bond_ended = owed.ended;
  view.evidence = state.evidence;
  view.due_at_ms = state.due_ms;
  view.unconfirmed = message.mine() && message.position() != 0 && message.delivered_ms() == 0 &&
                     message.stored_ms() + limits::kUnconfirmedMs < now_ms;
  view.unread = IsUnread(message);
  view.refusal = message.refusal();
  view.refusal_reason = ReasonNamed(message.refusal_reason());
  return view;
}

absl::StatusOr<OwedReply> OwedFor(const VaultReader& reader, Ledgers& ledgers,
                                  const vault::Message& message, const EnvelopeId& id) {
  OwedReply owed;
  if (!message.reply_owed()) return owed;
  HOLDFAST_ASSIGN_OR_RETURN(const BondId bond, BondId::From(message.bond(), "vault.message"));
  HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* held, ledgers.Of(reader, bond));
  const auto found = held->book.promises().find(id);
  if (found != held->book.promises().end()) owed.promise = &found->second;
  const bool waits = message.answered_ms() == 0 &&
                     (owed.promise == nullptr || owed.promise->state == PromiseState::kOpen ||
                      owed.promise->state == PromiseState::kMissed);
  owed.ended = held->book.ended() && waits;
  return owed;
}

}  // namespace

bool IsUnread(const vault::Message& message) {
  return !message.mine() && message.opened_ms() == 0 && message.erased_ms() == 0;
}

MessagePlace PlaceOf(const vault::Message& message) {
  MessagePlace place;
  const bool queued = message.mine() && message.position() == 0;
  place.shown = {queued, message.life(), message.position(), 0, message.order()};
  place.stored_ms = message.stored_ms();
  place.is_ahead = message.has_release();
  return place;
}

void PlaceByRelease(const std::vector<MessagePlace*>& places) {
  for (MessagePlace* const place : places) {
    if (!place->is_released) continue;
    MessagePlace::Shown before;
    for (const MessagePlace* const other : places) {
      const bool counts =
          !other->is_ahead && other->stored_ms != 0 && other->stored_ms <= place->came_ms;
      if (counts) before = std::max(before, other->shown);
    }
    const std::uint64_t order =
        place->release_entry != 0 ? place->release_entry : std::get<4>(place->shown);
    place->shown = {false, std::get<1>(before), std::get<2>(before), place->came_ms, order};
  }
}

absl::StatusOr<MessageRows> MessageRows::Of(const VaultReader& reader, Ledgers& ledgers,
                                            const OwnDevice& own, std::uint64_t now_ms) {
  MessageRows rows(reader, ledgers, own, now_ms);
  HOLDFAST_ASSIGN_OR_RETURN(rows.ruptures_, AllRuptures(reader));
  HOLDFAST_ASSIGN_OR_RETURN(rows.withdrawing_, Withdrawing(reader));
  HOLDFAST_ASSIGN_OR_RETURN(rows.bookmarks_, AllBookmarks(reader));
  return rows;
}

absl::StatusOr<MessageRow> MessageRows::RowOf(const EnvelopeId& id,
                                              const vault::Message& message) const {
  HOLDFAST_ASSIGN_OR_RETURN(const OwedReply owed, OwedFor(reader_, ledgers_, message, id));
  MessageRow row;
  HOLDFAST_ASSIGN_OR_RETURN(row.view, MessageViewOf(id, message, owed, own_, now_ms_));
  const auto mark = ruptures_.find(id);
  if (mark != ruptures_.end()) row.view.rupture = mark->second;
  const auto kept = bookmarks_.find(id);
  if (kept != bookmarks_.end()) row.view.kept_at_ms = kept->second;
  HOLDFAST_RETURN_IF_ERROR(
      ShowAhead(reader_, ledgers_, *holding_, message, withdrawing_, now_ms_, row.view));
  row.place = PlaceOf(message);
  const std::optional<AheadView>& ahead = row.view.ahead;
  row.place.is_released = ahead && ahead->outlook == AheadOutlook::kReleased;
  if (row.place.is_released) {
    row.place.came_ms =
        ahead->released_at_ms != 0 ? ahead->released_at_ms : row.view.state_since_ms;
    row.place.release_entry = ahead->release_entry;
  }
  return row;
}

}  // namespace holdfast::client
