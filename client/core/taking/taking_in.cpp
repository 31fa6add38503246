#include "client/core/taking/taking_in.h"

#include <algorithm>

#include "client/core/ahead/ahead_deciding.h"
#include "client/core/ahead/ahead_keys.h"
#include "client/core/archive/facts.h"
#include "client/core/ledger/receipts.h"
#include "client/core/message/opening.h"
#include "client/core/people/bonds.h"
#include "client/core/people/peers.h"
#include "client/core/people/sessions.h"
#include "client/core/people/suspensions.h"
#include "client/core/shown/content.h"
#include "client/core/taking/ahead_arrival.h"
#include "client/core/taking/arrival.h"
#include "client/core/taking/key_requests.h"
#include "client/core/taking/marks_taken.h"
#include "client/core/taking/signs_heard.h"
#include "client/core/vault/alarms.h"
#include "client/core/vault/names.h"
#include "crypto/public/receipt.h"
#include "rules/planted.h"
#include "rules/retry.h"

namespace holdfast::client {
namespace {

// The practice says that it stored the message before an own one that its author
// held already, by what the capsule says.
bool IsBeforeWhatItAnswers(const Arrival& arrival, const crypto::Capsule& capsule,
                           const ReceiptLeaf& leaf) {
  const vault::Bond& bond = arrival.bond;
  if (bond.covered_incarnation() != leaf.incarnation.view()) return false;
  const auto holds_newest = [&](const crypto::ChainHead& head) {
    return head.device == arrival.own.device && head.position == bond.covered();
  };
  return std::ranges::any_of(capsule.heads, holds_newest) && leaf.position < bond.covered_place();
}

// Where the message stands: by a receipt that is right and in order, or else
// behind what is known.
absl::Status TakePlace(Arrival& arrival, vault::Message& message, const crypto::Capsule& capsule,
                       bool fills_gap) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto progress, arrival.change.Read(names::kProgress));
  vault::Bond& bond = arrival.bond;
  const auto leaf = CheckReceiptOf(arrival);
  if (!leaf.ok()) {
    message.set_position(bond.received_position());
    message.set_life(LifeOf(progress, Incarnation()));
    message.set_unpositioned(true);
    return arrival.Alarm(Reason::kIntegrity, AlarmKind::kPlaceReceiptWrong,
                         {.who = arrival.who, .cause = CauseOf(leaf.status())});
  }
  message.set_position(leaf->position);
  message.set_life(LifeOf(progress, leaf->incarnation));
  message.set_stored_ms(leaf->stored_at_ms);
  message.set_due_ms(leaf->due_at_ms);
  HOLDFAST_ASSIGN_OR_RETURN(const bool taken, SuspectTakenPlace(arrival.change, *leaf));
  HOLDFAST_RETURN_IF_ERROR(KeepHighest(arrival.change, *leaf, arrival.delivery.receipt()));
  HOLDFAST_ASSIGN_OR_RETURN(const bool goes_on,
                            GoesOnThoughSuspended(arrival.change, arrival.header.bond,
                                                  arrival.header.sender_device, *leaf));
  if (goes_on) {
    HOLDFAST_RETURN_IF_ERROR(arrival.Alarm(Reason::kIntegrity, AlarmKind::kSuspendedGoesOn));
  }
  const bool same_life = bond.received_incarnation() == leaf->incarnation.view();
  const bool out_of_order = same_life && leaf->position <= bond.received_position();
  // What is looked for in the history later may stand behind what the mailbox is still to bring.
  const bool is_looked_for = arrival.from_history && (!bond.from_archive() || bond.history_read());
  if (!out_of_order && !is_looked_for) {
    bond.set_received_position(leaf->position);
    bond.set_received_incarnation(leaf->incarnation.str());
  }
  if (!taken && IsBeforeWhatItAnswers(arrival, capsule, *leaf)) {
    return arrival.Alarm(Reason::kIntegrity, AlarmKind::kBeforeWhatWasRead, {.who = arrival.who});
  }
  if (!out_of_order || fills_gap || taken || arrival.from_history) return absl::OkStatus();
  return arrival.Alarm(Reason::kIntegrity, AlarmKind::kOutOfOrder, {.who = arrival.who});
}

absl::Status PutMessage(Arrival& arrival, const Opening& opening, bool fills_gap) {
  HOLDFAST_ASSIGN_OR_RETURN(vault::Message message,
                            NewMessageOf(arrival, opening.content_bytes, opening.message_hash));
  HOLDFAST_RETURN_IF_ERROR(TakePlace(arrival, message, opening.capsule, fills_gap));
  arrival.change.Put(names::Message(arrival.header.envelope), message);
  arrival.change.Erase(names::HistoryKey(arrival.header.envelope));
  arrival.change.Erase(names::Aside(arrival.header.envelope));
  return absl::OkStatus();
}

