#include "client/core/shown/next_step.h"

#include <charconv>
#include <string>

#include "absl/strings/cord.h"

namespace holdfast::client {
namespace {

constexpr const char* kStepUrl = "holdfast.v1/next_step";

}  // namespace

absl::Status WithStep(absl::Status refusal, NextStep step) {
  refusal.SetPayload(kStepUrl, absl::Cord(std::to_string(static_cast<unsigned>(step))));
  return refusal;
}

NextStep StepOf(const absl::Status& status) {
  const auto payload = status.GetPayload(kStepUrl);
  if (!payload) return NextStep::kNone;
  const std::string text(*payload);
  unsigned number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number <= static_cast<unsigned>(kLastNextStep) ? static_cast<NextStep>(number)
                                                        : NextStep::kNone;
}

}  // namespace holdfast::client
