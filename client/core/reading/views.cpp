#include "client/core/reading/views.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "client/core/archive/facts.h"
#include "client/core/ledger/decided.h"
#include "client/core/message/ruptures.h"
#include "client/core/outside/limits.h"
#include "client/core/people/bonds.h"
#include "client/core/reading/ahead_view.h"
#include "client/core/shown/content.h"
#include "client/core/shown/next_step.h"
#include "client/core/vault/names.h"

namespace holdfast::client {
namespace {

struct StateNow {
  MessageState state = MessageState::kQueued;
  std::uint64_t since_ms = 0;
  Evidence evidence = Evidence::kThisDevice;
  std::uint64_t due_ms = 0;
};

bool IsUnread(const vault::Message& message) { return !message.mine() && message.opened_ms() == 0; }

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

// Queued; life and position; behind those at the same position: when it was released;
// the order of the releases, or that in which it came.
using PlaceShown = std::tuple<bool, std::uint32_t, std::uint64_t, std::uint64_t, std::uint64_t>;

struct Row {
  MessageView view;
  PlaceShown place;
  std::uint64_t stored_ms = 0;

  bool operator<(const Row& other) const { return place < other.place; }
};

// What was written ahead stands where it came, not where it was stored: behind
// everything that was stored before its release.
void PlaceByRelease(std::vector<Row>& rows) {
  for (Row& row : rows) {
    if (!row.view.ahead || row.view.ahead->outlook != AheadOutlook::kReleased) continue;
    const std::uint64_t came_ms = row.view.ahead->released_at_ms != 0
                                      ? row.view.ahead->released_at_ms
                                      : row.view.state_since_ms;
    PlaceShown before;
    for (const Row& other : rows) {
      const bool counts = !other.view.ahead && other.stored_ms != 0 && other.stored_ms <= came_ms;
      if (counts) before = std::max(before, other.place);
    }
    const std::uint64_t order =
        row.view.ahead->release_entry != 0 ? row.view.ahead->release_entry : std::get<4>(row.place);
    row.place = {false, std::get<1>(before), std::get<2>(before), came_ms, order};
  }
}

absl::StatusOr<Row> RowOf(const EnvelopeId& id, const vault::Message& message,
                          const OwedReply& owed, const OwnDevice& own, std::uint64_t now_ms) {
  Row row;
  MessageView& view = row.view;
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
  const bool queued = message.mine() && message.position() == 0;
  row.place = {queued, message.life(), message.position(), 0, message.order()};
  row.stored_ms = message.stored_ms();
  return row;
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

using Wanted = std::function<bool(const EnvelopeId& id, const vault::Message& message)>;

absl::Status ScanRows(const VaultReader& reader, Ledgers& ledgers, const OwnDevice& own,
                      std::uint64_t now_ms, const Wanted& wanted,
                      const std::function<void(Row row)>& take) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto ruptures, AllRuptures(reader));
  HOLDFAST_ASSIGN_OR_RETURN(const auto withdrawing, Withdrawing(reader));
  const auto take_one = [&](BytesView key, const vault::Message& message) -> absl::Status {
    const auto id = EnvelopeId::From(key, "vault.message");
    if (!id.ok() || !IsForPeople(static_cast<Kind>(message.kind()))) return absl::OkStatus();
    if (!wanted(*id, message)) return absl::OkStatus();
    HOLDFAST_ASSIGN_OR_RETURN(const OwedReply owed, OwedFor(reader, ledgers, message, *id));
    HOLDFAST_ASSIGN_OR_RETURN(Row row, RowOf(*id, message, owed, own, now_ms));
    const auto mark = ruptures.find(*id);
    if (mark != ruptures.end()) row.view.rupture = mark->second;
    HOLDFAST_RETURN_IF_ERROR(ShowAhead(reader, ledgers, message, withdrawing, now_ms, row.view));
    take(std::move(row));
    return absl::OkStatus();
  };
  return reader.Scan(names::kMessages, take_one);
}

}  // namespace

absl::StatusOr<std::vector<MessageView>> ViewMessages(const VaultReader& reader, Ledgers& ledgers,
                                                      const OwnDevice& own,
                                                      const MessageQuery& query,
                                                      std::uint64_t now_ms) {
  const auto wanted = [&](const EnvelopeId&, const vault::Message& message) {
    if (query.bond && query.bond->view() != message.bond()) return false;
    return !query.unread_only || IsUnread(message);
  };
  std::map<BondId, std::vector<Row>> bonds;
  HOLDFAST_RETURN_IF_ERROR(ScanRows(reader, ledgers, own, now_ms, wanted, [&](Row row) {
    bonds[row.view.bond].push_back(std::move(row));
  }));
  std::vector<MessageView> views;
  for (auto& [bond, rows] : bonds) {
    PlaceByRelease(rows);
    std::ranges::sort(rows, std::less<>());
    const std::size_t keep = query.newest_max == 0 ? rows.size() : query.newest_max;
    const std::size_t skip = rows.size() > keep ? rows.size() - keep : 0;
    for (std::size_t i = skip; i < rows.size(); ++i) views.push_back(std::move(rows[i].view));
  }
  return views;
}

