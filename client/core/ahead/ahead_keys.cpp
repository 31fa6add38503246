#include "client/core/ahead/ahead_keys.h"

#include "client/core/archive/facts.h"
#include "client/core/message/queue.h"
#include "client/core/outside/limits.h"
#include "client/core/people/bonds.h"
#include "client/core/shown/content.h"
#include "client/core/vault/alarms.h"
#include "client/core/vault/names.h"
#include "client/core/vault/wiped_at_end.h"
#include "crypto/ahead.h"
#include "crypto/body.h"

namespace holdfast::client {
namespace {

void PutNoteKey(VaultChange& change, const vault::Name<vault::AheadKey>& name, BytesView key,
                std::uint64_t now_ms) {
  vault::AheadKey record;
  const WipedAtEnd wiped(record);
  record.set_key(Bytes(key));
  record.set_at_ms(now_ms);
  change.Put(name, record);
}

absl::StatusOr<crypto::ContentKey> NoteKeyIn(const vault::AheadKey& record) {
  auto key = crypto::ContentKey::From(record.key(), "vault.note_key");
  if (key.ok()) return key;
  return Refuse(Reason::kVaultDamaged, "vault.note_key", "holds a damaged key");
}

// Once for every other device of both accounts.
absl::Status QueueNoteKey(Context context, VaultChange& change, const BondId& bond,
                          const EnvelopeId& note, const crypto::ContentKey& key) {
  v1::Control control;
  control.mutable_ahead_key()->set_envelope_id(note.str());
  control.mutable_ahead_key()->set_key(Bytes(key.Expose()));
  HOLDFAST_ASSIGN_OR_RETURN(Bytes serialized, SerializeControl(std::move(control)));
  const crypto::SecretBytes content(std::move(serialized));
  return QueueControl(context, change, bond, content.Expose(), false);
}

// Beside limits::kNoteKeysMax there is none, unless a withdrawn one can go: the oldest.
absl::StatusOr<bool> MakeRoomForNoteKey(VaultChange& change, const BondId& bond,
                                        const AccountKey& writer) {
  const auto table = names::NoteKeysOf(bond, writer);
  HOLDFAST_ASSIGN_OR_RETURN(const std::size_t held, change.Count(table));
  if (held < limits::kNoteKeysMax) return true;
  std::optional<vault::Name<vault::AheadKey>> oldest;
  std::uint64_t oldest_ms = ~std::uint64_t{0};
  HOLDFAST_RETURN_IF_ERROR(change.Scan(table, [&](BytesView name, vault::AheadKey record) {
    const WipedAtEnd wiped(record);
    if (record.withdrawn() && record.at_ms() < oldest_ms) {
      oldest_ms = record.at_ms();
      oldest = table.At(name);
    }
    return true;
  }));
  if (!oldest) return false;
  change.Erase(*oldest);
  return true;
}

// One that version 0.1.0 drew, and that was still on its way. The first of a number stays.
absl::Status TakeEarlierKey(VaultChange& change, const Header& header, const v1::AheadKey& key,
                            std::uint64_t now_ms) {
  const auto table = names::EarlierAheadKeysOf(header.bond, header.sender_account);
  const auto name = table.At(Encoder().U32(key.epoch()).Fixed(header.sender_device).Take());
  HOLDFAST_ASSIGN_OR_RETURN(const bool is_known, change.Has(name));
  HOLDFAST_ASSIGN_OR_RETURN(const std::size_t held, change.Count(table));
  if (!is_known && held < limits::kEarlierAheadKeysMax) {
    PutNoteKey(change, name, key.key(), now_ms);
  }
  return absl::OkStatus();
}

// By the keys that version 0.1.0 drew.
absl::StatusOr<Bytes> OpenByEarlierKeys(const VaultReader& reader, const Header& header,
                                        BytesView header_bytes, BytesView body) {
  absl::StatusOr<Bytes> content =
      Refuse(Reason::kNotDecryptable, "body", "fits no key that this device has");
  HOLDFAST_RETURN_IF_ERROR(
      reader.Scan(names::EarlierAheadKeysOf(header.bond, header.sender_account),
                  [&](BytesView name, vault::AheadKey record) -> absl::Status {
                    const WipedAtEnd wiped(record);
                    if (content.ok()) return absl::OkStatus();
                    const auto key = crypto::AheadKey::From(record.key(), "vault.ahead_key");
                    if (!key.ok())
                      return Refuse(Reason::kVaultDamaged, "vault.ahead_key", "is damaged");
                    const std::uint32_t epoch = Decoder(name, "vault.ahead_key").U32("epoch");
                    auto opened = crypto::OpenBody(
                        crypto::AheadContentKey(*key, {header.bond, header.sender_account, epoch},
                                                header.envelope),
                        header_bytes, body);
                    if (opened.ok()) content = std::move(opened);
                    return absl::OkStatus();
                  }));
  return content;
}

}  // namespace

absl::StatusOr<crypto::ContentKey> KeyToSealAhead(Context context, VaultChange& change,
                                                  const OwnDevice& own, const BondId& bond,
                                                  const EnvelopeId& note) {
  const auto name = names::NoteKey(bond, own.account, note);
  HOLDFAST_ASSIGN_OR_RETURN(auto known, change.Find(name));
  if (known) {
    const WipedAtEnd wiped(*known);
    return NoteKeyIn(*known);
  }
  crypto::ContentKey key = crypto::ContentKey::Random();
  PutNoteKey(change, name, key.Expose(), context.Now());
  HOLDFAST_RETURN_IF_ERROR(QueueNoteKey(context, change, bond, note, key));
  HOLDFAST_RETURN_IF_ERROR(NoteAheadKey(change, bond, own.account, note, key.Expose()));
  return key;
}

absl::Status QueueOthersNoteKeys(Context context, VaultChange& change, const OwnDevice& own,
                                 const BondId& bond) {
  std::size_t queued = 0;
  return change.Scan(
      names::NoteKeysOf(bond, own.account),
      [&](BytesView note, vault::AheadKey record) -> absl::Status {
        const WipedAtEnd wiped(record);
        HOLDFAST_ASSIGN_OR_RETURN(const EnvelopeId id, EnvelopeId::From(note, "vault.note_key"));
        HOLDFAST_ASSIGN_OR_RETURN(const bool is_own, change.Has(names::Ahead(bond, id)));
        if (is_own || record.withdrawn() || queued >= limits::kAheadWaitingMax) {
          return absl::OkStatus();
        }
        ++queued;
        HOLDFAST_ASSIGN_OR_RETURN(const crypto::ContentKey key, NoteKeyIn(record));
        return QueueNoteKey(context, change, bond, id, key);
      });
}

absl::StatusOr<bool> TakeAheadKey(VaultChange& change, const Header& header, const PersonName& who,
                                  const v1::AheadKey& key, std::uint64_t now_ms) {
  if (key.envelope_id().empty()) {
    HOLDFAST_RETURN_IF_ERROR(TakeEarlierKey(change, header, key, now_ms));
    return false;
  }
  HOLDFAST_ASSIGN_OR_RETURN(const EnvelopeId note,
                            EnvelopeId::From(key.envelope_id(), "ahead_key.envelope_id"));
  HOLDFAST_ASSIGN_OR_RETURN(const bool is_here, change.Has(names::Message(note)));
  if (is_here) return false;
  const auto name = names::NoteKey(header.bond, header.sender_account, note);
  HOLDFAST_ASSIGN_OR_RETURN(auto known, change.Find(name));
  if (known) {
    const WipedAtEnd wiped(*known);
    if (known->withdrawn()) return false;
    HOLDFAST_ASSIGN_OR_RETURN(const crypto::ContentKey held, NoteKeyIn(*known));
    HOLDFAST_ASSIGN_OR_RETURN(const auto came,
                              crypto::ContentKey::From(key.key(), "ahead_key.key"));
    if (came != held) {
      HOLDFAST_RETURN_IF_ERROR(RaiseAlarm(change, now_ms, Reason::kIntegrity, header.bond,
                                          AlarmKind::kSecondAheadKey, {.who = who}));
    }
    return false;
  }
  HOLDFAST_ASSIGN_OR_RETURN(const bool has_room,
                            MakeRoomForNoteKey(change, header.bond, header.sender_account));
  if (!has_room) {
    HOLDFAST_RETURN_IF_ERROR(RaiseAlarm(change, now_ms, Reason::kIntegrity, header.bond,
                                        AlarmKind::kTooManyAheadKeys, {.who = who}));
    return false;
  }
  PutNoteKey(change, name, key.key(), now_ms);
  return true;
}

absl::Status TakeAheadKeyNoted(VaultChange& change, const v1::AheadKeyFact& fact,
                               std::uint64_t now_ms) {
  const auto id = BondId::From(fact.bond(), "ahead_key.bond");
  const auto writer = AccountKey::From(fact.account(), "ahead_key.account");
  const auto note = EnvelopeId::From(fact.envelope(), "ahead_key.envelope");
  const bool fits =
      id.ok() && writer.ok() && note.ok() && fact.key().size() == crypto::ContentKey::size;
  if (!fits) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(const auto bond, FindBond(change, *id));
  const bool is_party =
      bond && (bond->client() == writer->view() || bond->therapist() == writer->view());
  if (!is_party) return absl::OkStatus();
  const auto name = names::NoteKey(*id, *writer, *note);
  HOLDFAST_ASSIGN_OR_RETURN(const bool is_here, change.Has(names::Message(*note)));
  HOLDFAST_ASSIGN_OR_RETURN(const bool is_known, change.Has(name));
  if (is_here || is_known) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(const bool has_room, MakeRoomForNoteKey(change, *id, *writer));
  if (has_room) PutNoteKey(change, name, fact.key(), now_ms);
  return absl::OkStatus();
}

absl::StatusOr<Bytes> OpenAhead(const VaultReader& reader, const Header& header,
                                BytesView header_bytes, BytesView body) {
  HOLDFAST_ASSIGN_OR_RETURN(auto record, reader.Find(names::NoteKey(
                                             header.bond, header.sender_account, header.envelope)));
  if (!record) return OpenByEarlierKeys(reader, header, header_bytes, body);
  const WipedAtEnd wiped(*record);
  if (record->withdrawn()) return Refuse(Reason::kNotDecryptable, "body", "was withdrawn");
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::ContentKey key, NoteKeyIn(*record));
  auto content = crypto::OpenBody(key, header_bytes, body);
  if (content.ok()) return content;
  return Refuse(Reason::kNotDecryptable, "body", "does not open with its key");
}

