#include "client/core/ahead/ahead_checking.h"

#include "client/core/outside/limits.h"
#include "client/core/shown/next_step.h"
#include "client/core/vault/names.h"

namespace holdfast::client {
namespace {

absl::Status CheckSlot(const LedgerBook& book, const Release& release, std::uint64_t now_ms) {
  const auto known = book.slots().find(release.slot);
  const bool to_come = known == book.slots().end();
  if (to_come && (!book.rhythm() || book.rhythm()->number != PartsOf(release.slot).rhythm)) {
    return WithStep(
        Refuse(Reason::kMalformedField, "release.slot", "is no check-in of the rhythm that runs"),
        NextStep::kShowRhythm);
  }
  const std::uint64_t opens_ms = PartsOf(release.slot).opens_at_ms;
  if (to_come && opens_ms > now_ms + limits::kReleaseAheadMsMax) {
    return Refuse(Reason::kTimeOutOfRange, "release.slot",
                  "opens more than a year from now; choose a nearer one");
  }
  const bool opens = release.when == ReleaseWhen::kSlotOpens;
  const bool over = to_come ? opens_ms <= now_ms : opens || known->second.state != SlotState::kOpen;
  if (!over) return absl::OkStatus();
  return opens ? WithStep(Refuse(Reason::kTimeOutOfRange, "release.slot",
                                 "has opened already; choose a later one"),
                          NextStep::kSendNow)
               : Refuse(Reason::kTimeOutOfRange, "release.slot",
                        "is over already; choose a later one");
}

absl::Status CheckPromise(const OwnDevice& own, const LedgerBook& book,
                          const EnvelopeId& envelope) {
  if (own.role != crypto::Role::kTherapist) {
    return Refuse(Reason::kNotPermitted, "release.when",
                  "only a therapist writes for the case that a reply of theirs is late");
  }
  if (book.availability() == nullptr) {
    return WithStep(Refuse(Reason::kMalformedField, "release.when",
                           "needs working hours, because no reply is promised without them"),
                    NextStep::kSetHours);
  }
  if (envelope.is_zero()) return absl::OkStatus();
  const auto promise = book.promises().find(envelope);
  if (promise == book.promises().end()) {
    return WithStep(Refuse(Reason::kUnknownEnvelope, "release.promise",
                           "no reply is promised for that message"),
                    NextStep::kListPromises);
  }
  if (promise->second.state == PromiseState::kOpen) return absl::OkStatus();
  return Refuse(Reason::kTimeOutOfRange, "release.promise",
                promise->second.state == PromiseState::kMissed
                    ? "is late already; a reply repairs it"
                    : "has been answered already");
}

absl::Status CheckRoomAhead(const VaultReader& reader, const BondId& bond) {
  std::size_t waiting = 0;
  HOLDFAST_RETURN_IF_ERROR(
      reader.Scan(names::AheadOf(bond), [&](BytesView, const vault::Ahead& ahead) {
        if (!ahead.released()) ++waiting;
        return true;
      }));
  if (waiting < limits::kAheadWaitingMax) return absl::OkStatus();
  return WithStep(
      Refuse(Reason::kQuotaExceeded, "release", "64 notes written ahead wait here already"),
      NextStep::kWithdrawAhead);
}

}  // namespace

absl::Status CheckReleaseTime(std::uint64_t at_ms, std::uint64_t now_ms) {
  if (at_ms <= now_ms) {
    return WithStep(
        Refuse(Reason::kTimeOutOfRange, "release.at", "has passed already; choose a later time"),
        NextStep::kSendNow);
  }
  if (at_ms <= now_ms + limits::kReleaseAheadMsMax) return absl::OkStatus();
  return Refuse(Reason::kTimeOutOfRange, "release.at",
                "is more than a year away; choose a nearer time");
}

absl::Status CheckAhead(const VaultReader& reader, const OwnDevice& own, const LedgerBook& book,
                        const BondId& bond, const Condition& condition, std::uint64_t now_ms) {
  HOLDFAST_RETURN_IF_ERROR(CheckRoomAhead(reader, bond));
  if (condition.release.when != ReleaseWhen::kPromiseMissed && !condition.promise.is_zero()) {
    return WithStep(
        Refuse(Reason::kMalformedField, "reply_to", "a note that is written ahead answers nothing"),
        NextStep::kReply);
  }
  switch (condition.release.when) {
    case ReleaseWhen::kNow:
      break;
    case ReleaseWhen::kAtTime:
      return CheckReleaseTime(condition.release.at_ms, now_ms);
    case ReleaseWhen::kSlotOpens:
    case ReleaseWhen::kSlotClosesEmpty:
      return CheckSlot(book, condition.release, now_ms);
    case ReleaseWhen::kPromiseMissed:
      return CheckPromise(own, book, condition.promise);
  }
  return Refuse(Reason::kMalformedField, "release.when", "must say when it is to come");
}

}  // namespace holdfast::client
