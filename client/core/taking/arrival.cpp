#include "client/core/taking/arrival.h"

#include <algorithm>

#include "client/core/ledger/receipts.h"
#include "client/core/message/chains.h"
#include "client/core/message/kept_forms.h"
#include "client/core/outside/limits.h"
#include "client/core/people/peers.h"
#include "client/core/taking/signs_heard.h"
#include "client/core/vault/alarms.h"
#include "client/core/vault/names.h"

namespace holdfast::client {
absl::Status Arrival::Alarm(Reason reason, AlarmKind kind, const AlarmArgs& args) {
  return RaiseAlarm(change, now_ms, reason, parties.bond, kind, args);
}

absl::Status KeepAside(Arrival& arrival, const absl::Status& failure) {
  VaultChange& change = arrival.change;
  const auto name = names::Aside(arrival.header.envelope);
  HOLDFAST_ASSIGN_OR_RETURN(const std::size_t kept, change.Count(names::kAside));
  if (kept >= limits::kAsideMessagesMax) {
    std::optional<vault::Name<vault::Aside>> oldest;
    std::uint64_t oldest_ms = ~std::uint64_t{0};
    HOLDFAST_RETURN_IF_ERROR(
        change.Scan(names::kAside, [&](BytesView key, const vault::Aside& aside) {
          if (aside.at_ms() < oldest_ms) {
            oldest_ms = aside.at_ms();
            oldest = names::kAside.At(key);
          }
          return true;
        }));
    change.Erase(*oldest);
  }
  vault::Aside aside;
  aside.set_delivery(arrival.delivery.SerializeAsString());
  aside.set_reason(std::string(RowOf(ReasonOf(failure)).name));
  aside.set_at_ms(arrival.now_ms);
  change.Put(name, aside);
  const Reason reason =
      ReasonOf(failure) == Reason::kNotDecryptable ? Reason::kNotDecryptable : Reason::kIntegrity;
  return arrival.Alarm(reason, AlarmKind::kNotOpened,
                       {.who = arrival.who, .cause = CauseOf(failure)});
}

absl::StatusOr<ReceiptLeaf> CheckReceiptOf(Arrival& arrival) {
  HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* ledger,
                            arrival.ledgers.Of(arrival.change, arrival.parties.bond));
  HOLDFAST_ASSIGN_OR_RETURN(const auto progress, arrival.change.Read(names::kProgress));
  return CheckDeliveryReceipt(arrival.own, *ledger, progress, arrival.parties, arrival.header,
                              arrival.delivery, arrival.from_history);
}

// What this account's other devices know of it already.
absl::Status TakeKnownState(Arrival& arrival, vault::Message& message) {
  const auto name = names::KnownState(arrival.header.envelope);
  HOLDFAST_ASSIGN_OR_RETURN(const auto state, arrival.change.Find(name));
  if (!state) return absl::OkStatus();
  if (state->opened_ms() != 0) message.set_opened_ms(state->opened_ms());
  if (state->delivered_ms() != 0 && message.mine()) message.set_delivered_ms(state->delivered_ms());
  if (state->seen_ms() != 0) message.set_seen_ms(state->seen_ms());
  PutWitnessed(message, state->witnessed_ms());
  // On another device of this account, before it came here.
  if (state->erased_ms() != 0) {
    message.set_erased_ms(state->erased_ms());
    message.clear_content();
  }
  arrival.change.Erase(name);
  return absl::OkStatus();
}