// It was taken in before: offered again after a restore, or repeated on the way.
absl::Status TakeKnown(Arrival& arrival, vault::Message& known) {
  const Hash hash = crypto::MessageHash(arrival.delivery.header(), arrival.delivery.body());
  if (known.message_hash() != hash.view()) {
    return arrival.Alarm(Reason::kIntegrity, AlarmKind::kSecondUnderNumber, {.who = arrival.who});
  }
  const auto leaf = CheckReceiptOf(arrival);
  if (!leaf.ok()) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(const auto progress, arrival.change.Read(names::kProgress));
  HOLDFAST_RETURN_IF_ERROR(KeepHighest(arrival.change, *leaf, arrival.delivery.receipt()));
  // Only a later life of the store moves what is shown.
  const std::uint32_t life = LifeOf(progress, leaf->incarnation);
  const bool placed = !known.unpositioned() && known.position() != 0;
  if (placed && life < known.life()) return absl::OkStatus();
  if (placed && life == known.life()) {
    if (leaf->position == known.position()) return absl::OkStatus();
    return arrival.Alarm(Reason::kIntegrity, AlarmKind::kOtherPlace, {.who = arrival.who});
  }
  known.set_life(life);
  known.set_position(leaf->position);
  known.set_stored_ms(leaf->stored_at_ms);
  known.set_unpositioned(false);
  arrival.change.Put(names::Message(arrival.header.envelope), known);
  return absl::OkStatus();
}

// For the account's other devices. What one of them sent it has noted itself.
absl::Status NoteKey(Arrival& arrival, const crypto::Capsule& capsule) {
  if (arrival.from_own_account()) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(const auto message,
                            arrival.change.Read(names::Message(arrival.header.envelope)));
  if (message.erased_ms() != 0) return absl::OkStatus();  // there before it came
  v1::MessageKey key;
  const WipedAtEnd wiped(key);
  key.set_bond(arrival.parties.bond.str());
  key.set_envelope(arrival.header.envelope.str());
  key.set_content_key(Bytes(capsule.content_key.Expose()));
  key.set_message_hash(capsule.message_hash.str());
  key.set_position(capsule.position);
  key.set_previous(capsule.previous.str());
  return NoteMessage(arrival.change, key);
}

// Whoever wrote it heard from, and confirms to.
void HearFrom(Arrival& arrival) {
  if (arrival.from_own_account()) return;
  if (arrival.from_history) {
    const std::uint64_t heard_ms = std::min(arrival.header.sent_at_ms, arrival.now_ms);
    arrival.bond.set_last_heard_ms(std::max(arrival.bond.last_heard_ms(), heard_ms));
    return;
  }
  arrival.bond.set_last_heard_ms(arrival.now_ms);
  if (IsForPeople(arrival.header.kind)) arrival.bond.set_owes_receipt(true);
}

absl::Status TakeAnswer(Arrival& arrival) {
  const Header& header = arrival.header;
  if (header.kind != Kind::kReply || header.reply_to.is_zero()) return absl::OkStatus();
  if (!arrival.from_own_account()) {
    return TakeReply(arrival.change, arrival.bond, header.reply_to, arrival.now_ms);
  }
  HOLDFAST_ASSIGN_OR_RETURN(const auto reply, arrival.change.Read(names::Message(header.envelope)));
  return TakeOwnReply(arrival.change, arrival.bond, header.reply_to, reply.stored_ms());
}

absl::StatusOr<bool> TakeByKey(Arrival& arrival, const v1::MessageKey& key);

// What came and did not open, by the key that its own device told once more. True where it is
// new for people.
absl::StatusOr<bool> OpenAside(Arrival& arrival, const v1::MessageKey& key) {
  const auto id = EnvelopeId::From(key.envelope(), "key.envelope");
  if (!id.ok()) return false;
  HOLDFAST_ASSIGN_OR_RETURN(const auto aside, arrival.change.Find(names::Aside(*id)));
  v1::Delivery delivery;
  if (!aside || !delivery.ParseFromString(aside->delivery())) return false;
  const auto header = DecodeHeader(delivery.header());
  const bool fits = header.ok() && header->bond == arrival.header.bond &&
                    header->sender_device == arrival.header.sender_device;
  if (!fits) return false;
  Arrival kept{arrival.change,  arrival.ledgers, arrival.own, arrival.context,
               delivery,        aside->at_ms(),  *header,     arrival.bond,
               arrival.parties, arrival.who,     true};
  const auto taken = TakeByKey(kept, key);
  if (!taken.ok() && IsVaultFailure(taken.status())) return taken.status();
  if (!taken.ok()) return false;
  arrival.bond = kept.bond;
  if (!arrival.from_own_account()) HOLDFAST_RETURN_IF_ERROR(NoteMessage(arrival.change, key));
  if (IsForPeople(header->kind)) arrival.bond.set_owes_receipt(true);
  return IsForPeople(header->kind);
}

