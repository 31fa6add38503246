#include "server/core/mailbox/mailboxes.h"

#include "rules/planted.h"
#include "server/core/mailbox/mailbox_shares.h"
#include "server/core/records/keys.h"

namespace holdfast::server {

absl::StatusOr<MailboxRecord> LoadMailbox(Transaction& transaction, const DeviceId& device) {
  HOLDFAST_ASSIGN_OR_RETURN(auto mailbox, Find(transaction, keys::Mailbox(device)));
  return mailbox ? *std::move(mailbox) : MailboxRecord();
}

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
  HOLDFAST_ASSIGN_OR_RETURN(const auto devices, Load(transaction, keys::Devices(account)));
  for (const Bytes& id : devices.devices()) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto device, Stored<DeviceId>(id));
    if (device == left_out) continue;
    HOLDFAST_RETURN_IF_ERROR(AppendToMailbox(context, transaction, device, entry).status());
  }
  return absl::OkStatus();
}

void SweepEntries(Transaction& transaction, const DeviceId& device, MailboxRecord& mailbox,
                  std::uint64_t sweep_to) {
  const std::uint64_t sweep_end = HOLDFAST_PLANTED(kSweepOneTooMany) ? sweep_to + 1 : sweep_to;
  for (std::uint64_t at = mailbox.swept() + 1; at <= sweep_end; ++at) {
    transaction.Erase(keys::MailboxEntry(device, at));
    if (at <= mailbox.given_up_last()) transaction.Erase(keys::GivenUpCapsule(device, at));
  }
  mailbox.set_swept(sweep_to);
}

absl::StatusOr<Bytes> UnacknowledgedCapsule(Transaction& transaction, const DeviceId& device,
                                            std::uint64_t position) {
  HOLDFAST_ASSIGN_OR_RETURN(const MailboxRecord mailbox, LoadMailbox(transaction, device));
  if (position <= mailbox.acknowledged()) return Bytes();
  HOLDFAST_ASSIGN_OR_RETURN(auto entry, Find(transaction, keys::MailboxEntry(device, position)));
  if (entry && entry->has_capsule()) return std::move(*entry->mutable_capsule()->mutable_sealed());
  HOLDFAST_ASSIGN_OR_RETURN(auto given_up, transaction.Get(keys::GivenUpCapsule(device, position)));
  return given_up ? *std::move(given_up) : Bytes();
}

}  // namespace holdfast::server
