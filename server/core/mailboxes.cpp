#include "server/core/mailboxes.h"

#include <algorithm>

#include "rules/planted.h"
#include "server/core/keys.h"
#include "server/core/limits.h"
#include "server/core/mailbox_shares.h"

namespace holdfast::server {
namespace {

absl::StatusOr<MailboxRecord> LoadMailbox(Transaction& transaction, const DeviceId& device) {
  HOLDFAST_ASSIGN_OR_RETURN(auto mailbox, Find<MailboxRecord>(transaction, keys::Mailbox(device)));
  return mailbox ? *std::move(mailbox) : MailboxRecord();
}

absl::Status CursorUnknown() {
  return Refuse(Reason::kCursorUnknown, "cursor",
                "is not of this mailbox as the practice has it. If the practice restored a backup, "
                "report it; else start from the beginning");
}

}  // namespace

absl::StatusOr<std::uint64_t> AppendToMailbox(Context& context, Transaction& transaction,
                                              const DeviceId& device, MailboxEntryRecord& entry) {
  HOLDFAST_ASSIGN_OR_RETURN(MailboxRecord mailbox, LoadMailbox(transaction, device));
  mailbox.set_last(mailbox.last() + 1);
  HOLDFAST_RETURN_IF_ERROR(CountInShare(transaction, device, entry));
  Save(transaction, keys::MailboxEntry(device, mailbox.last()), entry);
  HOLDFAST_RETURN_IF_ERROR(KeepShare(transaction, device, entry, mailbox));
  Save(transaction, keys::Mailbox(device), mailbox);
  context.batch.Wake(device);
  return mailbox.last();
}

absl::Status AppendToAccount(Context& context, Transaction& transaction, const AccountKey& account,
                             MailboxEntryRecord& entry) {
  return AppendToAccountBut(context, transaction, account, DeviceId(), entry);
}

absl::Status AppendToAccountBut(Context& context, Transaction& transaction,
                                const AccountKey& account, const DeviceId& left_out,
                                MailboxEntryRecord& entry) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto devices,
                            Load<DevicesRecord>(transaction, keys::Devices(account)));
  for (const Bytes& id : devices.devices()) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto device, Stored<DeviceId>(id));
    if (device == left_out) continue;
    HOLDFAST_RETURN_IF_ERROR(AppendToMailbox(context, transaction, device, entry).status());
  }
  return absl::OkStatus();
}

absl::StatusOr<Bytes> UnacknowledgedCapsule(Transaction& transaction, const DeviceId& device,
                                            std::uint64_t position) {
  HOLDFAST_ASSIGN_OR_RETURN(const MailboxRecord mailbox, LoadMailbox(transaction, device));
  if (position <= mailbox.acknowledged()) return Bytes();
  HOLDFAST_ASSIGN_OR_RETURN(
      auto entry, Find<MailboxEntryRecord>(transaction, keys::MailboxEntry(device, position)));
  if (entry && entry->has_capsule()) return std::move(*entry->mutable_capsule()->mutable_sealed());
  HOLDFAST_ASSIGN_OR_RETURN(auto given_up, transaction.Get(keys::GivenUpCapsule(device, position)));
  return given_up ? *std::move(given_up) : Bytes();
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
  const std::uint64_t sweep_end = HOLDFAST_PLANTED(kSweepOneTooMany) ? sweep_to + 1 : sweep_to;
  for (std::uint64_t at = mailbox.swept() + 1; at <= sweep_end; ++at) {
    transaction.Erase(keys::MailboxEntry(identity.device, at));
    if (at <= mailbox.given_up_last()) {
      transaction.Erase(keys::GivenUpCapsule(identity.device, at));
    }
  }
  mailbox.set_acknowledged(acknowledged);
  mailbox.set_swept(sweep_to);
  Save(transaction, keys::Mailbox(identity.device), mailbox);
  return absl::OkStatus();
}

}  // namespace holdfast::server
