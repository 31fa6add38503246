#include "server/core/inspection.h"

#include <limits>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "crypto/public/ledger.h"
#include "crypto/public/merkle.h"
#include "crypto/public/receipt.h"
#include "rules/ledger.h"
#include "rules/limits.h"
#include "server/core/batch_leaves.h"
#include "server/core/engine/receipts.h"
#include "server/core/inspection_accounts.h"
#include "server/core/mail/envelopes.h"
#include "server/core/records/keys.h"
#include "server/core/records/records.h"

namespace holdfast::server {
namespace {

using FindingKind = StoreFinding::Kind;

constexpr std::uint64_t kToTheEnd = std::numeric_limits<std::uint64_t>::max();
constexpr std::size_t kAllRows = std::numeric_limits<std::size_t>::max();
constexpr std::size_t kTimeBytes = 8;

std::string BondName(const BondId& bond) { return "bond " + ToHex(bond.view().substr(0, 4)); }

BondId BondIn(BytesView key) {
  const auto bond = key.size() > BondId::size ? BondId::From(key.substr(1, BondId::size), "bond")
                                              : absl::StatusOr<BondId>(BondId());
  return bond.value_or(BondId());
}

std::string Words(const absl::Status& status) { return std::string(status.message()); }

class Inspector {
 public:
  Inspector(Transaction& transaction, FindingSink found)
      : transaction_(transaction), tables_(transaction, found), leaves_(transaction) {}

  absl::Status Begin() {
    HOLDFAST_ASSIGN_OR_RETURN(practice_, Load(transaction_, keys::Practice()));
    HOLDFAST_ASSIGN_OR_RETURN(key_, Stored<PracticeKey>(practice_.practice()));
    return absl::OkStatus();
  }

  void InspectBatches();
  void InspectBonds();
  void InspectOtherTables();
  // One envelope: its body, its receipt, its place in the index.
  void InspectEnvelope(const BondId& bond, std::uint64_t position, const EnvelopeRecord& envelope);

  StoreCounts& counts() { return counts_; }

 private:
  void InspectBatch(BytesView key, const BatchRecord& record);
  void InspectBond(const BondId& bond, const BondRecord& record);
  void TellMissing(const BondId& bond, std::uint64_t first, std::uint64_t last);
  void InspectLedger(const BondId& bond);
  std::string EntryFault(const LedgerEntryRecord& record, const LedgerEntry& entry,
                         std::uint64_t number, const Hash& previous);
  std::string BodyFault(const BondId& bond, std::uint64_t position, const EnvelopeRecord& envelope);
  std::string ReceiptFault(const BondId& bond, std::uint64_t position,
                           const EnvelopeRecord& envelope);
  void Tell(FindingKind kind, std::string whose, std::string what) {
    tables_.Tell(kind, std::move(whose), std::move(what));
  }