absl::StatusOr<vault::Message> NewMessageOf(Arrival& arrival, const Bytes& content,
                                            const Hash& message_hash) {
  HOLDFAST_ASSIGN_OR_RETURN(auto progress, arrival.change.Read(names::kProgress));
  const Header& header = arrival.header;
  vault::Message message;
  message.set_bond(header.bond.str());
  message.set_kind(static_cast<std::uint32_t>(header.kind));
  message.set_sender_device(header.sender_device.str());
  message.set_mine(header.sender_account == arrival.own.account);
  message.set_content(content);
  message.set_sent_ms(header.sent_at_ms);
  // Ahead, it names a promise: it answers nothing.
  const bool answers = !header.reply_to.is_zero() && header.release.when == ReleaseWhen::kNow;
  if (answers) message.set_reply_to(header.reply_to.str());
  if (!header.slot.is_zero()) message.set_slot(header.slot.str());
  message.set_reply_owed(header.reply_owed);
  // Of an own one of another device only the other side's word says that it arrived.
  if (!arrival.from_own_account()) message.set_delivered_ms(arrival.now_ms);
  HOLDFAST_RETURN_IF_ERROR(TakeKnownState(arrival, message));
  const bool may_assign =
      header.kind == Kind::kNote && header.sender_account == arrival.parties.therapist;
  if (may_assign && message.erased_ms() == 0) {
    HOLDFAST_RETURN_IF_ERROR(KeepFormIn(arrival.change, content));
  }
  message.set_message_hash(message_hash.str());
  message.set_order(progress.outbox_next());
  progress.set_outbox_next(progress.outbox_next() + 1);
  arrival.change.Put(names::kProgress, progress);
  return message;
}

namespace {

// With the first message that is seen of it. Those before that are locked here are missing.
void BeginChain(vault::Chain& chain, const crypto::Capsule& capsule) {
  if (capsule.position < 2) return;
  const std::uint64_t before = capsule.position - 1;
  chain.set_newest_position(before);
  chain.set_newest_head(capsule.previous.str());
  const std::uint64_t locked = std::min(chain.locked(), before);
  chain.set_locked(0);
  if (locked == 0) {
    chain.set_whole_position(before);
    chain.set_whole_head(capsule.previous.str());
    return;
  }
  vault::Range* const missing = chain.add_missing();
  missing->set_first(before - locked + 1);
  missing->set_last(before);
  chain.set_locked_to(before);
}

}  // namespace

absl::Status KeepHistoryKey(VaultChange& change, const v1::MessageKey& key, const BondId& bond,
                            std::uint64_t now_ms, const std::optional<DeviceId>& by) {
  if (key.bond() != bond.view()) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(const auto record, FindBond(change, bond));
  if (!record) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(const EnvelopeId id, EnvelopeId::From(key.envelope(), "key.envelope"));
  HOLDFAST_ASSIGN_OR_RETURN(const auto message, change.Find(names::Message(id)));
  if (message) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto progress, change.Read(names::kProgress));
    const bool may_have_moved = by && message->life() < LifeOf(progress, Incarnation());
    if (!may_have_moved) return absl::OkStatus();
  }
  HOLDFAST_ASSIGN_OR_RETURN(auto known, change.Find(names::HistoryKey(id)));
  if (by && known && known->by_device().empty()) return absl::OkStatus();
  vault::HistoryKey kept;
  const WipedAtEnd wiped(kept);
  *kept.mutable_key() = key;
  if (by) kept.set_by_device(by->str());
  kept.set_at_ms(now_ms);
  change.Put(names::HistoryKey(id), kept);
  HOLDFAST_ASSIGN_OR_RETURN(const bool is_erased, WasErased(change, id));
  return is_erased ? StripHistoryKey(change, id) : absl::OkStatus();
}

absl::StatusOr<bool> WasErased(const VaultReader& reader, const EnvelopeId& id) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto state, reader.Find(names::KnownState(id)));
  return state && state->erased_ms() != 0;
}

absl::Status StripHistoryKey(VaultChange& change, const EnvelopeId& id) {
  HOLDFAST_ASSIGN_OR_RETURN(auto record, change.Find(names::HistoryKey(id)));
  if (!record) return absl::OkStatus();
  const WipedAtEnd wiped(*record);
  crypto::WipeBytes(*record->mutable_key()->mutable_content_key());
  record->mutable_key()->clear_content_key();
  change.Put(names::HistoryKey(id), *record);
  return absl::OkStatus();
}

