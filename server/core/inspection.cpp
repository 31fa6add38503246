#include "server/core/inspection.h"

#include <deque>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "crypto/public/archive_record.h"
#include "crypto/public/ledger.h"
#include "crypto/public/merkle.h"
#include "crypto/public/receipt.h"
#include "rules/ledger.h"
#include "rules/limits.h"
#include "server/core/engine/receipts.h"
#include "server/core/engine/timers.h"
#include "server/core/mail/envelopes.h"
#include "server/core/records/keys.h"
#include "server/core/records/records.h"

namespace holdfast::server {
namespace {

using FindingKind = StoreFinding::Kind;

constexpr std::uint64_t kToTheEnd = std::numeric_limits<std::uint64_t>::max();
constexpr std::size_t kAllRows = std::numeric_limits<std::size_t>::max();
// Trees of batches that are kept while their leaves are looked at.
constexpr std::size_t kLeafListsKept = 256;

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
      : transaction_(transaction), found_(found) {}

  absl::Status Begin() {
    HOLDFAST_ASSIGN_OR_RETURN(practice_, Load(transaction_, keys::Practice()));
    HOLDFAST_ASSIGN_OR_RETURN(key_, Stored<PracticeKey>(practice_.practice()));
    return absl::OkStatus();
  }

  void InspectBatches();
  void InspectBonds();
  void InspectArchives();
  void InspectOtherTables();
  // One envelope: its body, its receipt, its place in the index.
  void InspectEnvelope(const BondId& bond, std::uint64_t position, const EnvelopeRecord& envelope);

  StoreCounts& counts() { return counts_; }

 private:
  // Each row of the table that `any` lies in, as its record. How many there are.
  template <class Record>
  std::uint64_t EachRow(const Key<Record>& any, const char* table,
                        absl::FunctionRef<void(BytesView key, const Record& record)> look);
  template <class Record>
  std::uint64_t ReadRows(const Key<Record>& any, const char* table) {
    return EachRow<Record>(any, table, [](BytesView, const Record&) {});
  }
  void InspectBatch(BytesView key, const BatchRecord& record);
  void InspectBond(const BondId& bond, const BondRecord& record);
  void InspectLedger(const BondId& bond);
  void InspectArchive(const AccountKey& account, const ArchiveHeadRecord& head);
  std::string RecordFault(const AccountKey& account, std::uint64_t number, Hash& previous);
  std::string EntryFault(const LedgerEntryRecord& record, const LedgerEntry& entry,
                         std::uint64_t number, const Hash& previous);
  std::string BodyFault(const BondId& bond, std::uint64_t position, const EnvelopeRecord& envelope);
  std::string ReceiptFault(const BondId& bond, std::uint64_t position,
                           const EnvelopeRecord& envelope);
  // Whether the leaf stands in its batch.
  bool HoldsLeaf(std::uint32_t incarnation, std::uint64_t batch, std::uint32_t leaf,
                 BytesView bytes);
  const Bytes& LeavesOf(std::uint32_t incarnation, std::uint64_t batch);

  void Tell(FindingKind kind, std::string whose, std::string what) {
    found_({kind, std::move(whose), std::move(what)});
  }

