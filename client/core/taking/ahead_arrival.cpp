#include "client/core/taking/ahead_arrival.h"

#include <algorithm>

#include "client/core/ahead/ahead_keys.h"
#include "client/core/ahead/ahead_outlook.h"
#include "client/core/ahead/holding.h"
#include "client/core/ledger/receipts.h"
#include "client/core/outside/limits.h"
#include "client/core/shown/content.h"
#include "client/core/vault/alarms.h"
#include "client/core/vault/names.h"
#include "crypto/body.h"
#include "crypto/public/receipt.h"
#include "rules/own_clock.h"

namespace holdfast::client {
namespace {

absl::Status CheckShape(const Arrival& arrival) {
  const Header& header = arrival.header;
  const v1::Delivery& delivery = arrival.delivery;
  if (header.kind != Kind::kNote || header.reply_owed || !header.slot.is_zero()) {
    return Refuse(Reason::kIntegrity, "header.kind", "is not one that can be sealed ahead");
  }
  if (!delivery.capsule().empty() || delivery.capsule_digests_size() != 0) {
    return Refuse(Reason::kIntegrity, "capsule", "comes with what has none");
  }
  if (delivery.body().size() == header.body_bytes) return absl::OkStatus();
  return Refuse(Reason::kIntegrity, "body", "has another size than its header says");
}

// Why it should not be here yet; nullopt where it may.
std::optional<AlarmKind> WhyEarly(const HeldLedger& held, const Header& header,
                                  std::uint64_t now_ms) {
  const Condition condition = ConditionOf(header);
  const std::uint64_t since_ms = header.sent_at_ms - limits::kClockSkewMs;
  if (!HasComeTrue(held.book, condition, since_ms, now_ms + limits::kClockSkewMs)) {
    return condition.release.when == ReleaseWhen::kAtTime ? AlarmKind::kAheadEarlyByClock
                                                          : AlarmKind::kAheadEarlyByLedger;
  }
  if (held.book.released(header.envelope)) return std::nullopt;
  return AlarmKind::kAheadUnreleased;
}

absl::Status CheckTimeOfRelease(Arrival& arrival, const HeldLedger& held) {
  const auto release = held.released.find(arrival.header.envelope);
  const bool good =
      release == held.released.end() ||
      CameTrueAt(held.book, ConditionOf(arrival.header), release->second.came_true_ms);
  if (good) return absl::OkStatus();
  return arrival.Alarm(Reason::kIntegrity, AlarmKind::kAheadOtherTime, {.who = arrival.who});
}

absl::Status CheckRelease(Arrival& arrival, vault::Message& message) {
  HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* held,
                            arrival.ledgers.Of(arrival.change, arrival.parties.bond));
  const auto why = WhyEarly(*held, arrival.header, arrival.now_ms);
  if (!why) return CheckTimeOfRelease(arrival, *held);
  message.set_early(true);
  return arrival.Alarm(Reason::kIntegrity, *why, {.who = arrival.who});
}

// It keeps its place at storing; what people are shown follows its release.
absl::Status TakePlaceAtStoring(Arrival& arrival, vault::Message& message) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto progress, arrival.change.Read(names::kProgress));
  const auto leaf = CheckReceiptOf(arrival);
  if (!leaf.ok()) {
    message.set_position(std::max<std::uint64_t>(arrival.bond.received_position(), 1));
    message.set_life(LifeOf(progress, Incarnation()));
    message.set_unpositioned(true);
    return arrival.Alarm(Reason::kIntegrity, AlarmKind::kAheadReceiptWrong,
                         {.who = arrival.who, .cause = CauseOf(leaf.status())});
  }
  message.set_position(leaf->position);
  message.set_life(LifeOf(progress, leaf->incarnation));
  message.set_stored_ms(leaf->stored_at_ms);
  HOLDFAST_RETURN_IF_ERROR(SuspectTakenPlace(arrival.change, *leaf).status());
  return KeepHighest(arrival.change, *leaf, arrival.delivery.receipt());
}

// True where people may see it.
absl::StatusOr<bool> TakeOpenedContent(Arrival& arrival, const Bytes& content) {
  const Hash hash = crypto::MessageHash(arrival.delivery.header(), arrival.delivery.body());
  HOLDFAST_ASSIGN_OR_RETURN(vault::Message message, NewMessageOf(arrival, content, hash));
  PutCondition(message, ConditionOf(arrival.header));
  HOLDFAST_RETURN_IF_ERROR(TakePlaceAtStoring(arrival, message));
  HOLDFAST_RETURN_IF_ERROR(CheckRelease(arrival, message));
  HOLDFAST_ASSIGN_OR_RETURN(
      const bool is_shown,
      NoteIsOut(arrival.change, arrival.ledgers, arrival.own, arrival.header.envelope, message,
                arrival.from_history, arrival.now_ms));
  arrival.change.Put(names::Message(arrival.header.envelope), message);
  ForgetNoteKey(arrival.change, arrival.header.bond, arrival.header.sender_account,
                arrival.header.envelope);
  arrival.change.Erase(names::Unopened(arrival.header.envelope));
  arrival.change.Erase(names::Aside(arrival.header.envelope));
  if (message.mine()) return is_shown;
  vault::Arrived arrived;
  arrived.set_bond(arrival.header.bond.str());
  arrival.change.Put(names::Arrived(arrival.header.envelope), arrived);
  arrival.bond.set_owes_receipt(true);
  PutBond(arrival.change, arrival.bond);
  return is_shown;
}