// Kept here, and noted for the account's other devices, unless one of them noted it already.
absl::Status TakeKeyAhead(Arrival& arrival, const v1::AheadKey& key) {
  const Header& header = arrival.header;
  HOLDFAST_ASSIGN_OR_RETURN(const bool is_kept,
                            TakeAheadKey(arrival.change, header, arrival.who, key, arrival.now_ms));
  if (!is_kept || arrival.from_own_account() || arrival.from_history) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(const EnvelopeId note,
                            EnvelopeId::From(key.envelope_id(), "ahead_key.envelope_id"));
  return NoteAheadKey(arrival.change, header.bond, header.sender_account, note, key.key());
}

// What its content does, when all of it has passed. True where there is something new for
// people.
absl::StatusOr<bool> TakeContent(Arrival& arrival, const Opening& opening) {
  const Header& header = arrival.header;
  HOLDFAST_RETURN_IF_ERROR(TakeAnswer(arrival));
  if (header.kind == Kind::kReceipt) {
    HOLDFAST_RETURN_IF_ERROR(TakeOpened(arrival.change, arrival.parties, header,
                                        opening.content.receipt(), arrival.now_ms));
  }
  HOLDFAST_RETURN_IF_ERROR(TakeRuptures(arrival.change, arrival.bond, arrival.parties, header,
                                        opening.content, arrival.now_ms));
  std::size_t opened_ahead = 0;
  if (opening.content.control().has_ahead_key()) {
    HOLDFAST_RETURN_IF_ERROR(TakeKeyAhead(arrival, opening.content.control().ahead_key()));
    HOLDFAST_ASSIGN_OR_RETURN(opened_ahead, OpenWaiting(arrival));
  }
  if (opening.content.control().has_ahead_decision()) {
    HOLDFAST_RETURN_IF_ERROR(TakeAheadDecision(arrival.change, arrival.own, arrival.parties, header,
                                               opening.content.control().ahead_decision(),
                                               arrival.now_ms));
  }
  HOLDFAST_RETURN_IF_ERROR(
      TakeHeld(arrival.change, arrival.own, arrival.parties, header, opening.content));
  if (opening.content.control().has_key_request() && !arrival.from_history) {
    HOLDFAST_RETURN_IF_ERROR(
        AnswerKeyRequest(arrival.context, arrival, opening.content.control().key_request()));
  }
  std::size_t opened_again = 0;
  for (const v1::MessageKey& key : opening.content.control().keys_again().keys()) {
    HOLDFAST_ASSIGN_OR_RETURN(const bool opened, OpenAside(arrival, key));
    opened_again += opened ? 1 : 0;
    HOLDFAST_RETURN_IF_ERROR(KeepHistoryKey(arrival.change, key, arrival.parties.bond,
                                            arrival.now_ms, header.sender_device));
  }
  HOLDFAST_RETURN_IF_ERROR(CheckAheadDue(arrival, opening.content));
  HearFrom(arrival);
  PutBond(arrival.change, arrival.bond);
  const bool is_new = IsForPeople(header.kind) && !arrival.from_own_account();
  return is_new || opened_ahead + opened_again > 0;
}

absl::StatusOr<bool> TakeAuthentic(Arrival& arrival, const Opening& opening) {
  const Header& header = arrival.header;
  PutSessions(arrival.change, header.bond, header.sender_device, opening.sessions);
  bool fills_gap = false;
  HOLDFAST_RETURN_IF_ERROR(TakeChain(arrival, opening, fills_gap));
  HOLDFAST_RETURN_IF_ERROR(TakeLists(arrival, opening.capsule));
  HOLDFAST_RETURN_IF_ERROR(TakeHeads(arrival, opening.capsule));
  HOLDFAST_RETURN_IF_ERROR(PutMessage(arrival, opening, fills_gap));
  HOLDFAST_RETURN_IF_ERROR(NoteKey(arrival, opening.capsule));
  return TakeContent(arrival, opening);
}

