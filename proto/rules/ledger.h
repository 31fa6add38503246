// A bond's ledger: the record of slots, promises and what people signed about
// them. It measures the practice and the therapist's promises, never the client
// (crypto/PROTOCOL.md "Ledger").
//
// Entries are numbered from 1, each naming the hash of the one before. An entry's
// bytes are a leaf of its batch's tree, beside the receipts' leaves, which have
// another length; so one signature covers both.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "rules/identifiers.h"

namespace holdfast {

enum class LedgerKind : std::uint8_t {
  kAct = 1,              // subject: act id; hash: of the act as signed
  kSlotOpened = 2,       // subject: slot; from: opens; until: closes; number: rhythm
  kSlotFilled = 3,       // subject: slot; by: the first check-in stored in it
  kSlotClosedEmpty = 4,  // subject: slot; from, until, number as when it opened
  kSlotSkipped = 5,      // subject: slot; from, until, number: it would have opened within a pause
  kPromiseMade = 6,      // subject: envelope; from: stored; until: due; number: availability
  kPromiseKept = 7,      // subject: envelope; until: due; by: the reply
  kPromiseMissed = 8,    // subject: envelope; until: due
  kPromiseRepaired = 9,  // subject: envelope; until: the due time missed; by: the reply
  kReleased = 10,        // subject: sealed-ahead envelope; from: when its condition came true
  kRestored = 11,        // the practice restored an older backup; the entry's incarnation is new
};

using LedgerSubject = FixedBytes<16, struct LedgerSubjectTag>;

struct LedgerEntry {
  PracticeKey practice;
  Incarnation incarnation;
  BondId bond;
  std::uint64_t number = 0;  // from 1
  Hash previous;             // of entry number - 1; zero at 1 and only there
  std::uint64_t at_ms = 0;   // the practice's clock; never decreases within a bond
  LedgerKind kind = LedgerKind::kAct;
  // What each kind says in them stands above; all others are zero.
  LedgerSubject subject;
  LedgerSubject by;
  std::uint64_t from_ms = 0;
  std::uint64_t until_ms = 0;
  std::uint32_t reference = 0;  // "number" above: of a rhythm or an availability
  Hash hash;

  bool operator==(const LedgerEntry&) const = default;
};

inline constexpr std::size_t kLedgerEntryBytes = 198;

// A subject as what it names (ActId, SlotId or EnvelopeId), and the reverse.
template <class Id>
Id SubjectAs(const LedgerSubject& subject) {
  return Id::From(subject.view(), "subject").value();
}
template <class Id>
LedgerSubject SubjectOf(const Id& id) {
  return LedgerSubject::From(id.view(), "subject").value();
}

Bytes EncodeLedgerEntry(const LedgerEntry& entry);
// Refuses, naming "ledger.<field>", what is out of its range, not zero where its
// kind says nothing there, and a slot id that does not follow from its opening.
absl::StatusOr<LedgerEntry> DecodeLedgerEntry(BytesView bytes);
// What a reader would say of it, for its writer to ask before the bytes are kept.
absl::Status CheckLedgerEntry(const LedgerEntry& entry);

}  // namespace holdfast
