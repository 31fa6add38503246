#include "client/core/sending/send_alarms.h"

#include "client/core/vault/alarms.h"
#include "rules/header.h"
#include "rules/own_clock.h"

namespace holdfast::client {

bool IsAheadOfOwnClock(const v1::SendRequest& request, std::uint64_t now_ms) {
  const auto header = DecodeHeader(request.header());
  return header.ok() && WasMadeByWrongClock(header->sent_at_ms, now_ms);
}

absl::Status SayClocksDiffer(const Context& context, const BondId& bond) {
  VaultChange change(context.vault);
  HOLDFAST_RETURN_IF_ERROR(
      RaiseAlarm(change, context.Now(), Reason::kIntegrity, bond, AlarmKind::kClockRefused));
  return change.Commit();
}

absl::Status SayReceiptWrong(VaultChange& change, std::uint64_t now_ms, const BondId& bond,
                             const absl::Status& why) {
  HOLDFAST_RETURN_IF_ERROR(RaiseAlarm(change, now_ms, Reason::kIntegrity, bond,
                                      AlarmKind::kReceiptWrong, {.cause = CauseOf(why)}));
  HOLDFAST_RETURN_IF_ERROR(change.Commit());
  return Refuse(Reason::kIntegrity, "receipt", "is not right; the message stays queued");
}

absl::Status SayConflict(VaultChange& change, std::uint64_t now_ms, const BondId& bond) {
  return RaiseAlarm(change, now_ms, Reason::kIntegrity, bond, AlarmKind::kNumberTaken);
}

}  // namespace holdfast::client
