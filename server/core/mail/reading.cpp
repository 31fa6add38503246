#include "server/core/mail/reading.h"

#include <algorithm>
#include <vector>

#include "rules/planted.h"
#include "server/core/ledger/ledger.h"
#include "server/core/mail/envelopes.h"
#include "server/core/mailbox/mailboxes.h"
#include "server/core/members/bonds.h"
#include "server/core/members/identity.h"
#include "server/core/records/fields.h"
#include "server/core/records/keys.h"
#include "server/core/records/limits.h"

namespace holdfast::server {
namespace {

// Where a page begins, and whether the cursor was of another life of the store.
struct Start {
  std::uint64_t after = 0;
  bool restored = false;
};

absl::StatusOr<Start> ReadCursor(const v1::Cursor& cursor, const Incarnation& current,
                                 const MailboxRecord& mailbox) {
  if (cursor.incarnation().empty()) {
    if (cursor.position() == 0) return Start{};
    return Refuse(Reason::kMalformedField, "cursor.incarnation",
                  "is missing; only position 0 goes without");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const auto incarnation,
                            Incarnation::From(cursor.incarnation(), "cursor.incarnation"));
  if (incarnation != current) return Start{0, true};
  if (cursor.position() > mailbox.last()) {
    return Refuse(Reason::kCursorUnknown, "cursor.position",
                  "lies ahead of the mailbox: the practice restored an older backup. Report it");
  }
  return Start{cursor.position(), false};
}

struct Row {
  std::uint64_t position = 0;
  MailboxEntryRecord entry;
};

absl::StatusOr<std::vector<Row>> ReadRows(Transaction& transaction, const DeviceId& device,
                                          std::uint64_t after, std::uint64_t last) {
  std::vector<Row> rows;
  HOLDFAST_RETURN_IF_ERROR(Scan(transaction, keys::MailboxEntry(device, after + 1),
                                keys::MailboxEntry(device, last + 1), kPageEntriesMax,
                                [&](BytesView key, MailboxEntryRecord& entry) {
                                  rows.push_back({keys::LastNumber(key), std::move(entry)});
                                  return true;
                                }));
  return rows;
}

// False where the envelope is of the batch that is still open. One whose body cannot be
// read is a gap: its sender can offer it again.
absl::StatusOr<bool> WriteDelivery(Context& context, Transaction& transaction, CapsuleEntry& entry,
                                   v1::Entry& told) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto bond, Stored<BondId>(entry.bond()));
  HOLDFAST_ASSIGN_OR_RETURN(auto envelope,
                            Load(transaction, keys::Envelope(bond, entry.position())));
  if (context.batch.Holds(envelope.incarnation(), envelope.batch())) return false;
  HOLDFAST_ASSIGN_OR_RETURN(std::optional<Bytes> body,
                            ReadBody(context, transaction, bond, entry.position(), envelope));
  if (!body) {
    told.mutable_gap()->set_first(told.position());
    told.mutable_gap()->set_last(told.position());
    return true;
  }
  v1::Delivery& delivery = *told.mutable_delivery();
  HOLDFAST_RETURN_IF_ERROR(
      WriteEnvelope(context, transaction, entry.position(), envelope, *std::move(body), delivery));
  delivery.set_capsule(std::move(*entry.mutable_sealed()));
  return true;
}

absl::StatusOr<bool> WriteLedger(Context& context, Transaction& transaction,
                                 const LedgerMailEntry& entry, v1::LedgerItem& item) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto bond, Stored<BondId>(entry.bond()));
  HOLDFAST_ASSIGN_OR_RETURN(auto record,
                            Load(transaction, keys::LedgerEntry(bond, entry.number())));
  if (IsOpen(context, record)) return false;
  HOLDFAST_RETURN_IF_ERROR(WriteItem(context, transaction, record, item));
  return true;
}

void WriteReminder(const ReminderEntry& entry, v1::Reminder& reminder) {
  reminder.set_bond(entry.bond());
  reminder.set_slot(entry.slot());
  reminder.set_envelope(entry.envelope());
  reminder.set_at_ms(entry.at_ms());
}

// False where the page must end before this row.
absl::StatusOr<bool> WriteRow(Context& context, Transaction& transaction, Row& row,
                              v1::Entry& entry) {
  entry.set_position(row.position);
  if (row.entry.has_capsule()) {
    return WriteDelivery(context, transaction, *row.entry.mutable_capsule(), entry);
  }
  if (row.entry.has_ledger()) {
    return WriteLedger(context, transaction, row.entry.ledger(), *entry.mutable_ledger());
  }
  if (row.entry.has_given_up()) {
    entry.mutable_gap()->set_first(row.entry.given_up().first());
    entry.mutable_gap()->set_last(row.position);
    return true;
  }
  if (row.entry.has_reminder()) {
    WriteReminder(row.entry.reminder(), *entry.mutable_reminder());
    return true;
  }
  HOLDFAST_ASSIGN_OR_RETURN(const auto bond, Stored<BondId>(row.entry.bond_formed().bond()));
  HOLDFAST_RETURN_IF_ERROR(WriteBondFormed(transaction, bond, *entry.mutable_bond_formed()));
  return true;
}