// The oldest gives way, and is then one that could not be opened.
absl::Status MakeRoom(Arrival& arrival) {
  HOLDFAST_ASSIGN_OR_RETURN(const std::size_t kept, arrival.change.Count(names::kUnopened));
  if (kept < limits::kUnopenedMax) return absl::OkStatus();
  std::optional<vault::Name<vault::Unopened>> oldest;
  std::uint64_t oldest_ms = ~std::uint64_t{0};
  HOLDFAST_RETURN_IF_ERROR(
      arrival.change.Scan(names::kUnopened, [&](BytesView key, const vault::Unopened& record) {
        if (record.at_ms() < oldest_ms) {
          oldest_ms = record.at_ms();
          oldest = names::kUnopened.At(key);
        }
        return true;
      }));
  arrival.change.Erase(*oldest);
  return arrival.Alarm(Reason::kNotDecryptable, AlarmKind::kAheadGivenUp);
}

// Without the receipt for these very bytes it is no note that waits for its key.
absl::Status KeepUntilKeyComes(Arrival& arrival) {
  const auto leaf = CheckReceiptOf(arrival);
  if (!leaf.ok()) return KeepAside(arrival, leaf.status());
  const Header& header = arrival.header;
  const auto name = names::Unopened(header.envelope);
  HOLDFAST_ASSIGN_OR_RETURN(const auto known, arrival.change.Find(name));
  if (known) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(const NoteKeyIs key, FindNoteKey(arrival.change, header));
  if (key == NoteKeyIs::kWithdrawn) return absl::OkStatus();
  HOLDFAST_RETURN_IF_ERROR(MakeRoom(arrival));
  vault::Unopened record;
  record.set_delivery(arrival.delivery.SerializeAsString());
  record.set_at_ms(arrival.now_ms);
  record.set_said(key == NoteKeyIs::kHere);
  arrival.change.Put(name, record);
  if (key == NoteKeyIs::kNotHere) return absl::OkStatus();
  return arrival.Alarm(Reason::kNotDecryptable, AlarmKind::kAheadKeyDoesNotFit,
                       {.who = arrival.who});
}

struct UnopenedNote {
  v1::Delivery delivery;
  Header header;
  std::uint64_t at_ms = 0;
};

absl::StatusOr<std::vector<UnopenedNote>> AllUnopened(const VaultReader& reader) {
  std::vector<UnopenedNote> all;
  HOLDFAST_RETURN_IF_ERROR(
      reader.Scan(names::kUnopened, [&](BytesView, const vault::Unopened& record) -> absl::Status {
        UnopenedNote note;
        if (!note.delivery.ParseFromString(record.delivery())) {
          return Refuse(Reason::kVaultDamaged, "vault.unopened", "holds a damaged message");
        }
        HOLDFAST_ASSIGN_OR_RETURN(note.header, DecodeHeader(note.delivery.header()));
        note.at_ms = record.at_ms();
        all.push_back(std::move(note));
        return absl::OkStatus();
      }));
  return all;
}

absl::StatusOr<bool> IsHere(const VaultReader& reader, const EnvelopeId& id) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto message, reader.Find(names::Message(id)));
  if (message) return true;
  HOLDFAST_ASSIGN_OR_RETURN(const auto unopened, reader.Find(names::Unopened(id)));
  if (unopened) return true;
  HOLDFAST_ASSIGN_OR_RETURN(const auto aside, reader.Find(names::Aside(id)));
  return aside.has_value();
}

}  // namespace

absl::StatusOr<bool> TakeAheadDelivery(Arrival& arrival) {
  const absl::Status shape = CheckShape(arrival);
  if (!shape.ok()) {
    HOLDFAST_RETURN_IF_ERROR(KeepAside(arrival, shape));
    return false;
  }
  auto content =
      OpenAhead(arrival.change, arrival.header, arrival.delivery.header(), arrival.delivery.body());
  if (ReasonOf(content.status()) == Reason::kNotDecryptable) {
    HOLDFAST_RETURN_IF_ERROR(KeepUntilKeyComes(arrival));
    return false;
  }
  HOLDFAST_RETURN_IF_ERROR(content.status());
  const auto parsed = ParseContent(*content, arrival.header.kind);
  if (!parsed.ok()) {
    arrival.change.Erase(names::Unopened(arrival.header.envelope));
    HOLDFAST_RETURN_IF_ERROR(KeepAside(arrival, parsed.status()));
    return false;
  }
  auto shown = TakeOpenedContent(arrival, *content);
  return shown;
}