  Transaction& transaction_;
  StoreTables tables_;
  BatchLeaves leaves_;
  PracticeRecord practice_;
  PracticeKey key_;
  StoreCounts counts_;
  std::uint64_t bodies_there_ = 0;    // of envelopes that were looked at, however they are
  std::uint64_t newest_batches_ = 0;  // of the newest incarnation
};

void Inspector::InspectBatch(BytesView key, const BatchRecord& record) {
  const std::uint64_t number = keys::LastNumber(key);
  const auto fault = [&](const std::string& what) {
    Tell(FindingKind::kBatch, "batch " + std::to_string(number), what);
  };
  const auto statement = crypto::VerifyBatch(ToSigned(record.batch()), key_);
  if (!statement.ok()) return fault("its signature does not hold: " + Words(statement.status()));
  const auto& incarnations = practice_.incarnations();
  int incarnation = 0;
  while (incarnation < incarnations.size() &&
         incarnations[incarnation] != statement->incarnation.view()) {
    ++incarnation;
  }
  const bool is_in_place = incarnation < incarnations.size() && statement->batch == number &&
                           key == keys::Batch(static_cast<std::uint32_t>(incarnation), number);
  if (!is_in_place) return fault("it lies in another one's place");
  if (incarnation + 1 == incarnations.size()) ++newest_batches_;
  const BytesView hashes = record.leaf_hashes();
  std::vector<Hash> leaves;
  for (std::size_t at = 0; at + Hash::size <= hashes.size(); at += Hash::size) {
    leaves.push_back(Hash::From(hashes.substr(at, Hash::size), "leaf").value());
  }
  const bool is_its_tree = !leaves.empty() && leaves.size() == statement->leaves &&
                           hashes.size() == leaves.size() * Hash::size &&
                           crypto::MerkleRoot(leaves) == statement->root;
  if (!is_its_tree) fault("its receipts are not those that were signed");
}

void Inspector::InspectBatches() {
  counts_.batches = tables_.EachRow<BatchRecord>(
      keys::Batch(0, 0), "batches",
      [&](BytesView key, const BatchRecord& record) { InspectBatch(key, record); });
  const auto counter = Find(transaction_, keys::BatchCounter());
  const std::uint64_t last = counter.ok() && *counter ? (*counter)->last() : 0;
  if (!counter.ok() || last != newest_batches_) {
    Tell(FindingKind::kCount, "batches",
         "the newest is number " + std::to_string(last) + ", and there are " +
             std::to_string(newest_batches_));
  }
}

std::string Inspector::BodyFault(const BondId& bond, std::uint64_t position,
                                 const EnvelopeRecord& envelope) {
  if (envelope.ahead() == EnvelopeRecord::ERASED) return {};
  const auto body = transaction_.Get(keys::Body(bond, position));
  if (body.ok() && !*body) return "its body is missing";
  ++bodies_there_;
  if (!body.ok()) return "its body cannot be read: " + Words(body.status());
  const BytesView digests = envelope.capsule_digests();
  std::vector<Bytes> covered;
  for (std::size_t at = 0; at + kCapsuleDigestBytes <= digests.size(); at += kCapsuleDigestBytes) {
    covered.emplace_back(digests.substr(at, kCapsuleDigestBytes));
  }
  const Hash hash = crypto::EnvelopeHash(crypto::MessageHash(envelope.header(), **body), covered);
  if (hash.view() != envelope.envelope_hash()) return "its body is not the one that was sealed";
  ++counts_.bodies;
  return {};
}

std::string Inspector::ReceiptFault(const BondId& bond, std::uint64_t position,
                                    const EnvelopeRecord& envelope) {
  const auto header = StoredHeader(envelope);
  if (!header.ok() || header->bond != bond) return "its header is not what was stored";
  const auto leaf = LeafOf(key_, practice_, envelope, position);
  if (!leaf.ok() ||
      !leaves_.Holds(envelope.incarnation(), envelope.batch(), envelope.leaf(), *leaf)) {
    return "it is not what its receipt covers";
  }
  const auto index = Find(transaction_, keys::EnvelopeIndex(bond, header->envelope));
  if (!index.ok() || !*index || (*index)->position() != position) {
    return "its id does not lead to it";
  }
  return {};
}

void Inspector::InspectEnvelope(const BondId& bond, std::uint64_t position,
                                const EnvelopeRecord& envelope) {
  ++counts_.envelopes;
  const std::string name = "envelope " + std::to_string(position) + ": ";
  if (const std::string fault = BodyFault(bond, position, envelope); !fault.empty()) {
    Tell(FindingKind::kBody, BondName(bond), name + fault);
  }
  if (const std::string fault = ReceiptFault(bond, position, envelope); !fault.empty()) {
    Tell(FindingKind::kEnvelope, BondName(bond), name + fault);
  }
}

std::string Inspector::EntryFault(const LedgerEntryRecord& record, const LedgerEntry& entry,
                                  std::uint64_t number, const Hash& previous) {
  if (entry.number != number) return "it is missing";
  if (entry.previous != previous) return "it does not follow from the entry before";
  if (!leaves_.Holds(record.incarnation(), record.batch(), record.leaf(), record.entry())) {
    return "it is not what was signed";
  }
  const bool is_act = entry.kind == LedgerKind::kAct;
  if (is_act != record.has_act() ||
      (is_act && crypto::ActHash(ToSigned(record.act())) != entry.hash)) {
    return "the act in it is not the one that was signed";
  }
  return {};
}

void Inspector::InspectLedger(const BondId& bond) {
  const auto head = Find(transaction_, keys::LedgerHead(bond));
  if (!head.ok()) return Tell(FindingKind::kLedger, BondName(bond), Words(head.status()));
  std::uint64_t number = 0;
  Hash previous;
  std::string fault;
  const absl::Status read = Scan(
      transaction_, keys::LedgerEntry(bond, 0), keys::LedgerEntry(bond, kToTheEnd), kAllRows,
      [&](BytesView, LedgerEntryRecord& record) -> absl::StatusOr<bool> {
        ++number;
        const auto entry = DecodeLedgerEntry(record.entry());
        fault = entry.ok() && entry->bond == bond ? EntryFault(record, *entry, number, previous)
                                                  : "it is not what was written";
        previous = crypto::LedgerEntryHash(record.entry());
        counts_.entries += fault.empty() ? 1U : 0U;
        return fault.empty();
      });
  if (!read.ok()) fault = "it cannot be read: " + Words(read);
  if (!fault.empty()) {
    return Tell(FindingKind::kLedger, BondName(bond),
                "ledger entry " + std::to_string(number + (read.ok() ? 0 : 1)) + ": " + fault);
  }
  const LedgerHeadRecord none;
  const LedgerHeadRecord& newest = *head ? **head : none;
  if (newest.number() != number || (number != 0 && newest.head() != previous.view())) {
    Tell(FindingKind::kLedger, BondName(bond),
         "its ledger ends with entry " + std::to_string(number) + ", and its head says " +
             std::to_string(newest.number()));
  }
}

// One finding, however many there are.
void Inspector::TellMissing(const BondId& bond, std::uint64_t first, std::uint64_t last) {
  const std::string name = std::to_string(first);
  Tell(FindingKind::kEnvelope, BondName(bond),
       first == last ? "envelope " + name + ": it is missing"
                     : "envelopes " + name + " to " + std::to_string(last) + ": they are missing");
}

void Inspector::InspectBond(const BondId& bond, const BondRecord& record) {
  std::uint64_t last = 0;
  const absl::Status read =
      Scan(transaction_, keys::Envelope(bond, 0), keys::Envelope(bond, kToTheEnd), kAllRows,
           [&](BytesView key, EnvelopeRecord& envelope) -> absl::StatusOr<bool> {
             const std::uint64_t position = keys::LastNumber(key);
             if (position > last + 1) TellMissing(bond, last + 1, position - 1);
             last = position;
             InspectEnvelope(bond, position, envelope);
             return true;
           });
  if (!read.ok()) {
    Tell(FindingKind::kEnvelope, BondName(bond),
         "envelopes after " + std::to_string(last) + " cannot be read: " + Words(read));
  } else if (last != record.head_position()) {
    Tell(FindingKind::kCount, BondName(bond),
         "its newest envelope is " + std::to_string(last) + ", and the bond says " +
             std::to_string(record.head_position()));
  }
  InspectLedger(bond);
}

void Inspector::InspectBonds() {
  counts_.bonds = tables_.EachRow<BondRecord>(
      keys::Bond(BondId()), "bonds",
      [&](BytesView key, const BondRecord& record) { InspectBond(BondIn(key), record); });
  // Nobody's: every envelope belongs to a bond that was looked at.
  const std::uint64_t seen = counts_.envelopes;
  const std::uint64_t rows = tables_.ReadRows(keys::Envelope(BondId(), 0), "envelopes");
  tables_.CheckCount("envelopes", rows, seen, "bonds");
  tables_.CheckCount("bodies", tables_.ReadRawRows(keys::Body(BondId(), 0), "bodies", 1),
                     bodies_there_, "envelopes");
}

void Inspector::InspectOtherTables() {
  counts_.accounts = InspectAccounts(tables_);
  tables_.ReadRows(keys::Enrolment(Hash()), "enrolment codes");
  tables_.ReadRows(keys::Invitation(LookupId()), "invitations");
  tables_.ReadRawRows(keys::UnusedInvitation(AccountKey(), LookupId()), "unused invitations",
                      kTimeBytes, kTimeBytes);
  tables_.ReadRawRows(keys::BondOfAccount(AccountKey(), 0), "accounts' bonds", BondId::size,
                      BondId::size);
  tables_.ReadRawRows(keys::Peer(AccountKey(), AccountKey()), "who shares a bond", 0, 0);
  tables_.ReadRows(keys::BondStatements(BondId()), "bonds' statements");
  tables_.ReadRows(keys::EnvelopeIndex(BondId(), EnvelopeId()), "envelope ids");
  tables_.ReadRows(keys::Mailbox(DeviceId()), "mailboxes");
  tables_.ReadRows(keys::MailboxEntry(DeviceId(), 0), "mailbox entries");
  tables_.ReadRawRows(keys::GivenUpCapsule(DeviceId(), 0), "given up capsules", 0,
                      limits::kCapsuleBytesMax);
  tables_.ReadRows(keys::MailboxShare(DeviceId(), BondId()), "mailbox shares");
  tables_.ReadRows(keys::Usage(AccountKey()), "usage");
  tables_.ReadRows(keys::LedgerHead(BondId()), "ledgers' heads");
  tables_.ReadRows(keys::LedgerEntry(BondId(), 0), "ledger entries");
  tables_.ReadRows(keys::ActIndex(BondId(), ActId()), "act ids");
  tables_.ReadRows(keys::Promise(BondId(), EnvelopeId()), "promises");
  tables_.ReadRows(keys::Slot(BondId(), SlotId()), "slots");
  tables_.ReadRows(keys::Ahead(BondId(), 0), "what is sealed ahead");
  tables_.ReadRows(keys::Day(), "the day's counts");
  tables_.ReadRows(keys::EngineClock(), "the engine's clock");
  tables_.ReadRows(keys::Timer(0, 0, 0, {}), "timers");
  tables_.ReadRawRows(keys::TimerLowWater(0), "the timer that fired last", 1);
}

using Picked = std::pair<BondId, std::uint64_t>;

// Where the first envelope lies from there on.
absl::StatusOr<std::optional<Picked>> FirstFrom(Transaction& transaction, const BondId& bond,
                                                std::uint64_t position) {
  const Key<EnvelopeRecord> from = keys::Envelope(bond, position);
  std::optional<Picked> first;
  HOLDFAST_RETURN_IF_ERROR(transaction.Scan(from, keys::AfterPrefix(Bytes(1, from.front())), 1,
                                            [&](BytesView key, BytesView) {
                                              first.emplace(BondIn(key), keys::LastNumber(key));
                                              return false;
                                            }));
  return first;
}

// Of the first bond from there on that has any, or else of the first of all: the one whose
// number the rest of the seed picks. nullopt where there is none.
absl::StatusOr<std::optional<Picked>> PickEnvelope(Transaction& transaction, BytesView seed) {
  HOLDFAST_ASSIGN_OR_RETURN(const BondId near, BondId::From(seed.substr(0, BondId::size), "seed"));
  HOLDFAST_ASSIGN_OR_RETURN(auto oldest, FirstFrom(transaction, near, 0));
  if (!oldest) {
    HOLDFAST_ASSIGN_OR_RETURN(oldest, FirstFrom(transaction, BondId(), 0));
  }
  if (!oldest) return oldest;
  const auto bond = Find(transaction, keys::Bond(oldest->first));
  const std::uint64_t newest = bond.ok() && *bond ? (*bond)->head_position() : 0;
  if (newest == 0) return oldest;
  std::uint64_t number = 0;
  for (const char byte : seed.substr(BondId::size)) {
    number = number << 8 | static_cast<unsigned char>(byte);
  }
  HOLDFAST_ASSIGN_OR_RETURN(const auto picked,
                            FirstFrom(transaction, oldest->first, number % newest + 1));
  return picked && picked->first == oldest->first ? picked : oldest;
}

}  // namespace

absl::StatusOr<StoreCounts> InspectStore(Transaction& transaction, FindingSink found) {
  Inspector inspector(transaction, found);
  HOLDFAST_RETURN_IF_ERROR(inspector.Begin());
  inspector.InspectBatches();
  inspector.InspectBonds();
  inspector.InspectOtherTables();
  return inspector.counts();
}

absl::StatusOr<StoreCounts> InspectSample(Transaction& transaction, std::size_t envelopes,
                                          BytesView seed, FindingSink found) {
  Inspector inspector(transaction, found);
  HOLDFAST_RETURN_IF_ERROR(inspector.Begin());
  std::set<Picked> seen;
  for (std::size_t i = 0; i < envelopes && (i + 1) * kSeedBytes <= seed.size(); ++i) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto picked,
                              PickEnvelope(transaction, seed.substr(i * kSeedBytes, kSeedBytes)));
    if (!picked || !seen.insert(*picked).second) continue;
    HOLDFAST_ASSIGN_OR_RETURN(const auto envelope,
                              Find(transaction, keys::Envelope(picked->first, picked->second)));
    if (envelope) inspector.InspectEnvelope(picked->first, picked->second, *envelope);
  }
  return inspector.counts();
}

}  // namespace holdfast::server
