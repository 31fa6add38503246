#include "server/core/ledger/ledger.h"

#include <algorithm>
#include <array>

#include "crypto/public/ledger.h"
#include "rules/planted.h"
#include "server/core/mailbox/mailboxes.h"
#include "server/core/members/parties.h"
#include "server/core/records/limits.h"

namespace holdfast::server {
namespace {

// Whether the ledger's devices may hold entries that a backup has lost.
bool IsBehindRestore(const BondLedger& ledger, const LeafPlace& place) {
  const std::uint32_t written_in =
      ledger.head.number() == 0 ? ledger.bond.formed_in() : ledger.head.incarnation();
  return written_in < place.incarnation;
}

absl::Status TellBoth(Context& context, Transaction& transaction, const BondLedger& ledger) {
  MailboxEntryRecord mail;
  mail.mutable_ledger()->set_bond(ledger.id.str());
  mail.mutable_ledger()->set_number(ledger.head.number());
  std::array<Bytes, 2> parties = {ledger.bond.client(), ledger.bond.therapist()};
  if (HOLDFAST_PLANTED(kTellTherapistFirst)) std::ranges::reverse(parties);
  for (const Bytes& party : parties) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto account, Stored<AccountKey>(party));
    HOLDFAST_RETURN_IF_ERROR(AppendToAccount(context, transaction, account, mail));
  }
  return absl::OkStatus();
}

// Chains, stores, proves and tells. `record` holds the act, if any.
absl::Status Append(Context& context, Transaction& transaction, BondLedger& ledger,
                    LedgerEntry entry, LedgerEntryRecord record, v1::LedgerItem* item) {
  HOLDFAST_ASSIGN_OR_RETURN(const LeafPlace place, context.batch.NextPlace(transaction));
  entry.practice = context.practice;
  HOLDFAST_ASSIGN_OR_RETURN(entry.incarnation, context.batch.CurrentIncarnation(transaction));
  entry.bond = ledger.id;
  entry.number = ledger.head.number() + 1;
  if (entry.number > 1) {
    HOLDFAST_ASSIGN_OR_RETURN(entry.previous, Stored<Hash>(ledger.head.head()));
  }
  entry.at_ms = ledger.at_ms;
  const Bytes bytes = EncodeLedgerEntry(entry);

  record.set_entry(bytes);
  record.set_incarnation(place.incarnation);
  record.set_batch(place.batch);
  record.set_leaf(place.leaf);
  Save(transaction, keys::LedgerEntry(ledger.id, entry.number), record);
  ledger.head.set_number(entry.number);
  ledger.head.set_head(crypto::LedgerEntryHash(bytes).str());
  ledger.head.set_incarnation(place.incarnation);
  ledger.bond.set_head_stored_at_ms(ledger.at_ms);
  ledger.changed = true;
  HOLDFAST_RETURN_IF_ERROR(TellBoth(context, transaction, ledger));
  if (item != nullptr) {
    item->set_entry(bytes);
    if (record.has_act()) Copy(record.act(), *item->mutable_act());
  }
  context.batch.AddLeaf(bytes, item);
  return absl::OkStatus();
}

absl::Status AppendRestored(Context& context, Transaction& transaction, BondLedger& ledger) {
  HOLDFAST_ASSIGN_OR_RETURN(const LeafPlace place, context.batch.NextPlace(transaction));
  if (!IsBehindRestore(ledger, place)) return absl::OkStatus();
  LedgerEntry entry;
  entry.kind = LedgerKind::kRestored;
  return Append(context, transaction, ledger, entry, {}, nullptr);
}

