#include "server/core/ledger/ahead.h"

#include <algorithm>

#include "rules/codec.h"
#include "rules/planted.h"
#include "server/core/engine/timers.h"
#include "server/core/mailbox/mailboxes.h"
#include "server/core/records/limits.h"

namespace holdfast::server {
namespace {

absl::Status ArmRelease(Context& context, Transaction& transaction, const BondLedger& ledger,
                        const WaitingAhead& waiting, std::uint64_t due_ms) {
  Bytes owner =
      Encoder().Fixed(ledger.id).U64(waiting.record.true_at_ms()).U64(waiting.position).Take();
  return Arm(context, transaction, {due_ms, TimerKind::kAheadDue, std::move(owner), 1});
}

// It waits no more.
void SettleAhead(Transaction& transaction, BondLedger& ledger, std::uint64_t position,
                 EnvelopeRecord& envelope, EnvelopeRecord::Ahead outcome) {
  envelope.set_ahead(outcome);
  Save(transaction, keys::Envelope(ledger.id, position), envelope);
  const bool is_erased = outcome == EnvelopeRecord::ERASED;
  if (is_erased && !HOLDFAST_PLANTED(kKeepWithdrawnText)) {
    transaction.Erase(keys::Body(ledger.id, position));
  }
  if (is_erased && HOLDFAST_PLANTED(kReleaseWithdrawn)) return;
  if (!is_erased && HOLDFAST_PLANTED(kReleaseTwice)) return;
  transaction.Erase(keys::Ahead(ledger.id, position));
  ledger.head.set_ahead_waiting(ledger.head.ahead_waiting() - 1);
}

// To every device of both but the one that it came from.
absl::Status Deliver(Context& context, Transaction& transaction, const BondLedger& ledger,
                     std::uint64_t position, const DeviceId& author) {
  MailboxEntryRecord mail;
  mail.mutable_capsule()->set_bond(ledger.id.str());
  mail.mutable_capsule()->set_position(position);
  for (const Bytes& party : {ledger.bond.client(), ledger.bond.therapist()}) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto account, Stored<AccountKey>(party));
    HOLDFAST_RETURN_IF_ERROR(AppendToAccountBut(context, transaction, account, author, mail));
  }
  return absl::OkStatus();
}

Bytes SubjectOfRelease(const Header& header) {
  if (header.release.when != ReleaseWhen::kPromiseMissed) return header.release.slot.str();
  return header.reply_to.is_zero() ? Bytes() : header.reply_to.str();
}

bool IsFor(const AheadRecord& record, ReleaseWhen when) {
  if (HOLDFAST_PLANTED(kReleaseWhenSlotOpens) && when == ReleaseWhen::kSlotOpens &&
      record.when() == static_cast<std::uint32_t>(ReleaseWhen::kSlotClosesEmpty)) {
    return true;
  }
  return record.when() == static_cast<std::uint32_t>(when);
}

bool IsMet(const AheadRecord& record, const Happened& happened) {
  return record.true_at_ms() == 0 && IsFor(record, happened.when) &&
         (record.subject().empty() || BytesView(record.subject()) == happened.subject);
}

absl::Status NoneToWithdraw() {
  return Refuse(Reason::kUnknownEnvelope, "act.withdraw.envelope",
                "is not sealed ahead in this bond");
}

