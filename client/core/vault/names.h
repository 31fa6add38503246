// Names of the vault's values: a table prefix, then the key in order-preserving
// bytes. Names are not encrypted; they hold public identifiers only.
#pragma once

#include "client/core/vault/name.h"
#include "client/core/vault/vault.pb.h"
#include "holdfast/v1/archive.pb.h"
#include "holdfast/v1/directory.pb.h"
#include "holdfast/v1/facts.pb.h"
#include "rules/codec.h"
#include "rules/identifiers.h"

namespace holdfast::client::names {

template <class Record>
using Single = vault::Name<Record, BytesView>;
template <class Record>
using Whole = vault::Table<Record, BytesView>;

inline constexpr Single<vault::Meta> kMeta("meta");
inline constexpr Single<vault::Identity> kIdentity("identity");
inline constexpr Single<vault::Progress> kProgress("progress");
inline constexpr Single<vault::StandingHours> kStandingHours("standing-hours");
inline constexpr Single<vault::StandingRhythm> kStandingRhythm("standing-rhythm");
inline constexpr Whole<vault::PrekeySecret> kPrekeys("prekey/");
inline constexpr Whole<vault::Peer> kPeers("peer/");
inline constexpr Whole<vault::Bond> kBonds("bond/");
inline constexpr Whole<Bytes> kBondKeys("bond-key/");
inline constexpr Whole<vault::Chain> kChains("chain/");
inline constexpr Whole<Bytes> kSessions("session/");
inline constexpr Whole<vault::Message> kMessages("message/");
inline constexpr Whole<vault::Sent> kSent("sent/");
inline constexpr Whole<vault::Queued> kOutbox("outbox/");
inline constexpr Whole<vault::Opened> kOpened("opened/");
inline constexpr Whole<vault::HighestReceipt> kReceipts("receipt/");
inline constexpr Whole<vault::Invitation> kInvitations("invitation/");
inline constexpr Whole<vault::Aside> kAside("aside/");
inline constexpr Whole<vault::Alarm> kAlarms("alarm/");
inline constexpr Whole<vault::Rupture> kRuptures("rupture/");
inline constexpr Whole<vault::Bookmark> kBookmarks("bookmark/");
inline constexpr Whole<vault::LedgerRecord> kLedgers("ledger/");
inline constexpr Whole<vault::LedgerRecord> kOldLedgers("old-ledger/");
inline constexpr Whole<vault::PendingAct> kActs("act/");
inline constexpr Whole<vault::Draft> kDrafts("draft/");
inline constexpr Whole<vault::PendingAct> kActsAside("act-aside/");
inline constexpr Whole<vault::Reminder> kReminders("reminder/");
inline constexpr Whole<vault::Ahead> kAhead("ahead/");
inline constexpr Whole<vault::AheadKey> kNoteKeys("note-key/");
inline constexpr Whole<vault::AheadKey> kEarlierAheadKeys("ahead-key/");
inline constexpr Whole<vault::Unopened> kUnopened("unopened/");
inline constexpr Whole<vault::Arrived> kArrived("arrived/");
inline constexpr Whole<vault::ReleasedNote> kReleasedNotes("released-note/");
inline constexpr Whole<vault::AheadDecision> kAheadDecisions("ahead-decision/");
inline constexpr Single<v1::DeviceSet> kOwnDevices("own-devices");
inline constexpr Single<v1::Recovery> kOwnRecovery("own-recovery");
inline constexpr Whole<v1::SignedStatement> kOwnEpochs("own-epoch/");
inline constexpr Whole<Bytes> kArchiveKeys("archive-key/");
inline constexpr Whole<v1::ArchiveRecord> kArchive("archive/");
inline constexpr Whole<v1::Fact> kToArchive("to-archive/");
inline constexpr Whole<vault::HistoryKey> kHistoryKeys("history-key/");
inline constexpr Whole<v1::MessageStateFact> kKnownStates("known-state/");
inline constexpr Whole<vault::Form> kForms("form/");
inline constexpr Whole<vault::Suspended> kSuspended("suspended/");
inline constexpr Single<vault::ImportedHistory> kImportedHistory("imported-history");
inline constexpr Whole<vault::ImportedMessage> kImported("imported/");

inline Bytes Number(std::uint64_t value) { return Encoder().U64(value).Take(); }

// Of an epoch, 32 bytes.
inline vault::Name<Bytes> ArchiveKey(std::uint32_t epoch) {
  return kArchiveKeys.At(Encoder().U32(epoch).Take());
}
inline vault::Name<v1::SignedStatement> OwnEpoch(std::uint32_t epoch) {
  return kOwnEpochs.At(Encoder().U32(epoch).Take());
}
inline vault::Name<v1::ArchiveRecord> Archive(std::uint64_t number) {
  return kArchive.At(Number(number));
}
inline vault::Name<vault::HistoryKey> HistoryKey(const EnvelopeId& id) {
  return kHistoryKeys.At(id.view());
}
inline vault::Name<v1::MessageStateFact> KnownState(const EnvelopeId& id) {
  return kKnownStates.At(id.view());
}
inline vault::Name<vault::Suspended> Suspended(const DeviceId& device) {
  return kSuspended.At(device.view());
}
inline vault::Name<vault::PrekeySecret> Prekey(std::uint32_t id) {
  return kPrekeys.At(Encoder().U32(id).Take());
}
inline vault::Name<vault::Peer> Peer(const AccountKey& account) {
  return kPeers.At(account.view());
}
inline vault::Name<vault::Bond> Bond(const BondId& bond) { return kBonds.At(bond.view()); }
// Its pre-shared key, 32 bytes.
inline vault::Name<Bytes> BondKey(const BondId& bond) { return kBondKeys.At(bond.view()); }
inline vault::Table<vault::Chain> Chains(const BondId& bond) { return kChains.Part(bond.view()); }
inline vault::Name<vault::Chain> Chain(const BondId& bond, const DeviceId& device) {
  return Chains(bond).At(device.view());
}
inline vault::Name<Bytes> Session(const BondId& bond, const DeviceId& device) {
  return kSessions.Part(bond.view()).At(device.view());
}
inline vault::Name<vault::Message> Message(const EnvelopeId& id) { return kMessages.At(id.view()); }
inline vault::Table<vault::Sent> SentOf(const BondId& bond) { return kSent.Part(bond.view()); }
inline vault::Name<vault::Sent> Sent(const BondId& bond, std::uint64_t position) {
  return SentOf(bond).At(Number(position));
}
inline vault::Name<vault::Queued> Outbox(std::uint64_t number) {
  return kOutbox.At(Number(number));
}
inline vault::Name<vault::Opened> Opened(const EnvelopeId& id) { return kOpened.At(id.view()); }
inline vault::Name<vault::HighestReceipt> Receipt(const BondId& bond) {
  return kReceipts.At(bond.view());
}
inline vault::Name<vault::Invitation> Invitation(const LookupId& lookup) {
  return kInvitations.At(lookup.view());
}
inline vault::Name<vault::Aside> Aside(const EnvelopeId& id) { return kAside.At(id.view()); }
inline vault::Name<vault::Rupture> Rupture(const EnvelopeId& id) { return kRuptures.At(id.view()); }
inline vault::Name<vault::Bookmark> Bookmark(const EnvelopeId& id) {
  return kBookmarks.At(id.view());
}
inline vault::Table<vault::LedgerRecord> Ledger(const BondId& bond) {
  return kLedgers.Part(bond.view());
}
inline vault::Name<vault::LedgerRecord> LedgerEntry(const BondId& bond, std::uint64_t number) {
  return Ledger(bond).At(Number(number));
}
// Of a life of the practice's store that a restore ended: kept as evidence.
inline vault::Table<vault::LedgerRecord> OldLedger(const BondId& bond) {
  return kOldLedgers.Part(bond.view());
}
inline vault::Name<vault::LedgerRecord> OldLedgerEntry(const BondId& bond, const Incarnation& life,
                                                       std::uint64_t number) {
  return OldLedger(bond).Part(life.view()).At(Number(number));
}
inline vault::Name<vault::PendingAct> Act(std::uint64_t number) { return kActs.At(Number(number)); }
inline vault::Name<vault::Reminder> Reminder(std::uint64_t number) {
  return kReminders.At(Number(number));
}
inline vault::Table<vault::Ahead> AheadOf(const BondId& bond) { return kAhead.Part(bond.view()); }
inline vault::Name<vault::Ahead> Ahead(const BondId& bond, const EnvelopeId& id) {
  return AheadOf(bond).At(id.view());
}
inline vault::Table<vault::AheadKey> NoteKeysOf(const BondId& bond, const AccountKey& writer) {
  return kNoteKeys.Part(bond.view()).Part(writer.view());
}
inline vault::Name<vault::AheadKey> NoteKey(const BondId& bond, const AccountKey& writer,
                                            const EnvelopeId& note) {
  return NoteKeysOf(bond, writer).At(note.view());
}
// What version 0.1.0 drew: one for all that an account wrote in a bond, in order of epoch.
inline vault::Table<vault::AheadKey> EarlierAheadKeysOf(const BondId& bond,
                                                        const AccountKey& writer) {
  return kEarlierAheadKeys.Part(bond.view()).Part(writer.view());
}
inline vault::Name<vault::Unopened> Unopened(const EnvelopeId& id) {
  return kUnopened.At(id.view());
}
inline vault::Name<vault::Arrived> Arrived(const EnvelopeId& id) { return kArrived.At(id.view()); }
inline vault::Name<vault::ReleasedNote> ReleasedNote(const EnvelopeId& id) {
  return kReleasedNotes.At(id.view());
}
inline vault::Table<vault::AheadDecision> AheadDecisionsOf(const BondId& bond) {
  return kAheadDecisions.Part(bond.view());
}
inline vault::Name<vault::AheadDecision> AheadDecision(const BondId& bond, const EnvelopeId& id) {
  return AheadDecisionsOf(bond).At(id.view());
}
inline vault::Name<vault::Draft> Draft(BytesView id) { return kDrafts.At(id); }
inline vault::Name<vault::Alarm> Alarm(std::uint64_t number) { return kAlarms.At(Number(number)); }

}  // namespace holdfast::client::names