// A reader after a restored backup is told of it even if nothing else is written:
// what it holds may not be what the practice has.
absl::Status SayRestored(Context& context, Transaction& transaction, BondLedger& ledger) {
  if (ledger.head.number() == 0 || !context.batch.HasRoom(kLeavesPerStepMax)) {
    return absl::OkStatus();
  }
  HOLDFAST_RETURN_IF_ERROR(AppendRestored(context, transaction, ledger));
  SaveLedger(transaction, ledger);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<BondLedger> OpenLedger(Context& context, Transaction& transaction, const BondId& id,
                                      BondRecord bond) {
  BondLedger ledger;
  ledger.id = id;
  ledger.at_ms = std::max(bond.head_stored_at_ms(), context.engine_clock.now_ms());
  ledger.bond = std::move(bond);
  HOLDFAST_ASSIGN_OR_RETURN(auto head, Find(transaction, keys::LedgerHead(id)));
  if (head) ledger.head = *std::move(head);
  return ledger;
}

void SaveLedger(Transaction& transaction, const BondLedger& ledger) {
  if (!ledger.changed) return;
  Save(transaction, keys::Bond(ledger.id), ledger.bond);
  Save(transaction, keys::LedgerHead(ledger.id), ledger.head);
}

bool IsPaused(const BondLedger& ledger, std::uint64_t at_ms) {
  return at_ms < ledger.head.paused_until_ms();
}

bool HoldsAhead(const BondLedger& ledger) {
  return ledger.head.pause_ahead_too() && IsPaused(ledger, ledger.at_ms);
}

absl::Status AppendEntry(Context& context, Transaction& transaction, BondLedger& ledger,
                         LedgerEntry entry) {
  HOLDFAST_RETURN_IF_ERROR(AppendRestored(context, transaction, ledger));
  return Append(context, transaction, ledger, entry, {}, nullptr);
}

absl::Status AppendAct(Context& context, Transaction& transaction, BondLedger& ledger,
                       const Act& act, const crypto::Signed& carried, v1::LedgerItem& item) {
  HOLDFAST_RETURN_IF_ERROR(AppendRestored(context, transaction, ledger));
  LedgerEntry entry;
  entry.kind = LedgerKind::kAct;
  entry.subject = SubjectOf(act.id);
  entry.hash = crypto::ActHash(carried);
  LedgerEntryRecord record;
  Copy(carried, *record.mutable_act());
  HOLDFAST_RETURN_IF_ERROR(Append(context, transaction, ledger, entry, std::move(record), &item));
  ActIndexRecord index;
  index.set_number(ledger.head.number());
  Save(transaction, keys::ActIndex(ledger.id, act.id), index);
  return absl::OkStatus();
}

absl::StatusOr<Act> ActAt(Transaction& transaction, const BondId& bond, std::uint64_t number) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto record, Load(transaction, keys::LedgerEntry(bond, number)));
  absl::StatusOr<Act> act = DecodeAct(record.act().statement());
  return act.ok() ? std::move(act) : DamagedRecord("an act");
}

bool IsOpen(const Context& context, const LedgerEntryRecord& record) {
  return context.batch.Holds(record.incarnation(), record.batch());
}

absl::Status WriteItem(Context& context, Transaction& transaction, LedgerEntryRecord& record,
                       v1::LedgerItem& item) {
  HOLDFAST_ASSIGN_OR_RETURN(
      const Receipts::Tree tree,
      context.receipts.TreeOf(transaction, record.incarnation(), record.batch()));
  if (record.leaf() >= tree->paths.size()) return DamagedRecord("a batch");
  if (record.has_act()) Copy(record.act(), *item.mutable_act());
  WriteProof(*tree, record.leaf(), item);
  item.set_entry(std::move(*record.mutable_entry()));
  return absl::OkStatus();
}

absl::Status ReadLedger(Context& context, Transaction& transaction, const Caller& caller,
                        const v1::ReadLedgerRequest& request, v1::ReadLedgerResponse& response) {
  response.Clear();
  HOLDFAST_ASSIGN_OR_RETURN(const Identity identity, Authorise(context, transaction, caller));
  HOLDFAST_ASSIGN_OR_RETURN(const auto bond, BondId::From(request.bond(), "bond"));
  if (request.limit() > kPageEntriesMax) {
    return Refuse(Reason::kMalformedField, "limit",
                  "must be at most " + std::to_string(kPageEntriesMax));
  }
  HOLDFAST_ASSIGN_OR_RETURN(BondRecord record_of_bond,
                            BondOfParty(transaction, bond, identity.account, "bond"));
  HOLDFAST_ASSIGN_OR_RETURN(BondLedger ledger,
                            OpenLedger(context, transaction, bond, std::move(record_of_bond)));
  HOLDFAST_RETURN_IF_ERROR(SayRestored(context, transaction, ledger));
  const std::uint64_t newest = ledger.head.number();
  const std::uint64_t limit = request.limit() == 0 ? kPageEntriesMax : request.limit();
  std::uint64_t at = std::min(request.after_number(), newest);
  response.set_newest(newest);
  std::size_t bytes = 0;
  for (const std::uint64_t last = std::min(newest, at + limit); at < last; ++at) {
    HOLDFAST_ASSIGN_OR_RETURN(auto record, Load(transaction, keys::LedgerEntry(bond, at + 1)));
    if (IsOpen(context, record)) {
      response.set_newest(at);
      break;
    }
    v1::LedgerItem item;
    HOLDFAST_RETURN_IF_ERROR(WriteItem(context, transaction, record, item));
    const std::size_t item_bytes = item.ByteSizeLong();
    if (response.items_size() != 0 && bytes + item_bytes > kPageBytesMax) break;
    bytes += item_bytes;
    *response.add_items() = std::move(item);
  }
  return absl::OkStatus();
}

}  // namespace holdfast::server