absl::Status TakeChain(Arrival& arrival, const Opening& opening, bool& fills_gap) {
  const auto name = names::Chain(arrival.parties.bond, arrival.header.sender_device);
  HOLDFAST_ASSIGN_OR_RETURN(auto found, arrival.change.Find(name));
  vault::Chain chain = found.value_or(vault::Chain());
  // What came before this device was one of the account's is the business of others.
  if (chain.newest_position() == 0 && arrival.bond.from_archive()) {
    BeginChain(chain, opening.capsule);
  }
  const std::uint64_t locked = chain.locked();
  const ChainFinding finding =
      Advance(chain, arrival.header.sender_device, opening.capsule.position,
              opening.capsule.previous, opening.message_hash);
  const std::uint64_t resolved = finding.step == ChainStep::kGap ? finding.missing : 0;
  chain.set_locked(locked - std::min(locked, resolved));
  arrival.change.Put(name, chain);
  fills_gap = finding.step == ChainStep::kFillsGap;
  switch (finding.step) {
    case ChainStep::kInOrder:
    case ChainStep::kFillsGap:
      return absl::OkStatus();
    case ChainStep::kGap:
      // What another device of this account sent comes by the archive as well.
      if (arrival.from_history || arrival.from_own_account() || finding.missing <= locked) {
        return absl::OkStatus();
      }
      return arrival.Alarm(Reason::kIntegrity, AlarmKind::kMessagesMissing,
                           {.who = arrival.who, .count = finding.missing});
    case ChainStep::kRepeated:
      // Its key was told after later ones had come, with which the chain began here.
      if (arrival.from_history) return absl::OkStatus();
      return arrival.Alarm(Reason::kIntegrity, AlarmKind::kOnePlaceTwice, {.who = arrival.who});
    case ChainStep::kForked:
      return arrival.Alarm(Reason::kIntegrity, AlarmKind::kChainForked, {.who = arrival.who});
  }
  return absl::OkStatus();
}

absl::Status TakeHeads(Arrival& arrival, const crypto::Capsule& capsule) {
  HOLDFAST_RETURN_IF_ERROR(arrival.ledgers.TakeHead(arrival.change, arrival.bond, arrival.who,
                                                    capsule.ledger, arrival.header.sent_at_ms));
  for (const crypto::ChainHead& head : capsule.heads) {
    if (head.device == arrival.own.device) {
      // That another device of this account holds it says nothing of the other side.
      if (arrival.from_own_account()) continue;
      HOLDFAST_RETURN_IF_ERROR(TakeOwnHead(arrival.change, arrival.bond, arrival.own, head,
                                           arrival.header.sender_device, arrival.now_ms));
      continue;
    }
    HOLDFAST_ASSIGN_OR_RETURN(const auto chain,
                              arrival.change.Find(names::Chain(arrival.parties.bond, head.device)));
    const bool same_place = chain && chain->whole_position() == head.position;
    if (same_place && chain->whole_head() != head.head.view()) {
      HOLDFAST_RETURN_IF_ERROR(
          arrival.Alarm(Reason::kIntegrity, AlarmKind::kThirdDeviceDiffers, {.who = arrival.who}));
    }
  }
  return absl::OkStatus();
}

absl::Status TakeLists(Arrival& arrival, const crypto::Capsule& capsule) {
  // By another device of this account "sender" is this account.
  const bool from_own = arrival.from_own_account();
  const crypto::ListRef& theirs = from_own ? capsule.receiver_list : capsule.sender_list;
  const crypto::ListRef& mine = from_own ? capsule.sender_list : capsule.receiver_list;
  const AccountKey other = arrival.parties.other(arrival.own.account);
  const PersonName who = WhoIs(arrival.bond, arrival.own.account);
  HOLDFAST_ASSIGN_OR_RETURN(const auto known, FindPeer(arrival.change, other));
  if (known && theirs.version == known->devices.version &&
      theirs.hash != known->devices.list_hash) {
    HOLDFAST_RETURN_IF_ERROR(
        StopPeer(arrival.change, other, arrival.parties.bond, who, arrival.now_ms));
  }
  if (known && theirs.version > known->devices.version) {
    HOLDFAST_RETURN_IF_ERROR(
        arrival.Alarm(Reason::kIntegrity, AlarmKind::kNewestListHidden, {.who = who}));
  }
  HOLDFAST_ASSIGN_OR_RETURN(const auto progress, arrival.change.Read(names::kProgress));
  const bool other_of_mine =
      mine.version == progress.list_version() && mine.hash.view() != progress.list_hash();
  if (!other_of_mine && mine.version <= progress.list_version()) return absl::OkStatus();
  return arrival.Alarm(Reason::kIntegrity, AlarmKind::kOtherListShown, {.who = arrival.who});
}

}  // namespace holdfast::client
