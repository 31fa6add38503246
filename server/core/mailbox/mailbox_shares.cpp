#include "server/core/mailbox/mailbox_shares.h"

#include <algorithm>

#include "server/core/records/limits.h"

namespace holdfast::server {
namespace {

// The bond whose share an entry is of; empty for what is never given up.
const Bytes& BondOf(const MailboxEntryRecord& entry) {
  static const Bytes kNone;
  if (entry.has_capsule()) return entry.capsule().bond();
  if (entry.has_ledger()) return entry.ledger().bond();
  if (entry.has_reminder()) return entry.reminder().bond();
  return kNone;
}

absl::StatusOr<MailboxShareRecord> LoadShare(Transaction& transaction, const DeviceId& device,
                                             const BondId& bond) {
  HOLDFAST_ASSIGN_OR_RETURN(auto share, Find(transaction, keys::MailboxShare(device, bond)));
  if (share) return *std::move(share);
  MailboxShareRecord fresh;
  fresh.set_oldest(1);
  return fresh;
}

struct Oldest {
  std::uint64_t position = 0;  // 0: not among those that were looked at
  std::uint64_t looked_to = 0;
  MailboxEntryRecord entry;
};

absl::StatusOr<Oldest> FindOldest(Transaction& transaction, const DeviceId& device,
                                  const Bytes& bond, std::uint64_t from, std::uint64_t last) {
  Oldest oldest;
  HOLDFAST_RETURN_IF_ERROR(Scan(transaction, keys::MailboxEntry(device, from),
                                keys::MailboxEntry(device, last + 1), kShareLookMax,
                                [&](BytesView key, MailboxEntryRecord& entry) {
                                  oldest.looked_to = keys::LastNumber(key);
                                  if (entry.share_number() == 0 || BondOf(entry) != bond)
                                    return true;
                                  oldest.position = oldest.looked_to;
                                  oldest.entry = std::move(entry);
                                  return false;
                                }));
  return oldest;
}

// The run that ends right before `position`, or begins right after it.
absl::Status JoinRuns(Transaction& transaction, const DeviceId& device,
                      const MailboxRecord& mailbox, std::uint64_t position) {
  MailboxEntryRecord run;
  run.mutable_given_up()->set_first(position);
  if (position - 1 > mailbox.acknowledged()) {
    const auto key = keys::MailboxEntry(device, position - 1);
    HOLDFAST_ASSIGN_OR_RETURN(const auto before, Find(transaction, key));
    if (before && before->has_given_up()) {
      run.mutable_given_up()->set_first(before->given_up().first());
      transaction.Erase(key);
    }
  }
  std::uint64_t ends = position;
  HOLDFAST_RETURN_IF_ERROR(Scan(transaction, keys::MailboxEntry(device, position + 1),
                                keys::MailboxEntry(device, mailbox.last() + 1), 1,
                                [&](BytesView key, MailboxEntryRecord& after) {
                                  const bool follows = after.has_given_up() &&
                                                       after.given_up().first() == position + 1;
                                  if (follows) ends = keys::LastNumber(key);
                                  return false;
                                }));
  if (ends != position) transaction.Erase(keys::MailboxEntry(device, position));
  Save(transaction, keys::MailboxEntry(device, ends), run);
  return absl::OkStatus();
}

absl::Status GiveUp(Transaction& transaction, const DeviceId& device, const Oldest& oldest,
                    MailboxRecord& mailbox) {
  if (oldest.entry.has_capsule()) {
    transaction.Put(keys::GivenUpCapsule(device, oldest.position), oldest.entry.capsule().sealed());
    mailbox.set_given_up_last(std::max(mailbox.given_up_last(), oldest.position));
  }
  return JoinRuns(transaction, device, mailbox, oldest.position);
}

}  // namespace

absl::Status CountInShare(Transaction& transaction, const DeviceId& device,
                          MailboxEntryRecord& entry) {
  entry.clear_share_number();
  if (BondOf(entry).empty()) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(const auto bond, Stored<BondId>(BondOf(entry)));
  HOLDFAST_ASSIGN_OR_RETURN(MailboxShareRecord share, LoadShare(transaction, device, bond));
  share.set_last(share.last() + 1);
  entry.set_share_number(share.last());
  Save(transaction, keys::MailboxShare(device, bond), share);
  return absl::OkStatus();
}

absl::Status KeepShare(Transaction& transaction, const DeviceId& device,
                       const MailboxEntryRecord& entry, MailboxRecord& mailbox) {
  if (entry.share_number() == 0) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(const auto bond, Stored<BondId>(BondOf(entry)));
  HOLDFAST_ASSIGN_OR_RETURN(MailboxShareRecord share, LoadShare(transaction, device, bond));
  const auto held = [&] { return share.last() + 1 - share.oldest(); };
  if (held() <= kMailboxShareMax) return absl::OkStatus();
  const std::uint64_t gone = std::max(mailbox.acknowledged(), mailbox.gap_last());
  HOLDFAST_ASSIGN_OR_RETURN(
      const Oldest oldest, FindOldest(transaction, device, bond.str(),
                                      std::max(share.oldest_position(), gone + 1), mailbox.last()));
  if (oldest.position == 0) {
    share.set_oldest_position(oldest.looked_to + 1);
  } else {
    share.set_oldest(oldest.entry.share_number());
    share.set_oldest_position(oldest.position);
    if (held() > kMailboxShareMax) {
      HOLDFAST_RETURN_IF_ERROR(GiveUp(transaction, device, oldest, mailbox));
      share.set_oldest(share.oldest() + 1);
      share.set_oldest_position(oldest.position + 1);
    }
  }
  Save(transaction, keys::MailboxShare(device, bond), share);
  return absl::OkStatus();
}

}  // namespace holdfast::server