absl::StatusOr<std::size_t> OpenWaiting(Arrival& arrival) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto waiting, AllUnopened(arrival.change));
  std::size_t opened = 0;
  for (const UnopenedNote& note : waiting) {
    const bool fits = note.header.bond == arrival.header.bond &&
                      note.header.sender_account == arrival.header.sender_account;
    if (!fits) continue;
    Arrival kept{arrival.change, arrival.ledgers, arrival.own,  arrival.context, note.delivery,
                 note.at_ms,     note.header,     arrival.bond, arrival.parties, arrival.who};
    HOLDFAST_ASSIGN_OR_RETURN(const bool taken, TakeAheadDelivery(kept));
    arrival.bond = kept.bond;
    opened += taken ? 1 : 0;
  }
  return opened;
}

absl::Status OpenByKeysNoted(Context context, Ledgers& ledgers) {
  VaultChange change(context.vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(change));
  HOLDFAST_ASSIGN_OR_RETURN(const auto waiting, AllUnopened(change));
  bool opened = false;
  for (const UnopenedNote& note : waiting) {
    HOLDFAST_ASSIGN_OR_RETURN(const NoteKeyIs key, FindNoteKey(change, note.header));
    HOLDFAST_ASSIGN_OR_RETURN(const auto bond, FindBond(change, note.header.bond));
    if (key != NoteKeyIs::kHere || !bond) continue;
    HOLDFAST_ASSIGN_OR_RETURN(const BondParties parties, PartiesOf(*bond));
    const bool is_own = note.header.sender_account == own->account;
    const PersonName who = is_own ? PersonName{Who::kOwnDevice} : WhoIs(*bond, own->account);
    Arrival kept{change,     ledgers,     *own,  context, note.delivery,
                 note.at_ms, note.header, *bond, parties, who};
    HOLDFAST_RETURN_IF_ERROR(TakeAheadDelivery(kept).status());
    opened = true;
  }
  return opened ? change.Commit() : absl::OkStatus();
}

absl::Status CheckAheadDue(Arrival& arrival, const v1::Content& content) {
  std::size_t missing = 0;
  for (const std::string& due : content.ahead_due()) {
    HOLDFAST_ASSIGN_OR_RETURN(const EnvelopeId id, EnvelopeId::From(due, "content.ahead_due"));
    HOLDFAST_ASSIGN_OR_RETURN(const bool here, IsHere(arrival.change, id));
    missing += here ? 0 : 1;
  }
  if (missing == 0) return absl::OkStatus();
  // A restored store releases again what it lost.
  HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* held,
                            arrival.ledgers.Of(arrival.change, arrival.parties.bond));
  HOLDFAST_ASSIGN_OR_RETURN(const auto progress, arrival.change.Read(names::kProgress));
  if (RestoreExplains(*held, progress, arrival.header.sent_at_ms)) return absl::OkStatus();
  return arrival.Alarm(Reason::kIntegrity, AlarmKind::kAheadHeldBack,
                       {.who = arrival.who, .count = missing});
}

absl::Status SayUnopened(VaultChange& change, const OwnDevice& own, std::uint64_t now_ms) {
  std::vector<std::pair<vault::Name<vault::Unopened>, vault::Unopened>> late;
  HOLDFAST_RETURN_IF_ERROR(
      change.Scan(names::kUnopened, [&](BytesView key, const vault::Unopened& record) {
        const bool is_late =
            !record.said() && HasPassed(record.at_ms(), limits::kUnopenedSayMs, now_ms);
        if (is_late) late.emplace_back(names::kUnopened.At(key), record);
        return true;
      }));
  for (auto& [name, record] : late) {
    v1::Delivery delivery;
    if (!delivery.ParseFromString(record.delivery())) {
      return Refuse(Reason::kVaultDamaged, "vault.unopened", "holds a damaged message");
    }
    HOLDFAST_ASSIGN_OR_RETURN(const Header header, DecodeHeader(delivery.header()));
    HOLDFAST_ASSIGN_OR_RETURN(const auto bond, FindBond(change, header.bond));
    const bool is_own = header.sender_account == own.account;
    PersonName who{Who::kOwnDevice};
    if (!is_own) who = bond ? WhoIs(*bond, own.account) : PersonName();
    HOLDFAST_RETURN_IF_ERROR(RaiseAlarm(change, now_ms, Reason::kNotDecryptable, header.bond,
                                        AlarmKind::kAheadKeyMissing, {.who = who}));
    record.set_said(true);
    change.Put(name, record);
  }
  return absl::OkStatus();
}

}  // namespace holdfast::client
