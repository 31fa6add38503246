// What a person can do about a refusal, where its sentence alone does not say how: each
// front end names its own way there.
#pragma once

#include <cstdint>

#include "absl/status/status.h"

namespace holdfast::client {

enum class NextStep : std::uint8_t {
  kNone,
  kMakeAccount,
  kOtherProfile,
  kListBonds,
  kListMessages,
  kSendNow,
  kReply,
  kShowRhythm,
  kSetHours,
  kListPromises,
  kListAhead,
  kWithdrawAhead,
  kListDrafts,
  kSaySeen,
};
inline constexpr NextStep kLastNextStep = NextStep::kSaySeen;

// The refusal, with what to do next.
absl::Status WithStep(absl::Status refusal, NextStep step);
// What WithStep() put in; kNone where nothing was.
NextStep StepOf(const absl::Status& status);

}  // namespace holdfast::client
