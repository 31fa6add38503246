#include "server/core/mailbox/mailbox_ends.h"

#include <algorithm>

#include "server/core/engine/timers.h"
#include "server/core/mailbox/mailboxes.h"
#include "server/core/records/keys.h"
#include "server/core/records/limits.h"
#include "server/core/records/listed.h"

namespace holdfast::server {
namespace {

absl::Status ArmSweep(Context& context, Transaction& transaction, const DeviceId& device) {
  return Arm(context, transaction,
             {context.engine_clock.now_ms(), TimerKind::kMailboxSweep, device.str(), 0, 0});
}

// Whether some are left.
absl::StatusOr<bool> SweepShares(Transaction& transaction, const DeviceId& device) {
  std::vector<Bytes> shares;
  HOLDFAST_RETURN_IF_ERROR(transaction.Scan(keys::MailboxShare(device, BondId()),
                                            keys::MailboxSharesEnd(device), kSweepEntriesMax,
                                            [&](BytesView key, BytesView) {
                                              shares.emplace_back(key);
                                              return true;
                                            }));
  for (const Bytes& share : shares) transaction.Erase(share);
  return shares.size() == kSweepEntriesMax;
}

}  // namespace

absl::Status EndMailbox(Context& context, Transaction& transaction, const DeviceId& device) {
  HOLDFAST_ASSIGN_OR_RETURN(MailboxRecord mailbox, LoadMailbox(transaction, device));
  mailbox.set_acknowledged(mailbox.last());
  Save(transaction, keys::Mailbox(device), mailbox);
  context.batch.Wake(device);
  return ArmSweep(context, transaction, device);
}

absl::Status SweepMailbox(Context& context, Transaction& transaction, const DeviceId& device) {
  HOLDFAST_ASSIGN_OR_RETURN(MailboxRecord mailbox, LoadMailbox(transaction, device));
  const std::uint64_t sweep_to =
      std::min(mailbox.acknowledged(), mailbox.swept() + kSweepEntriesMax);
  SweepEntries(transaction, device, mailbox, sweep_to);
  Save(transaction, keys::Mailbox(device), mailbox);
  bool is_more = sweep_to < mailbox.acknowledged();
  HOLDFAST_ASSIGN_OR_RETURN(const bool is_back, IsListed(transaction, device));
  if (!is_back) {
    HOLDFAST_ASSIGN_OR_RETURN(const bool has_shares, SweepShares(transaction, device));
    is_more = is_more || has_shares;
  }
  return is_more ? ArmSweep(context, transaction, device) : absl::OkStatus();
}

}  // namespace holdfast::server
