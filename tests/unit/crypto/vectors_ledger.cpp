// The vectors of ledgers, made and checked.
#include "crypto/public/merkle.h"
#include "crypto/public/receipt.h"
#include "rules/ledger_book.h"
#include "rules/limits.h"
#include "unit/crypto/vectors_rules.h"
#include "unit/rules/support.h"

namespace holdfast::crypto {
namespace {

// A ledger in which every kind of entry occurs, as one batch beside a receipt.
struct VectorLedger {
  SigningKey practice = FilledSigner('\x55');
  SigningKey therapist = FilledSigner('\x22');
  SigningKey client = FilledSigner('\x23');
  Incarnation incarnation = Filled<Incarnation>('\x10');
  std::vector<LedgerEntry> entries;
  std::vector<Json> acts;  // null where the entry embeds none
  LedgerBook book{LedgerPeople{Filled<AccountKey>('\x03'), Filled<AccountKey>('\x08')}};
  std::uint64_t now = Ms(2026, 6, 1, 12);

  void Append(LedgerEntry entry, const Act* act, const Hash& act_hash) {
    entry.practice = practice.public_key<PracticeKey>();
    entry.incarnation = incarnation;
    entry.bond = Filled<BondId>('\x01');
    entry.number = book.number() + 1;
    entry.previous = book.head();
    entry.at_ms = now;
    const Bytes bytes = EncodeLedgerEntry(entry);
    REQUIRE(book.Add(DecodeLedgerEntry(bytes).value(), LedgerEntryHash(bytes), act, act_hash).ok());
    entries.push_back(entry);
    if (act == nullptr) acts.emplace_back(nullptr);
  }

  Hash Do(decltype(Act::what) what, bool is_client) {
    const Act act{.bond = Filled<BondId>('\x01'),
                  .id = Filled<ActId>(static_cast<char>(0x40 + entries.size())),
                  .account = Filled<AccountKey>(is_client ? '\x08' : '\x03'),
                  .device = Filled<DeviceId>(is_client ? '\x05' : '\x04'),
                  .made_at_ms = now,
                  .what = std::move(what)};
    const SigningKey& device = is_client ? client : therapist;
    const Signed carried = SignAct(device, act);
    LedgerEntry entry;
    entry.kind = LedgerKind::kAct;
    entry.subject = SubjectOf(act.id);
    entry.hash = ActHash(carried);
    Append(entry, &act, entry.hash);
    acts.push_back(ActJson(carried, device, act));
    return entry.hash;
  }

  void Log(LedgerKind kind, const LedgerSubject& subject, char by, std::uint64_t from,
           std::uint64_t until, std::uint32_t reference) {
    LedgerEntry entry;
    entry.kind = kind;
    entry.subject = subject;
    if (by != 0) entry.by = Filled<LedgerSubject>(by);
    entry.from_ms = from;
    entry.until_ms = until;
    entry.reference = reference;
    Append(entry, nullptr, Hash());
  }

  // The next slot, at its opening; with its entry of `kind`.
  Slot Next(LedgerKind kind) {
    const Slot slot = book.next_slot().value().value();
    now = slot.opens_at_ms;
    Log(kind, SubjectOf(slot.id), 0, slot.opens_at_ms, slot.closes_at_ms, 1);
    return slot;
  }

  std::uint64_t Promise(char envelope) {
    const std::uint64_t due = DueAt(*book.availability(), now).value();
    Log(LedgerKind::kPromiseMade, Filled<LedgerSubject>(envelope), 0, now, due, 1);
    return due;
  }