absl::StatusOr<NoteKeyIs> FindNoteKey(const VaultReader& reader, const Header& header) {
  HOLDFAST_ASSIGN_OR_RETURN(auto record, reader.Find(names::NoteKey(
                                             header.bond, header.sender_account, header.envelope)));
  if (!record) return NoteKeyIs::kNotHere;
  const WipedAtEnd wiped(*record);
  return record->withdrawn() ? NoteKeyIs::kWithdrawn : NoteKeyIs::kHere;
}

absl::Status NoteKeyWithdrawn(VaultChange& change, const BondId& bond, const AccountKey& writer,
                              const EnvelopeId& note, std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(const bool is_here, change.Has(names::Message(note)));
  if (is_here) return absl::OkStatus();
  change.Erase(names::Unopened(note));
  const auto name = names::NoteKey(bond, writer, note);
  HOLDFAST_ASSIGN_OR_RETURN(const bool is_known, change.Has(name));
  if (!is_known) {
    HOLDFAST_ASSIGN_OR_RETURN(const bool has_room, MakeRoomForNoteKey(change, bond, writer));
    if (!has_room) return absl::OkStatus();
  }
  vault::AheadKey record;
  record.set_withdrawn(true);
  record.set_at_ms(now_ms);
  change.Put(name, record);
  return absl::OkStatus();
}

absl::Status ForgetOwnNoteKey(VaultChange& change, const BondId& bond, const AccountKey& own,
                              const EnvelopeId& note) {
  ForgetNoteKey(change, bond, own, note);
  return change.Scan(names::kOutbox, [&](BytesView number, vault::Queued entry) {
    const WipedAtEnd wiped(entry);
    v1::Content content;
    const bool is_key = entry.bond() == bond.view() && content.ParseFromString(entry.content()) &&
                        content.control().ahead_key().envelope_id() == note.view();
    if (content.control().has_ahead_key()) {
      crypto::WipeBytes(*content.mutable_control()->mutable_ahead_key()->mutable_key());
    }
    if (is_key) change.Erase(names::kOutbox.At(number));
    return true;
  });
}

void ForgetNoteKey(VaultChange& change, const BondId& bond, const AccountKey& writer,
                   const EnvelopeId& note) {
  change.Erase(names::NoteKey(bond, writer, note));
}

}  // namespace holdfast::client
