#include "rules/retry.h"

namespace holdfast {
namespace {

const ReasonRow& RowFor(const absl::Status& status) { return RowOf(ReasonOf(status)); }

}  // namespace

bool IsOver(const absl::Status& refusal, Offered what) {
  return !refusal.ok() && (RowFor(refusal).ends & static_cast<unsigned>(what)) != 0;
}

bool IsAway(const absl::Status& status) {
  return WillPass(status) && RowFor(status).code == absl::StatusCode::kUnavailable;
}

bool IsBusy(const absl::Status& status) { return WillPass(status) && !IsAway(status); }

bool WillPass(const absl::Status& status) {
  if (status.ok()) return false;
  const ReasonRow& row = RowFor(status);
  return row.who == Who::kPractice && (row.retry == Retry::kSoon || row.retry == Retry::kLater);
}

bool WillPassSoon(const absl::Status& status) {
  return WillPass(status) && RowFor(status).retry == Retry::kSoon;
}

bool NeedsLogin(const absl::Status& status) {
  return !status.ok() && RowFor(status).retry == Retry::kNow;
}

bool HoldsUpOneBond(const absl::Status& status) {
  if (status.ok()) return false;
  const ReasonRow& row = RowFor(status);
  return row.who == Who::kEvidence && row.retry == Retry::kTellPerson;
}

bool IsVaultFailure(const absl::Status& status) {
  return !status.ok() && RowFor(status).who == Who::kVault;
}

bool IsThePracticesToSay(Reason reason) {
  switch (RowOf(reason).who) {
    case Who::kRequest:
    case Who::kAccount:
    case Who::kBond:
    case Who::kPractice:
      return true;
    case Who::kEvidence:
    case Who::kPerson:
    case Who::kVault:
    case Who::kProgram:
      break;
  }
  return false;
}

}  // namespace holdfast
