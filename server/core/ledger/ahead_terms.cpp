#include "server/core/ledger/ahead_terms.h"

#include <algorithm>

#include "server/core/ledger/ahead.h"
#include "server/core/ledger/slots.h"
#include "server/core/members/parties.h"
#include "server/core/records/limits.h"

namespace holdfast::server {
namespace {

// How a condition stands.
struct Outlook {
  std::uint64_t true_at_ms = 0;  // it came true then, or will; 0: not known, or never
  absl::Status objection;        // why nobody may begin to wait for it now
  bool may_come_back = false;    // it is about something that a backup may have lost
};

absl::Status Late(std::string_view field, std::string_view message) {
  return Refuse(Reason::kTimeOutOfRange, field, message);
}

absl::Status CheckNotFar(std::uint64_t time_ms, const BondLedger& ledger, std::string_view field) {
  if (time_ms <= ledger.at_ms + limits::kReleaseAheadMsMax) return absl::OkStatus();
  return Late(field, "is more than 366 days ahead");
}

absl::StatusOr<Outlook> OfTime(const BondLedger& ledger, const Header& header) {
  constexpr std::string_view kField = "header.release.at_ms";
  const std::uint64_t at_ms = header.release.at_ms;
  HOLDFAST_RETURN_IF_ERROR(CheckNotFar(at_ms, ledger, kField));
  Outlook outlook{at_ms, absl::OkStatus(), false};
  if (at_ms <= ledger.at_ms) outlook.objection = Late(kField, "has passed");
  return outlook;
}

absl::StatusOr<Outlook> OfSlot(Transaction& transaction, const BondLedger& ledger,
                               const Header& header) {
  constexpr std::string_view kField = "header.release.slot";
  HOLDFAST_ASSIGN_OR_RETURN(const SlotParts parts, CheckedPartsOf(header.release.slot, kField));
  HOLDFAST_RETURN_IF_ERROR(CheckNotFar(parts.opens_at_ms, ledger, kField));
  HOLDFAST_ASSIGN_OR_RETURN(const SlotNow now,
                            LookAtSlot(transaction, ledger, header.release.slot));
  const bool is_for_opening = header.release.when == ReleaseWhen::kSlotOpens;
  const auto opened = [&] {
    return Outlook{now.slot.opens_at_ms, Late(kField, "has opened"), false};
  };
  switch (now.standing) {
    case SlotStanding::kUnknown:
      return Outlook{
          0, Refuse(Reason::kMalformedField, kField, "is of no rhythm that is kept or proposed"),
          true};
    case SlotStanding::kToCome:
      return Outlook();
    case SlotStanding::kOpen:
      return is_for_opening ? opened() : Outlook();
    case SlotStanding::kFilled:
      return is_for_opening ? opened() : Outlook{0, Late(kField, "was filled"), false};
    case SlotStanding::kClosedEmpty:
      return is_for_opening ? opened()
                            : Outlook{now.slot.closes_at_ms, Late(kField, "has closed"), false};
    case SlotStanding::kPassed:
      break;
  }
  return Outlook{0, Late(kField, "has passed and did not open"), false};
}

absl::StatusOr<Outlook> OfAnyMiss(const BondLedger& ledger) {
  if (ledger.head.availability_entry() != 0) return Outlook();
  return Outlook{0,
                 Refuse(Reason::kMalformedField, "header.release.when",
                        "no reply is promised in this bond before its working hours are set"),
                 true};
}

absl::StatusOr<Outlook> OfMiss(Transaction& transaction, const BondLedger& ledger,
                               const Header& header) {
  constexpr std::string_view kField = "header.reply_to";
  if (BytesView(ledger.bond.therapist()) != header.sender_account.view()) {
    return Refuse(Reason::kNotPermitted, "header.release.when",
                  "only the therapist seals ahead for a missed promise");
  }
  if (header.reply_to.is_zero()) return OfAnyMiss(ledger);
  HOLDFAST_ASSIGN_OR_RETURN(const auto promise,
                            Find(transaction, keys::Promise(ledger.id, header.reply_to)));
  if (!promise) {
    return Outlook{0, Refuse(Reason::kUnknownEnvelope, kField, "has no reply promised for it"),
                   true};
  }
  if (promise->state() == PromiseRecord::KEPT)
    return Outlook{0, Late(kField, "was answered"), false};
  // The timer's turn may not have come yet; the time has.
  const bool is_open =
      promise->state() == PromiseRecord::OPEN && ledger.at_ms < promise->due_at_ms();
  if (is_open) return Outlook();
  return Outlook{promise->due_at_ms(), Late(kField, "was missed before"), false};
}

absl::StatusOr<Outlook> LookAhead(Transaction& transaction, const BondLedger& ledger,
                                  const Header& header) {
  switch (header.release.when) {
    case ReleaseWhen::kAtTime:
      return OfTime(ledger, header);
    case ReleaseWhen::kSlotOpens:
    case ReleaseWhen::kSlotClosesEmpty:
      return OfSlot(transaction, ledger, header);
    case ReleaseWhen::kPromiseMissed:
      return OfMiss(transaction, ledger, header);
    case ReleaseWhen::kNow:
      break;
  }
  return Outlook();
}

// Whether it may have been stored here before, and lost with a newer life of the store:
// sealed while its condition was still to come.
absl::StatusOr<bool> MayComeBack(Context& context, Transaction& transaction,
                                 const BondLedger& ledger, const Header& header,
                                 const Outlook& outlook) {
  HOLDFAST_ASSIGN_OR_RETURN(const bool is_older,
                            MayHaveLostSome(context, transaction, ledger.bond));
  if (!is_older) return false;
  return outlook.may_come_back ||
         (outlook.true_at_ms != 0 && header.sent_at_ms < outlook.true_at_ms);
}

absl::Status CheckWaiting(Transaction& transaction, const BondLedger& ledger,
                          const Header& header) {
  HOLDFAST_ASSIGN_OR_RETURN(const std::vector<WaitingAhead> all, ReadWaiting(transaction, ledger));
  const bool by_client = BytesView(ledger.bond.client()) == header.sender_account.view();
  const auto count = std::ranges::count_if(
      all, [&](const WaitingAhead& waiting) { return waiting.record.by_client() == by_client; });
  if (static_cast<std::size_t>(count) < limits::kAheadWaitingMax) return absl::OkStatus();
  return Refuse(Reason::kQuotaExceeded, "header.release",
                std::to_string(limits::kAheadWaitingMax) +
                    " messages of this account are sealed ahead in this bond. Withdraw one, or "
                    "wait until one is released");
}

absl::Status Malformed(std::string_view field, std::string_view message) {
  return Refuse(Reason::kMalformedField, field, message);
}

}  // namespace

absl::Status CheckAheadShape(const Header& header, const v1::SendRequest& request) {
  if (header.kind != Kind::kNote) return Malformed("header.kind", "only a note is sealed ahead");
  if (header.reply_owed) {
    return Malformed("header.reply_owed", "must be 0 for what is sealed ahead");
  }
  if (!header.slot.is_zero()) return Malformed("header.slot", "must be zero for a note");
  if (header.release.when != ReleaseWhen::kPromiseMissed && !header.reply_to.is_zero()) {
    return Malformed("header.reply_to", "must be zero for this release condition");
  }
  if (request.capsules_size() == 0) return absl::OkStatus();
  return Malformed("capsules", "must be none for what is sealed ahead");
}

absl::StatusOr<std::uint64_t> AheadTrueAt(Context& context, Transaction& transaction,
                                          const BondLedger& ledger, const Header& header) {
  if (!IsAhead(header)) return std::uint64_t{0};
  HOLDFAST_ASSIGN_OR_RETURN(const Outlook outlook, LookAhead(transaction, ledger, header));
  if (!outlook.objection.ok()) {
    HOLDFAST_ASSIGN_OR_RETURN(const bool may_come_back,
                              MayComeBack(context, transaction, ledger, header, outlook));
    if (!may_come_back) return outlook.objection;
  }
  HOLDFAST_RETURN_IF_ERROR(CheckWaiting(transaction, ledger, header));
  return outlook.true_at_ms;
}

}  // namespace holdfast::server
