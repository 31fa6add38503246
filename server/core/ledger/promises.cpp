#include "server/core/ledger/promises.h"

#include "rules/planted.h"
#include "server/core/engine/timers.h"
#include "server/core/ledger/ahead.h"
#include "server/core/mailbox/mailboxes.h"

namespace holdfast::server {
namespace {

absl::StatusOr<std::optional<PromiseRecord>> FindPromise(Transaction& transaction,
                                                         const BondLedger& ledger,
                                                         const EnvelopeId& envelope) {
  return Find(transaction, keys::Promise(ledger.id, envelope));
}

// For the operator, who sees no ids.
absl::Status CountMiss(Transaction& transaction, std::uint64_t at_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(std::optional<DayRecord> found, Find(transaction, keys::Day()));
  DayRecord counted = found ? *std::move(found) : DayRecord();
  const std::uint64_t day = at_ms / limits::kDayMs;
  if (counted.day() < day) {
    counted.set_missed_day_before(counted.day() + 1 == day ? counted.promises_missed() : 0);
    counted.set_promises_missed(0);
    counted.set_day(day);
  }
  counted.set_promises_missed(counted.promises_missed() + 1);
  Save(transaction, keys::Day(), counted);
  return absl::OkStatus();
}

std::uint64_t& CountOf(PromiseCounts& counts, PromiseRecord::State state) {
  return state == PromiseRecord::KEPT     ? counts.kept
         : state == PromiseRecord::MISSED ? counts.missed
                                          : counts.repaired;
}

// What is carried out next: `promise` as it will be, and the entry that says so.
absl::Status EndPromise(Context& context, Transaction& transaction, BondLedger& ledger,
                        const EnvelopeId& envelope, PromiseRecord& promise,
                        PromiseRecord::State state, const EnvelopeId& reply) {
  LedgerEntry entry;
  entry.kind = state == PromiseRecord::KEPT     ? LedgerKind::kPromiseKept
               : state == PromiseRecord::MISSED ? LedgerKind::kPromiseMissed
                                                : LedgerKind::kPromiseRepaired;
  entry.subject = SubjectOf(envelope);
  entry.by = SubjectOf(reply);
  entry.until_ms = promise.due_at_ms();
  promise.set_state(state);
  Save(transaction, keys::Promise(ledger.id, envelope), promise);
  HOLDFAST_RETURN_IF_ERROR(AppendEntry(context, transaction, ledger, entry));
  ++CountOf(context.batch.promises(), state);
  if (state != PromiseRecord::MISSED) return absl::OkStatus();
  HOLDFAST_RETURN_IF_ERROR(CountMiss(transaction, context.engine_clock.now_ms()));
  return ComeTrue(context, transaction, ledger,
                  {ReleaseWhen::kPromiseMissed, envelope.view(), promise.due_at_ms()});
}

absl::Status ArmDue(Context& context, Transaction& transaction, const BondLedger& ledger,
                    const EnvelopeId& envelope, const PromiseRecord& promise) {
  return Arm(context, transaction,
             {promise.due_at_ms(), TimerKind::kPromiseDue, ledger.id.str() + envelope.str(),
              promise.generation()});
}

absl::StatusOr<Availability> NewestAvailability(Transaction& transaction,
                                                const BondLedger& ledger) {
  HOLDFAST_ASSIGN_OR_RETURN(Act act,
                            ActAt(transaction, ledger.id, ledger.head.availability_entry()));
  auto* const availability = std::get_if<Availability>(&act.what);
  if (availability == nullptr) return DamagedRecord("an availability");
  return std::move(*availability);
}

}  // namespace

absl::Status SetAvailability(const Performance& doing) {
  const auto& availability = doing.what<Availability>();
  LedgerHeadRecord& head = doing.ledger.head;
  if (availability.number != head.availability() + 1) {
    return Superseded("act.availability.number", "other working hours were set meanwhile");
  }
  HOLDFAST_RETURN_IF_ERROR(doing.Record());
  head.set_availability(availability.number);
  head.set_availability_entry(head.number());
  return absl::OkStatus();
}

absl::Status ReschedulePromise(const Performance& doing) {
  const auto& reschedule = doing.what<Reschedule>();
  HOLDFAST_ASSIGN_OR_RETURN(auto promise,
                            FindPromise(doing.transaction, doing.ledger, reschedule.envelope));
  if (!promise) {
    return Refuse(Reason::kUnknownEnvelope, "act.reschedule.envelope",
                  "has no reply promised for it");
  }
  if (promise->state() != PromiseRecord::OPEN || promise->due_at_ms() <= doing.ledger.at_ms) {
    return Superseded("act.reschedule.envelope", "was answered, or the time for it has passed");
  }
  if (promise->due_at_ms() != reschedule.from_ms) {
    return Superseded("act.reschedule.from_ms", "is not the time that is promised now");
  }
  HOLDFAST_RETURN_IF_ERROR(doing.Record());
  promise->set_due_at_ms(reschedule.due_at_ms);
  promise->set_generation(promise->generation() + 1);
  Save(doing.transaction, keys::Promise(doing.ledger.id, reschedule.envelope), *promise);
  return ArmDue(doing.context, doing.transaction, doing.ledger, reschedule.envelope, *promise);
}

absl::StatusOr<std::optional<PromiseTerms>> TermsNow(Transaction& transaction,
                                                     const BondLedger& ledger) {
  if (ledger.head.availability_entry() == 0) return std::optional<PromiseTerms>();
  HOLDFAST_ASSIGN_OR_RETURN(const Availability availability,
                            NewestAvailability(transaction, ledger));
  const auto due_at_ms = DueAt(availability, ledger.at_ms);
  if (!due_at_ms.ok()) return std::optional<PromiseTerms>();
  const auto remind_at_ms = RemindAt(availability, ledger.at_ms);
  return PromiseTerms{*due_at_ms, remind_at_ms.value_or(0), availability.number};
}

absl::Status MakePromise(Context& context, Transaction& transaction, BondLedger& ledger,
                         const EnvelopeId& envelope, const PromiseTerms& terms) {
  LedgerEntry entry;
  entry.kind = LedgerKind::kPromiseMade;
  entry.subject = SubjectOf(envelope);
  entry.from_ms = ledger.at_ms;
  entry.until_ms = terms.due_at_ms;
  entry.reference = terms.availability;
  HOLDFAST_RETURN_IF_ERROR(AppendEntry(context, transaction, ledger, entry));
  PromiseRecord promise;
  promise.set_due_at_ms(terms.due_at_ms);
  promise.set_generation(1);
  Save(transaction, keys::Promise(ledger.id, envelope), promise);
  HOLDFAST_RETURN_IF_ERROR(ArmDue(context, transaction, ledger, envelope, promise));
  ++context.batch.promises().made;
  if (terms.remind_at_ms == 0 || terms.remind_at_ms >= terms.due_at_ms) return absl::OkStatus();
  return Arm(context, transaction,
             {terms.remind_at_ms, TimerKind::kPromiseReminder, ledger.id.str() + envelope.str(),
              promise.generation()});
}

absl::Status SettlePromise(Context& context, Transaction& transaction, BondLedger& ledger,
                           const EnvelopeId& envelope, const EnvelopeId& reply) {
  HOLDFAST_ASSIGN_OR_RETURN(auto promise, FindPromise(transaction, ledger, envelope));
  if (!promise) return absl::OkStatus();
  const auto settle = [&](PromiseRecord::State state, const EnvelopeId& by) {
    return EndPromise(context, transaction, ledger, envelope, *promise, state, by);
  };
  if (promise->state() == PromiseRecord::OPEN) {
    if (ledger.at_ms < promise->due_at_ms()) return settle(PromiseRecord::KEPT, reply);
    // The timer's turn has not come yet; the time has.
    HOLDFAST_RETURN_IF_ERROR(settle(PromiseRecord::MISSED, EnvelopeId()));
  }
  if (promise->state() != PromiseRecord::MISSED) return absl::OkStatus();
  return settle(PromiseRecord::REPAIRED, reply);
}

absl::Status MissPromise(Context& context, Transaction& transaction, BondLedger& ledger,
                         const EnvelopeId& envelope, std::uint64_t generation) {
  HOLDFAST_ASSIGN_OR_RETURN(auto promise, FindPromise(transaction, ledger, envelope));
  const bool is_moved = promise && promise->generation() != generation;
  if (!promise || promise->state() != PromiseRecord::OPEN ||
      (is_moved && !HOLDFAST_PLANTED(kMissAtOldDueTime))) {
    return absl::OkStatus();
  }
  if (HOLDFAST_PLANTED(kForgetMissWhenHoursChange)) {
    HOLDFAST_ASSIGN_OR_RETURN(const Availability now, NewestAvailability(transaction, ledger));
    const auto working_ms = AfterWorkingTime(now, promise->due_at_ms() - 1, 0);
    if (working_ms.ok() && *working_ms > promise->due_at_ms()) return absl::OkStatus();
  }
  return EndPromise(context, transaction, ledger, envelope, *promise, PromiseRecord::MISSED,
                    EnvelopeId());
}

absl::Status RemindTherapist(Context& context, Transaction& transaction, const BondLedger& ledger,
                             const EnvelopeId& envelope) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto promise, FindPromise(transaction, ledger, envelope));
  const std::uint64_t at_ms = ledger.at_ms;
  if (!promise || promise->state() != PromiseRecord::OPEN || at_ms >= promise->due_at_ms()) {
    return absl::OkStatus();
  }
  // Late, or the hours have changed since: nobody is reminded outside of them.
  HOLDFAST_ASSIGN_OR_RETURN(const Availability availability,
                            NewestAvailability(transaction, ledger));
  const auto working_ms = AfterWorkingTime(availability, at_ms, 0);
  if (!working_ms.ok() || *working_ms >= promise->due_at_ms()) return absl::OkStatus();
  if (*working_ms > at_ms && !HOLDFAST_PLANTED(kRemindOutsideHours)) {
    return Arm(context, transaction,
               {*working_ms, TimerKind::kPromiseReminder, ledger.id.str() + envelope.str(),
                promise->generation()});
  }
  MailboxEntryRecord mail;
  ReminderEntry& reminder = *mail.mutable_reminder();
  reminder.set_bond(ledger.id.str());
  reminder.set_envelope(envelope.str());
  reminder.set_at_ms(at_ms);
  HOLDFAST_ASSIGN_OR_RETURN(const auto therapist, Stored<AccountKey>(ledger.bond.therapist()));
  return AppendToAccount(context, transaction, therapist, mail);
}

}  // namespace holdfast::server