// It may be on its way still, longer than this withdrawal was.
absl::Status WithdrawBefore(const Performance& doing, const EnvelopeId& id,
                            EnvelopeIndexRecord index) {
  const BytesView account = doing.act.account.view();
  if (std::ranges::find(index.withdrawn_by(), account) != index.withdrawn_by().end()) {
    return Superseded("act.withdraw.envelope", "was withdrawn before");
  }
  HOLDFAST_RETURN_IF_ERROR(doing.Record());
  index.add_withdrawn_by(Bytes(account));
  Save(doing.transaction, keys::EnvelopeIndex(doing.ledger.id, id), index);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<WaitingAhead>> ReadWaiting(Transaction& transaction,
                                                      const BondLedger& ledger) {
  std::vector<WaitingAhead> waiting;
  if (ledger.head.ahead_waiting() == 0) return waiting;
  HOLDFAST_RETURN_IF_ERROR(Scan(transaction, keys::Ahead(ledger.id, 0), keys::AheadEnd(ledger.id),
                                kAheadOfBondMax, [&](BytesView key, AheadRecord& record) {
                                  waiting.push_back({keys::LastNumber(key), std::move(record)});
                                  return true;
                                }));
  return waiting;
}

absl::Status KeepAhead(Context& context, Transaction& transaction, BondLedger& ledger,
                       const Header& header, std::uint64_t true_at_ms) {
  WaitingAhead waiting{ledger.bond.head_position(), {}};
  AheadRecord& record = waiting.record;
  record.set_when(static_cast<std::uint32_t>(header.release.when));
  if (header.release.when != ReleaseWhen::kAtTime) record.set_subject(SubjectOfRelease(header));
  record.set_by_client(BytesView(ledger.bond.client()) == header.sender_account.view());
  record.set_true_at_ms(true_at_ms);
  Save(transaction, keys::Ahead(ledger.id, waiting.position), record);
  ledger.head.set_ahead_waiting(ledger.head.ahead_waiting() + 1);
  ledger.changed = true;
  if (true_at_ms == 0) return absl::OkStatus();
  return ArmRelease(context, transaction, ledger, waiting, true_at_ms);
}

absl::Status ComeTrue(Context& context, Transaction& transaction, const BondLedger& ledger,
                      const Happened& happened) {
  HOLDFAST_ASSIGN_OR_RETURN(std::vector<WaitingAhead> all, ReadWaiting(transaction, ledger));
  for (WaitingAhead& waiting : all) {
    if (!IsMet(waiting.record, happened)) continue;
    waiting.record.set_true_at_ms(happened.at_ms);
    Save(transaction, keys::Ahead(ledger.id, waiting.position), waiting.record);
    HOLDFAST_RETURN_IF_ERROR(ArmRelease(context, transaction, ledger, waiting, happened.at_ms));
  }
  return absl::OkStatus();
}

absl::Status LookAtHeldAgain(Context& context, Transaction& transaction, const BondLedger& ledger) {
  HOLDFAST_ASSIGN_OR_RETURN(const std::vector<WaitingAhead> all, ReadWaiting(transaction, ledger));
  for (const WaitingAhead& waiting : all) {
    const std::uint64_t true_at_ms = waiting.record.true_at_ms();
    if (true_at_ms == 0 || true_at_ms > ledger.at_ms) continue;
    HOLDFAST_RETURN_IF_ERROR(ArmRelease(context, transaction, ledger, waiting, true_at_ms));
  }
  return absl::OkStatus();
}

absl::Status WithdrawAhead(const Performance& doing) {
  BondLedger& ledger = doing.ledger;
  const EnvelopeId& id = doing.what<Withdraw>().envelope;
  HOLDFAST_ASSIGN_OR_RETURN(const auto index,
                            Find(doing.transaction, keys::EnvelopeIndex(ledger.id, id)));
  if (!index || index->position() == 0) {
    return WithdrawBefore(doing, id, index.value_or(EnvelopeIndexRecord()));
  }
  HOLDFAST_ASSIGN_OR_RETURN(auto envelope,
                            Load(doing.transaction, keys::Envelope(ledger.id, index->position())));
  if (envelope.ahead() == EnvelopeRecord::NOT_AHEAD) return NoneToWithdraw();
  HOLDFAST_ASSIGN_OR_RETURN(const Header header, StoredHeader(envelope));
  if (header.sender_account != doing.act.account) {
    return Refuse(Reason::kNotPermitted, "act.withdraw.envelope", "is not this account's");
  }
  if (envelope.ahead() != EnvelopeRecord::WAITING) {
    return Superseded("act.withdraw.envelope", envelope.ahead() == EnvelopeRecord::RELEASED
                                                   ? "was released before"
                                                   : "was withdrawn before");
  }
  HOLDFAST_RETURN_IF_ERROR(doing.Record());
  SettleAhead(doing.transaction, ledger, index->position(), envelope, EnvelopeRecord::ERASED);
  return absl::OkStatus();
}

absl::Status EraseAllAhead(Transaction& transaction, BondLedger& ledger) {
  HOLDFAST_ASSIGN_OR_RETURN(const std::vector<WaitingAhead> all, ReadWaiting(transaction, ledger));
  for (const WaitingAhead& waiting : all) {
    HOLDFAST_ASSIGN_OR_RETURN(auto envelope,
                              Load(transaction, keys::Envelope(ledger.id, waiting.position)));
    SettleAhead(transaction, ledger, waiting.position, envelope, EnvelopeRecord::ERASED);
  }
  return absl::OkStatus();
}

absl::Status ReleaseAhead(Context& context, Transaction& transaction, BondLedger& ledger,
                          std::uint64_t position) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto record, Find(transaction, keys::Ahead(ledger.id, position)));
  if (!record) return absl::OkStatus();
  if (HoldsAhead(ledger) && !HOLDFAST_PLANTED(kReleaseWithinPause)) {
    if (HOLDFAST_PLANTED(kForgetHeldNote)) return absl::OkStatus();
    return ArmRelease(context, transaction, ledger, {position, *record},
                      ledger.head.paused_until_ms());
  }
  HOLDFAST_ASSIGN_OR_RETURN(auto envelope, Load(transaction, keys::Envelope(ledger.id, position)));
  HOLDFAST_ASSIGN_OR_RETURN(const Header header, StoredHeader(envelope));
  SettleAhead(transaction, ledger, position, envelope, EnvelopeRecord::RELEASED);
  if (HOLDFAST_PLANTED(kReleaseTwice)) {
    HOLDFAST_RETURN_IF_ERROR(ArmRelease(context, transaction, ledger, {position, *record},
                                        ledger.at_ms + limits::kDayMs));
  }
  LedgerEntry entry;
  entry.kind = LedgerKind::kReleased;
  entry.subject = SubjectOf(header.envelope);
  entry.from_ms = record->true_at_ms();
  HOLDFAST_RETURN_IF_ERROR(AppendEntry(context, transaction, ledger, entry));
  return Deliver(context, transaction, ledger, position, header.sender_device);
}

}  // namespace holdfast::server