// The gap as one entry, where the reader has not passed it.
void WriteGap(const MailboxRecord& mailbox, std::uint64_t& after, v1::SubscribeResponse& response) {
  if (mailbox.gap_last() <= std::max(after, mailbox.acknowledged())) return;
  v1::Entry& entry = *response.add_entries();
  entry.set_position(mailbox.gap_last());
  entry.mutable_gap()->set_first(mailbox.gap_first());
  entry.mutable_gap()->set_last(mailbox.gap_last());
  after = mailbox.gap_last();
}

absl::Status CursorUnknown() {
  return Refuse(Reason::kCursorUnknown, "cursor",
                "is not of this mailbox as the practice has it. If the practice restored a backup, "
                "report it; else start from the beginning");
}

}  // namespace

absl::Status ReadMailbox(Context& context, Transaction& transaction, const Caller& caller,
                         const v1::SubscribeRequest& request, DeviceId& device,
                         v1::SubscribeResponse& response) {
  response.Clear();
  HOLDFAST_ASSIGN_OR_RETURN(const Identity identity, Authorise(context, transaction, caller));
  device = identity.device;
  HOLDFAST_ASSIGN_OR_RETURN(const Incarnation current,
                            context.batch.CurrentIncarnation(transaction));
  HOLDFAST_ASSIGN_OR_RETURN(const MailboxRecord mailbox, LoadMailbox(transaction, device));
  HOLDFAST_ASSIGN_OR_RETURN(const Start start, ReadCursor(request.cursor(), current, mailbox));

  std::uint64_t after = std::max(start.after, mailbox.acknowledged());
  WriteGap(mailbox, after, response);
  HOLDFAST_ASSIGN_OR_RETURN(std::vector<Row> rows,
                            ReadRows(transaction, device, after, mailbox.last()));
  std::size_t bytes = 0;
  bool is_page_full = false;
  bool is_batch_open = false;
  for (Row& row : rows) {
    if (static_cast<std::size_t>(response.entries_size()) == kPageEntriesMax) {
      is_page_full = true;
      break;
    }
    v1::Entry entry;
    HOLDFAST_ASSIGN_OR_RETURN(const bool is_there, WriteRow(context, transaction, row, entry));
    is_batch_open = !is_there;
    const std::size_t entry_bytes = entry.ByteSizeLong();
    is_page_full = response.entries_size() != 0 && bytes + entry_bytes > kPageBytesMax;
    if (is_batch_open || is_page_full) break;
    bytes += entry_bytes;
    after = row.position;
    *response.add_entries() = std::move(entry);
  }
  if (HOLDFAST_PLANTED(kDeliverOutOfOrder) && response.entries_size() > 1) {
    response.mutable_entries()->SwapElements(0, 1);
  }
  if (HOLDFAST_PLANTED(kSkipRestOfMailbox)) after = mailbox.last();
  response.mutable_cursor()->set_incarnation(current.str());
  response.mutable_cursor()->set_position(after);
  response.set_restored(start.restored);
  response.set_caught_up(is_batch_open || (!is_page_full && after >= mailbox.last()));
  return absl::OkStatus();
}

absl::Status Acknowledge(Context& context, Transaction& transaction, const Caller& caller,
                         const v1::AcknowledgeRequest& request, v1::AcknowledgeResponse& response) {
  response.Clear();
  HOLDFAST_ASSIGN_OR_RETURN(const Identity identity, Authorise(context, transaction, caller));
  HOLDFAST_ASSIGN_OR_RETURN(
      const auto incarnation,
      Incarnation::From(request.cursor().incarnation(), "cursor.incarnation"));
  HOLDFAST_ASSIGN_OR_RETURN(const Incarnation current,
                            context.batch.CurrentIncarnation(transaction));
  HOLDFAST_ASSIGN_OR_RETURN(MailboxRecord mailbox, LoadMailbox(transaction, identity.device));
  const std::uint64_t position = request.cursor().position();
  if (incarnation != current || position > mailbox.last()) return CursorUnknown();

  const std::uint64_t acknowledged = std::max(position, mailbox.acknowledged());
  const std::uint64_t sweep_to = std::min(acknowledged, mailbox.swept() + kSweepEntriesMax);
  if (acknowledged == mailbox.acknowledged() && sweep_to == mailbox.swept()) {
    return absl::OkStatus();
  }
  SweepEntries(transaction, identity.device, mailbox, sweep_to);
  mailbox.set_acknowledged(acknowledged);
  Save(transaction, keys::Mailbox(identity.device), mailbox);
  return absl::OkStatus();
}

}  // namespace holdfast::server