  Transaction& transaction_;
  FindingSink found_;
  PracticeRecord practice_;
  PracticeKey key_;
  StoreCounts counts_;
  std::uint64_t newest_batches_ = 0;  // of the newest incarnation
  using Place = std::pair<std::uint32_t, std::uint64_t>;
  std::map<Place, Bytes> leaves_;
  std::deque<Place> order_;
};

template <class Record>
std::uint64_t Inspector::EachRow(
    const Key<Record>& any, const char* table,
    absl::FunctionRef<void(BytesView key, const Record& record)> look) {
  const Bytes prefix(1, any.front());
  std::uint64_t rows = 0;
  std::uint64_t unreadable = 0;
  const absl::Status read = transaction_.Scan(
      prefix, keys::AfterPrefix(prefix), kAllRows, [&](BytesView key, BytesView value) {
        ++rows;
        Record record;
        if (record.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
          look(key, record);
        } else {
          ++unreadable;
        }
        return true;
      });
  if (unreadable != 0) {
    Tell(FindingKind::kTable, table, std::to_string(unreadable) + " rows are not what was written");
  }
  if (!read.ok()) {
    Tell(FindingKind::kTable, table,
         "cannot be read past its row " + std::to_string(rows) + ": " + Words(read));
  }
  return rows;
}

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
  counts_.batches = EachRow<BatchRecord>(
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

const Bytes& Inspector::LeavesOf(std::uint32_t incarnation, std::uint64_t batch) {
  const Place place(incarnation, batch);
  const auto kept = leaves_.find(place);
  if (kept != leaves_.end()) return kept->second;
  const auto record = Find(transaction_, keys::Batch(incarnation, batch));
  order_.push_back(place);
  if (order_.size() > kLeafListsKept) {
    leaves_.erase(order_.front());
    order_.pop_front();
  }
  return leaves_[place] = record.ok() && *record ? (*record)->leaf_hashes() : Bytes();
}

bool Inspector::HoldsLeaf(std::uint32_t incarnation, std::uint64_t batch, std::uint32_t leaf,
                          BytesView bytes) {
  const BytesView leaves = LeavesOf(incarnation, batch);
  const std::size_t at = std::size_t{leaf} * Hash::size;
  return at + Hash::size <= leaves.size() &&
         leaves.substr(at, Hash::size) == crypto::MerkleLeaf(bytes).view();
}

std::string Inspector::BodyFault(const BondId& bond, std::uint64_t position,
                                 const EnvelopeRecord& envelope) {
  if (envelope.ahead() == EnvelopeRecord::ERASED) return {};
  const auto body = transaction_.Get(keys::Body(bond, position));
  if (!body.ok()) return "its body cannot be read: " + Words(body.status());
  if (!*body) return "its body is missing";
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
  if (!leaf.ok() || !HoldsLeaf(envelope.incarnation(), envelope.batch(), envelope.leaf(), *leaf)) {
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
  if (!HoldsLeaf(record.incarnation(), record.batch(), record.leaf(), record.entry())) {
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

void Inspector::InspectBond(const BondId& bond, const BondRecord& record) {
  std::uint64_t last = 0;
  const absl::Status read =
      Scan(transaction_, keys::Envelope(bond, 0), keys::Envelope(bond, kToTheEnd), kAllRows,
           [&](BytesView key, EnvelopeRecord& envelope) -> absl::StatusOr<bool> {
             const std::uint64_t position = keys::LastNumber(key);
             for (++last; last < position; ++last) {
               Tell(FindingKind::kEnvelope, BondName(bond),
                    "envelope " + std::to_string(last) + ": it is missing");
             }
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
  counts_.bonds = EachRow<BondRecord>(
      keys::Bond(BondId()), "bonds",
      [&](BytesView key, const BondRecord& record) { InspectBond(BondIn(key), record); });
  // Nobody's: every envelope belongs to a bond that was looked at.
  const std::uint64_t seen = counts_.envelopes;
  const std::uint64_t rows = ReadRows(keys::Envelope(BondId(), 0), "envelopes");
  if (rows != seen) {
    Tell(FindingKind::kCount, "envelopes",
         std::to_string(rows) + " are stored, and " + std::to_string(seen) + " belong to bonds");
  }
}

// `previous` is the hash of the record before, and then of this one.
std::string Inspector::RecordFault(const AccountKey& account, std::uint64_t number,
                                   Hash& previous) {
  const auto stored = Find(transaction_, keys::ArchiveRecord(account, number));
  if (!stored.ok()) return "it cannot be read: " + Words(stored.status());
  if (!*stored) return "it is missing";
  const auto record = crypto::DecodeArchiveRecord((*stored)->statement());
  if (!record.ok() || record->account != account || record->number != number) {
    return "it is not what was written";
  }
  if (record->previous != previous) return "it does not follow from the record before";
  previous = crypto::ArchiveRecordHash((*stored)->statement());
  const auto sealed = transaction_.Get(keys::ArchiveSealed(account, number));
  if (!sealed.ok()) return "its content cannot be read: " + Words(sealed.status());
  if (!*sealed) return "its content is missing";
  const bool is_sealed_one = crypto::ArchiveSealedHash(**sealed) == record->sealed_hash;
  return is_sealed_one ? "" : "its content is not what was sealed";
}

void Inspector::InspectArchive(const AccountKey& account, const ArchiveHeadRecord& head) {
  const std::string name = "account " + ToHex(account.view().substr(0, 4));
  Hash previous;
  for (std::uint64_t number = 1; number <= head.number(); ++number) {
    const std::string fault = RecordFault(account, number, previous);
    if (fault.empty()) continue;
    // Where one is not what was signed, all behind it follows from nothing: named once.
    return Tell(FindingKind::kArchive, name,
                "archive record " + std::to_string(number) + ": " + fault);
  }
  if (head.number() != 0 && head.head() != previous.view()) {
    Tell(FindingKind::kArchive, name, "its archive does not end as its head says");
  }
}

void Inspector::InspectArchives() {
  std::uint64_t stated = 0;
  EachRow<ArchiveHeadRecord>(keys::ArchiveHead(AccountKey()), "archives",
                             [&](BytesView key, const ArchiveHeadRecord& head) {
                               const auto account =
                                   AccountKey::From(key.substr(1), "archive's account");
                               if (!account.ok()) return;
                               stated += head.number();
                               InspectArchive(*account, head);
                             });
  const std::uint64_t rows = ReadRows(keys::ArchiveRecord(AccountKey(), 0), "archive records");
  if (rows != stated) {
    Tell(FindingKind::kCount, "archive records",
         std::to_string(rows) + " are stored, and " + std::to_string(stated) +
             " belong to archives");
  }
  ReadRows(keys::ArchiveEpoch(AccountKey(), 0), "archive epochs");
}

void Inspector::InspectOtherTables() {
  counts_.accounts = ReadRows(keys::Account(AccountKey()), "accounts");
  ReadRows(keys::Enrolment(Hash()), "enrolment codes");
  ReadRows(keys::Recovery(LookupId()), "recovery records");
  ReadRows(keys::Devices(AccountKey()), "device lists' newest");
  ReadRows(keys::DeviceList(AccountKey(), 0), "device lists");
  ReadRows(keys::Device(DeviceId()), "devices");
  ReadRows(keys::DeviceStatements(DeviceId()), "devices' statements");
  ReadRows(keys::Login(DeviceId()), "logins");
  ReadRows(keys::FormerDevice(AccountKey(), 0), "former devices");
  ReadRows(keys::Suspension(DeviceId(), DeviceId()), "suspensions");
  ReadRows(keys::Link(LookupId()), "link codes");
  ReadRows(keys::Invitation(LookupId()), "invitations");
  ReadRows(keys::BondStatements(BondId()), "bonds' statements");
  ReadRows(keys::EnvelopeIndex(BondId(), EnvelopeId()), "envelope ids");
  ReadRows(keys::Mailbox(DeviceId()), "mailboxes");
  ReadRows(keys::MailboxEntry(DeviceId(), 0), "mailbox entries");
  ReadRows(keys::MailboxShare(DeviceId(), BondId()), "mailbox shares");
  ReadRows(keys::Usage(AccountKey()), "usage");
  ReadRows(keys::LedgerEntry(BondId(), 0), "ledger entries");
  ReadRows(keys::ActIndex(BondId(), ActId()), "act ids");
  ReadRows(keys::Promise(BondId(), EnvelopeId()), "promises");
  ReadRows(keys::Slot(BondId(), SlotId()), "slots");
  ReadRows(keys::Ahead(BondId(), 0), "what is sealed ahead");
  ReadRows(keys::Day(), "the day's counts");
  ReadRows(keys::EngineClock(), "the engine's clock");
  ReadRows(keys::Timer(0, 0, 0, {}), "timers");
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

absl::StatusOr<StoreFacts> DescribeStore(Transaction& transaction) {
  HOLDFAST_ASSIGN_OR_RETURN(const PracticeRecord practice, Load(transaction, keys::Practice()));
  HOLDFAST_ASSIGN_OR_RETURN(const auto counter, Find(transaction, keys::BatchCounter()));
  StoreFacts facts;
  HOLDFAST_ASSIGN_OR_RETURN(facts.practice, Stored<PracticeKey>(practice.practice()));
  facts.format = practice.format();
  facts.newest_batch = counter ? counter->last() : 0;
  return facts;
}

absl::StatusOr<StoreStanding> ReadStanding(Transaction& transaction, std::uint64_t now_ms) {
  StoreStanding standing;
  HOLDFAST_ASSIGN_OR_RETURN(const std::uint64_t first_ms, FirstTimerMs(transaction));
  if (first_ms < now_ms) standing.late_ms = now_ms - first_ms;
  HOLDFAST_ASSIGN_OR_RETURN(const auto counted, Find(transaction, keys::Day()));
  const std::uint64_t today = now_ms / limits::kDayMs;
  if (counted && counted->day() == today) {
    standing.missed_today = counted->promises_missed();
    standing.missed_yesterday = counted->missed_day_before();
  } else if (counted && counted->day() + 1 == today) {
    standing.missed_yesterday = counted->promises_missed();
  }
  return standing;
}

absl::StatusOr<StoreCounts> InspectStore(Transaction& transaction, FindingSink found) {
  Inspector inspector(transaction, found);
  HOLDFAST_RETURN_IF_ERROR(inspector.Begin());
  inspector.InspectBatches();
  inspector.InspectBonds();
  inspector.InspectArchives();
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