absl::StatusOr<MessageView> ViewMessage(const VaultReader& reader, Ledgers& ledgers,
                                        const OwnDevice& own, std::string_view id_prefix,
                                        std::uint64_t now_ms) {
  HOLDFAST_RETURN_IF_ERROR(CheckMessagePrefix(id_prefix));
  std::string prefix(id_prefix);
  for (char& c : prefix) c = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  const auto wanted = [&](const EnvelopeId& id, const vault::Message&) {
    return id.hex().starts_with(prefix);
  };
  std::vector<Row> found;
  HOLDFAST_RETURN_IF_ERROR(ScanRows(reader, ledgers, own, now_ms, wanted,
                                    [&](Row row) { found.push_back(std::move(row)); }));
  if (found.empty()) {
    return WithStep(Refuse(Reason::kUnknownEnvelope, "id", "no message begins with it"),
                    NextStep::kListMessages);
  }
  if (found.size() > 1) {
    return Refuse(Reason::kUnknownEnvelope, "id",
                  "several messages begin with it; give more of its digits");
  }
  return std::move(found.front().view);
}

absl::StatusOr<std::vector<ShownRupture>> ViewOpenRuptures(const VaultReader& reader,
                                                           Ledgers& ledgers, const OwnDevice& own,
                                                           const std::optional<BondId>& bond,
                                                           std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(const std::vector<RuptureView> open, OpenRuptures(reader));
  std::map<EnvelopeId, std::optional<MessageView>> messages;
  for (const RuptureView& mark : open) {
    if (!bond || mark.bond == *bond) messages.emplace(mark.message, std::nullopt);
  }
  std::vector<ShownRupture> shown;
  if (messages.empty()) return shown;
  const auto wanted = [&](const EnvelopeId& id, const vault::Message&) {
    return messages.contains(id);
  };
  HOLDFAST_RETURN_IF_ERROR(ScanRows(reader, ledgers, own, now_ms, wanted,
                                    [&](Row row) { messages[row.view.id] = std::move(row.view); }));
  for (const RuptureView& mark : open) {
    const auto found = messages.find(mark.message);
    if (found != messages.end()) shown.push_back({mark, std::move(found->second)});
  }
  return shown;
}

absl::StatusOr<std::vector<MessageView>> ViewNotSafe(const VaultReader& reader, Ledgers& ledgers,
                                                     const OwnDevice& own,
                                                     const std::optional<BondId>& bond,
                                                     std::uint64_t now_ms) {
  const auto wanted = [&](const EnvelopeId&, const vault::Message& message) {
    if (bond && bond->view() != message.bond()) return false;
    if (message.mine() || message.seen_ms() != 0) return false;
    v1::Content content;
    return static_cast<Kind>(message.kind()) == Kind::kCheckIn &&
           content.ParseFromString(message.content()) && content.check_in().risk_size() > 0;
  };
  std::vector<MessageView> views;
  HOLDFAST_RETURN_IF_ERROR(ScanRows(reader, ledgers, own, now_ms, wanted,
                                    [&](Row row) { views.push_back(std::move(row.view)); }));
  std::ranges::stable_sort(views, std::less<>(), &MessageView::sent_at_ms);
  return views;
}

absl::StatusOr<std::vector<BondView>> ViewBonds(const VaultReader& reader, const OwnDevice& own,
                                                std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto bonds, AllBonds(reader));
  std::vector<BondView> views;
  for (const vault::Bond& bond : bonds) {
    BondView view;
    HOLDFAST_ASSIGN_OR_RETURN(view.id, BondId::From(bond.id(), "vault.bond"));
    view.label = bond.label();
    view.own_role = own.role;
    view.formed_at_ms = bond.formed_ms();
    view.last_heard_ms = std::min(bond.last_heard_ms(), now_ms);
    views.push_back(std::move(view));
  }
  std::ranges::sort(views, std::less<>(), &BondView::formed_at_ms);
  return views;
}

absl::Status MarkMessageSeen(VaultChange& change, const EnvelopeId& id, std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(auto message, change.Find(names::Message(id)));
  v1::Content content;
  const bool says = message && !message->mine() && content.ParseFromString(message->content()) &&
                    content.check_in().risk_size() > 0;
  if (!says) {
    return Refuse(Reason::kUsage, "id",
                  "no answer in it says that somebody is not safe, so there is nothing to say");
  }
  if (message->seen_ms() != 0) return absl::OkStatus();
  HOLDFAST_RETURN_IF_ERROR(MarkMessageOpened(change, id, now_ms));
  HOLDFAST_ASSIGN_OR_RETURN(message, change.Find(names::Message(id)));
  message->set_seen_ms(now_ms);
  change.Put(names::Message(id), *message);
  return NoteSeen(change, id.view(), now_ms);
}

absl::Status MarkMessageOpened(VaultChange& change, const EnvelopeId& id, std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(auto message, change.Find(names::Message(id)));
  if (!message || !IsForPeople(static_cast<Kind>(message->kind()))) {
    return Refuse(Reason::kUnknownEnvelope, "id", "there is no such message");
  }
  if (message->mine() || message->opened_ms() != 0) return absl::OkStatus();
  message->set_opened_ms(now_ms);
  change.Put(names::Message(id), *message);
  vault::Opened opened;
  opened.set_bond(message->bond());
  opened.set_opened_ms(now_ms);
  change.Put(names::Opened(id), opened);
  return NoteOpened(change, id.view(), now_ms);
}

}  // namespace holdfast::client
