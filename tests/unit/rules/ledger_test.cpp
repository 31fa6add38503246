// Ledger entries as bytes.
#include "rules/ledger.h"

#include <functional>

#include "unit/rules/support.h"

namespace holdfast {
namespace {

LedgerEntry Sample(LedgerKind kind) {
  LedgerEntry entry;
  entry.practice = Filled<PracticeKey>('p');
  entry.incarnation = Filled<Incarnation>('i');
  entry.bond = Filled<BondId>('b');
  entry.number = 9;
  entry.previous = Filled<Hash>('v');
  entry.at_ms = kToday;
  entry.kind = kind;
  return entry;
}

std::vector<LedgerEntry> EveryKind() {
  std::vector<LedgerEntry> entries;
  for (int kind = 1; kind <= 11; ++kind) {
    LedgerEntry entry = Sample(static_cast<LedgerKind>(kind));
    const bool is_slot = kind == 2 || kind == 4 || kind == 5;
    if (kind != 11) entry.subject = Filled<LedgerSubject>('s');
    if (is_slot) entry.subject = SubjectOf(SlotIdOf(3, kToday));
    if (kind == 3 || kind == 7 || kind == 9) entry.by = Filled<LedgerSubject>('y');
    if (is_slot || kind == 6 || kind == 10) entry.from_ms = kToday;
    if (is_slot || (kind >= 6 && kind <= 9)) entry.until_ms = kToday + kDay;
    if (is_slot || kind == 6) entry.reference = 3;
    if (kind == 1) entry.hash = Filled<Hash>('h');
    entries.push_back(entry);
  }
  return entries;
}

}  // namespace

TEST_CASE("a ledger entry of every kind comes back as it was written") {
  for (const LedgerEntry& entry : EveryKind()) {
    const Bytes bytes = EncodeLedgerEntry(entry);
    CHECK(bytes.size() == kLedgerEntryBytes);
    CHECK(DecodeLedgerEntry(bytes).value() == entry);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      CHECK_FALSE(DecodeLedgerEntry(bytes.substr(0, size)).ok());
    }
    CHECK(FieldOf(DecodeLedgerEntry(bytes + "x").status()) == "ledger.end");
  }
}

TEST_CASE("what a kind says nothing in is zero, and what it says is not") {
  using Spoil = std::function<void(LedgerEntry&, bool is_zero)>;
  const std::vector<std::pair<std::string, Spoil>> fields = {
      {"ledger.subject",
       [](LedgerEntry& e, bool z) {
         e.subject = z ? LedgerSubject() : Filled<LedgerSubject>('x');
       }},
      {"ledger.by",
       [](LedgerEntry& e, bool z) { e.by = z ? LedgerSubject() : Filled<LedgerSubject>('x'); }},
      {"ledger.from_ms", [](LedgerEntry& e, bool z) { e.from_ms = z ? 0 : kToday; }},
      {"ledger.until_ms", [](LedgerEntry& e, bool z) { e.until_ms = z ? 0 : kToday; }},
      {"ledger.reference", [](LedgerEntry& e, bool z) { e.reference = z ? 0 : 1; }},
      {"ledger.hash", [](LedgerEntry& e, bool z) { e.hash = z ? Hash() : Filled<Hash>('x'); }}};
  const auto value = [](const LedgerEntry& e, std::size_t field) {
    const std::vector<bool> zeros = {e.subject.is_zero(), e.by.is_zero(),   e.from_ms == 0,
                                     e.until_ms == 0,     e.reference == 0, e.hash.is_zero()};
    return zeros[field];
  };
  for (const LedgerEntry& entry : EveryKind()) {
    for (std::size_t i = 0; i < fields.size(); ++i) {
      LedgerEntry spoiled = entry;
      fields[i].second(spoiled, !value(entry, i));
      INFO("kind " << static_cast<int>(entry.kind));
      CHECK(FieldOf(DecodeLedgerEntry(EncodeLedgerEntry(spoiled)).status()) == fields[i].first);
    }
  }
}

TEST_CASE("a ledger entry out of range is refused by the name of its field") {
  const auto refused = [](LedgerKind kind, const std::function<void(LedgerEntry&)>& spoil) {
    LedgerEntry entry = EveryKind().at(static_cast<std::size_t>(kind) - 1);
    spoil(entry);
    return FieldOf(DecodeLedgerEntry(EncodeLedgerEntry(entry)).status());
  };
  CHECK(refused(LedgerKind::kAct, [](LedgerEntry& e) { e.number = 0; }) == "ledger.number");
  CHECK(refused(LedgerKind::kAct, [](LedgerEntry& e) { e.number = 1; }) == "ledger.previous");
  CHECK(refused(LedgerKind::kAct, [](LedgerEntry& e) { e.previous = Hash(); }) ==
        "ledger.previous");
  CHECK(refused(LedgerKind::kAct, [](LedgerEntry& e) { e.at_ms = 0; }) == "ledger.at_ms");
  CHECK(refused(LedgerKind::kAct, [](LedgerEntry& e) { e.kind = static_cast<LedgerKind>(0); }) ==
        "ledger.kind");
  CHECK(refused(LedgerKind::kAct, [](LedgerEntry& e) { e.kind = static_cast<LedgerKind>(12); }) ==
        "ledger.kind");
  CHECK(refused(LedgerKind::kSlotOpened, [](LedgerEntry& e) { e.until_ms = e.from_ms; }) ==
        "ledger.until_ms");
  CHECK(refused(LedgerKind::kSlotOpened, [](LedgerEntry& e) { e.from_ms += 1; }) ==
        "ledger.subject");
  CHECK(refused(LedgerKind::kSlotSkipped, [](LedgerEntry& e) { e.reference = 4; }) ==
        "ledger.subject");
  Bytes bytes = EncodeLedgerEntry(EveryKind()[0]);
  bytes[0] = 7;
  CHECK(ReasonOf(DecodeLedgerEntry(bytes).status()) == Reason::kUnsupportedVersion);
}

}  // namespace holdfast