  VectorLedger() {
    Do(VectorAvailability(1), false);
    Do(AcceptRhythm{1, Do(VectorRhythm(1), false)}, true);
    const Slot first = Next(LedgerKind::kSlotOpened);
    now += 5 * kMinute;
    Log(LedgerKind::kSlotFilled, SubjectOf(first.id), '\x61', 0, 0, 0);
    const std::uint64_t due = Promise('\x61');
    now += kHour;
    const std::uint64_t moved = due + kDay;
    Do(Reschedule{Filled<EnvelopeId>('\x61'), due, moved}, false);
    const Slot second = Next(LedgerKind::kSlotOpened);
    now = second.closes_at_ms;
    Log(LedgerKind::kSlotClosedEmpty, SubjectOf(second.id), 0, second.opens_at_ms,
        second.closes_at_ms, 1);
    now = moved;
    Log(LedgerKind::kPromiseMissed, Filled<LedgerSubject>('\x61'), 0, 0, moved, 0);
    now += kHour;
    Log(LedgerKind::kPromiseRepaired, Filled<LedgerSubject>('\x61'), '\x62', 0, moved, 0);
    const std::uint64_t again = Promise('\x63');
    now += kHour;
    Log(LedgerKind::kPromiseKept, Filled<LedgerSubject>('\x63'), '\x64', 0, again, 0);
    Do(Pause{now + 30 * kDay, false}, true);
    Next(LedgerKind::kSlotSkipped);
    Do(Resume{}, true);
    Log(LedgerKind::kReleased, Filled<LedgerSubject>('\x65'), 0, now - kHour, 0, 0);
    Do(Withdraw{Filled<EnvelopeId>('\x66')}, false);
    Do(EndRhythm{1}, true);
    incarnation = Filled<Incarnation>('\x11');
    Log(LedgerKind::kRestored, LedgerSubject(), 0, 0, 0, 0);
    Do(EndBond{}, true);
  }
};

Json EntryJson(const LedgerEntry& entry, const Json& act) {
  const Bytes bytes = EncodeLedgerEntry(entry);
  return {{"practice", entry.practice.hex()},
          {"incarnation", entry.incarnation.hex()},
          {"bond", entry.bond.hex()},
          {"number", entry.number},
          {"previous", entry.previous.hex()},
          {"at_ms", entry.at_ms},
          {"kind", static_cast<int>(entry.kind)},
          {"subject", entry.subject.hex()},
          {"by", entry.by.hex()},
          {"from_ms", entry.from_ms},
          {"until_ms", entry.until_ms},
          {"reference", entry.reference},
          {"hash", entry.hash.hex()},
          {"act", act},
          {"bytes", ToHex(bytes)},
          {"entry_hash", LedgerEntryHash(bytes).hex()}};
}

// The last two entries and a receipt, which one signature covers.
Json ProofJson(const VectorLedger& ledger) {
  ReceiptLeaf receipt;
  receipt.practice = ledger.practice.public_key<PracticeKey>();
  receipt.incarnation = ledger.incarnation;
  receipt.bond = Filled<BondId>('\x01');
  receipt.position = 1;
  receipt.envelope = Filled<EnvelopeId>('\x67');
  receipt.envelope_hash = Filled<Hash>('\x68');
  receipt.stored_at_ms = ledger.now;
  std::vector<Bytes> leaves = {EncodeReceiptLeaf(receipt)};
  for (std::size_t i = ledger.entries.size() - 2; i < ledger.entries.size(); ++i) {
    leaves.push_back(EncodeLedgerEntry(ledger.entries[i]));
  }
  std::vector<Hash> hashes;
  for (const Bytes& leaf : leaves) hashes.push_back(MerkleLeaf(leaf));
  const BatchStatement batch{receipt.practice,   receipt.incarnation, 1, 3,
                             MerkleRoot(hashes), ledger.now};
  const Bytes statement = EncodeBatchStatement(batch);
  const Signed carried{statement, ledger.practice.Sign(Purpose::kBatch, statement).str()};
  Json shown = Json::array();
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    const std::vector<Hash> path = MerklePath(hashes, i);
    if (i > 0) {
      const LedgerProof proof{leaves[i], static_cast<std::uint32_t>(i), path, carried};
      REQUIRE(VerifyLedgerEntry(proof, receipt.practice).ok());
    }
    Json steps = Json::array();
    for (const Hash& step : path) steps.push_back(step.hex());
    shown.push_back({{"index", i}, {"leaf", ToHex(leaves[i])}, {"path", steps}});
  }
  return {{"batch", SignedJson(carried, ledger.practice, Purpose::kBatch)}, {"leaves", shown}};
}

}  // namespace

Json LedgerVectors() {
  const VectorLedger ledger;
  Json entries = Json::array();
  for (std::size_t i = 0; i < ledger.entries.size(); ++i) {
    entries.push_back(EntryJson(ledger.entries[i], ledger.acts[i]));
  }
  return {{"description",
           "A ledger with every kind of entry, and two entries beside a receipt in one batch "
           "(crypto/PROTOCOL.md, Ledger)"},
          {"entries", entries},
          {"proof", ProofJson(ledger)}};
}

}  // namespace holdfast::crypto