absl::StatusOr<bool> TakeFrom(Arrival& arrival) {
  const Header& header = arrival.header;
  HOLDFAST_ASSIGN_OR_RETURN(auto known, arrival.change.Find(names::Message(header.envelope)));
  if (known && !HOLDFAST_PLANTED(kTakeKnownAgain)) {
    HOLDFAST_RETURN_IF_ERROR(TakeKnown(arrival, *known));
    return false;
  }
  if (IsAhead(header)) return TakeAheadDelivery(arrival);
  HOLDFAST_ASSIGN_OR_RETURN(const auto devices, FindPeer(arrival.change, header.sender_account));
  // What a device sent before it was unlinked is still theirs; the practice takes no more of it.
  const crypto::Device* sender = devices ? devices->FindEver(header.sender_device) : nullptr;
  if (sender == nullptr) {
    HOLDFAST_RETURN_IF_ERROR(KeepAside(
        arrival, Refuse(Reason::kIntegrity, "header.sender_device", "is none of their devices")));
    return false;
  }
  auto opening =
      OpenEnvelope(arrival.change, arrival.own, arrival.parties, *sender, header, arrival.delivery);
  if (opening.ok()) return TakeAuthentic(arrival, *opening);
  if (IsVaultFailure(opening.status())) return std::move(opening).status();
  HOLDFAST_ASSIGN_OR_RETURN(const bool asked,
                            AskForKey(arrival.context, arrival, opening.status()));
  if (asked) return false;
  HOLDFAST_RETURN_IF_ERROR(KeepAside(arrival, opening.status()));
  return false;
}

// Opened by a key that another device told, against the history's own order.
absl::StatusOr<bool> TakeByKey(Arrival& arrival, const v1::MessageKey& key) {
  HOLDFAST_ASSIGN_OR_RETURN(const bool was_erased,
                            WasErased(arrival.change, arrival.header.envelope));
  const auto open = was_erased && IsForPeople(arrival.header.kind) ? PlaceErased : OpenByKey;
  HOLDFAST_ASSIGN_OR_RETURN(const Opening opening, open(arrival.own, arrival.parties,
                                                        arrival.header, arrival.delivery, key));
  bool fills_gap = false;
  HOLDFAST_RETURN_IF_ERROR(TakeChain(arrival, opening, fills_gap));
  HOLDFAST_RETURN_IF_ERROR(PutMessage(arrival, opening, fills_gap));
  return TakeContent(arrival, opening);
}

}  // namespace

absl::StatusOr<bool> TakeFromHistory(Context context, VaultChange& change, Ledgers& ledgers,
                                     const OwnDevice& own, const v1::Delivery& delivery,
                                     const Header& header, const v1::MessageKey* key) {
  HOLDFAST_ASSIGN_OR_RETURN(const vault::Bond bond, ReadBond(change, header.bond));
  HOLDFAST_ASSIGN_OR_RETURN(const BondParties parties, PartiesOf(bond));
  Arrival arrival{change,        ledgers, own,  context, delivery,
                  context.Now(), header,  bond, parties, WhoIs(bond, own.account),
                  true};
  if (arrival.from_own_account()) arrival.who = {Who::kOwnDevice};
  HOLDFAST_ASSIGN_OR_RETURN(auto known, change.Find(names::Message(header.envelope)));
  if (known) {
    change.Erase(names::HistoryKey(header.envelope));
    HOLDFAST_RETURN_IF_ERROR(TakeKnown(arrival, *known));
    return false;
  }
  if (key == nullptr) return TakeAheadDelivery(arrival);
  return TakeByKey(arrival, *key);
}

absl::StatusOr<bool> TakeDelivery(Context context, VaultChange& change, Ledgers& ledgers,
                                  const OwnDevice& own, const v1::Delivery& delivery) {
  const std::uint64_t now_ms = context.Now();
  const auto header = DecodeHeader(delivery.header());
  if (!header.ok()) {
    HOLDFAST_RETURN_IF_ERROR(RaiseAlarm(change, now_ms, Reason::kIntegrity, std::nullopt,
                                        AlarmKind::kNoMessage,
                                        {.cause = CauseOf(header.status())}));
    return false;
  }
  HOLDFAST_ASSIGN_OR_RETURN(const auto bond, FindBond(change, header->bond));
  if (!bond || !bond->has_statement()) {
    HOLDFAST_RETURN_IF_ERROR(RaiseAlarm(change, now_ms, Reason::kIntegrity, std::nullopt,
                                        AlarmKind::kMessageOfUnknownBond));
    return false;
  }
  HOLDFAST_ASSIGN_OR_RETURN(const BondParties parties, PartiesOf(*bond));
  Arrival arrival{change, ledgers, own,   context, delivery,
                  now_ms, *header, *bond, parties, WhoIs(*bond, own.account)};
  const bool from_other = header->sender_account == parties.other(own.account);
  const bool from_own_other =
      header->sender_account == own.account && header->sender_device != own.device;
  if (!from_other && !from_own_other) {
    HOLDFAST_RETURN_IF_ERROR(KeepAside(
        arrival, Refuse(Reason::kIntegrity, "header.sender_account", "is not of this bond")));
    return false;
  }
  if (from_own_other) arrival.who = {Who::kOwnDevice};
  return TakeFrom(arrival);
}

}  // namespace holdfast::client
