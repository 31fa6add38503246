#include "rules/ledger.h"

#include "rules/codec.h"
#include "rules/limits.h"
#include "rules/rhythm.h"

namespace holdfast {
namespace {

// Which fields a kind uses; all others are zero.
struct Uses {
  bool subject, by, from, until, reference, hash;
};

Uses UsesOf(LedgerKind kind) {
  switch (kind) {
    case LedgerKind::kAct:
      return {.subject = true,
              .by = false,
              .from = false,
              .until = false,
              .reference = false,
              .hash = true};
    case LedgerKind::kSlotOpened:
    case LedgerKind::kSlotClosedEmpty:
    case LedgerKind::kSlotSkipped:
    case LedgerKind::kPromiseMade:
      return {.subject = true,
              .by = false,
              .from = true,
              .until = true,
              .reference = true,
              .hash = false};
    case LedgerKind::kSlotFilled:
      return {.subject = true,
              .by = true,
              .from = false,
              .until = false,
              .reference = false,
              .hash = false};
    case LedgerKind::kPromiseKept:
    case LedgerKind::kPromiseRepaired:
      return {.subject = true,
              .by = true,
              .from = false,
              .until = true,
              .reference = false,
              .hash = false};
    case LedgerKind::kPromiseMissed:
      return {.subject = true,
              .by = false,
              .from = false,
              .until = true,
              .reference = false,
              .hash = false};
    case LedgerKind::kReleased:
      return {.subject = true,
              .by = false,
              .from = true,
              .until = false,
              .reference = false,
              .hash = false};
    case LedgerKind::kRestored:
      break;
  }
  return {};
}

bool IsOfSlotTimes(LedgerKind kind) {
  return kind == LedgerKind::kSlotOpened || kind == LedgerKind::kSlotClosedEmpty ||
         kind == LedgerKind::kSlotSkipped;
}

void CheckUse(Decoder& decoder, bool is_used, bool is_zero, std::string_view field) {
  if (is_used == is_zero) {
    decoder.Fail(field, is_used ? "must not be zero" : "must be zero for this kind of entry");
  }
}

void CheckFields(Decoder& decoder, const LedgerEntry& entry) {
  const Uses uses = UsesOf(entry.kind);
  CheckUse(decoder, uses.subject, entry.subject.is_zero(), "subject");
  CheckUse(decoder, uses.by, entry.by.is_zero(), "by");
  CheckUse(decoder, uses.from, entry.from_ms == 0, "from_ms");
  CheckUse(decoder, uses.until, entry.until_ms == 0, "until_ms");
  CheckUse(decoder, uses.reference, entry.reference == 0, "reference");
  CheckUse(decoder, uses.hash, entry.hash.is_zero(), "hash");
  if (uses.from && uses.until && entry.until_ms <= entry.from_ms) {
    decoder.Fail("until_ms", "must be later than from_ms");
  }
  if (IsOfSlotTimes(entry.kind) &&
      SubjectAs<SlotId>(entry.subject) != SlotIdOf(entry.reference, entry.from_ms)) {
    decoder.Fail("subject", "must be the slot of that rhythm and opening");
  }
}

}  // namespace

Bytes EncodeLedgerEntry(const LedgerEntry& entry) {
  return Encoder()
      .U8(limits::kProtocolVersion)
      .Fixed(entry.practice)
      .Fixed(entry.incarnation)
      .Fixed(entry.bond)
      .U64(entry.number)
      .Fixed(entry.previous)
      .U64(entry.at_ms)
      .U8(static_cast<std::uint8_t>(entry.kind))
      .Fixed(entry.subject)
      .Fixed(entry.by)
      .U64(entry.from_ms)
      .U64(entry.until_ms)
      .U32(entry.reference)
      .Fixed(entry.hash)
      .Take();
}

absl::StatusOr<LedgerEntry> DecodeLedgerEntry(BytesView bytes) {
  Decoder decoder(bytes, "ledger");
  LedgerEntry entry;
  decoder.Version(limits::kProtocolVersion);
  entry.practice = decoder.Fixed<PracticeKey>("practice");
  entry.incarnation = decoder.Fixed<Incarnation>("incarnation");
  entry.bond = decoder.Fixed<BondId>("bond");
  entry.number = decoder.U64("number");
  entry.previous = decoder.Fixed<Hash>("previous");
  entry.at_ms = decoder.Time("at_ms");
  const std::uint8_t kind = decoder.U8("kind");
  entry.subject = decoder.Fixed<LedgerSubject>("subject");
  entry.by = decoder.Fixed<LedgerSubject>("by");
  entry.from_ms = decoder.U64("from_ms");
  entry.until_ms = decoder.U64("until_ms");
  entry.reference = decoder.U32("reference");
  entry.hash = decoder.Fixed<Hash>("hash");
  if (entry.number == 0) decoder.Fail("number", "starts at 1");
  if ((entry.number == 1) != entry.previous.is_zero()) {
    decoder.Fail("previous", "must be zero in entry 1 and only there");
  }
  if (kind < 1 || kind > static_cast<std::uint8_t>(LedgerKind::kRestored)) {
    decoder.Fail("kind", "is not a known kind of entry");
  } else {
    entry.kind = static_cast<LedgerKind>(kind);
    CheckFields(decoder, entry);
  }
  HOLDFAST_RETURN_IF_ERROR(decoder.Finish());
  return entry;
}

absl::Status CheckLedgerEntry(const LedgerEntry& entry) {
  return CheckReadsBack(entry, EncodeLedgerEntry(entry), DecodeLedgerEntry);
}

}  // namespace holdfast
