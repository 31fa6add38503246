#include "client/core/sending/send_alarms.h"

#include "client/core/outside/limits.h"
#include "client/core/vault/alarms.h"
#include "rules/header.h"

namespace holdfast::client {

bool IsAheadOfOwnClock(const v1::SendRequest& request, std::uint64_t now_ms) {
  const auto header = DecodeHeader(request.header());
  return header.ok() && header->sent_at_ms > now_ms + limits::kSentAheadMsMax;
}

absl::Status SayClocksDiffer(const Context& context, const BondId& bond) {
  VaultChange change(context.vault);
  HOLDFAST_RETURN_IF_ERROR(RaiseAlarm(
      change, context.Now(), Reason::kIntegrity, bond,
      "The practice's clock and this device's differ by more than a day, so it does not take a "
      "message yet. The message is kept here and offered again. Check this device's date and time; "
      "if they are right, tell the practice."));
  return change.Commit();
}

absl::Status SayReceiptWrong(VaultChange& change, std::uint64_t now_ms, const BondId& bond,
                             const absl::Status& why) {
  HOLDFAST_RETURN_IF_ERROR(RaiseAlarm(
      change, now_ms, Reason::kIntegrity, bond,
      "The practice answered a message with a receipt that is not right (" +
          std::string(why.message()) +
          "). The message is kept here and not taken for stored; it will be sent again."));
  HOLDFAST_RETURN_IF_ERROR(change.Commit());
  return Refuse(Reason::kIntegrity, "receipt", "is not right; the message stays queued");
}

absl::Status SayConflict(VaultChange& change, std::uint64_t now_ms, const BondId& bond) {
  return RaiseAlarm(
      change, now_ms, Reason::kIntegrity, bond,
      "The practice says that it holds another message under the number of one that was written "
      "here. Yours was not sent; write it again, and ask the practice about it.");
}

}  // namespace holdfast::client
