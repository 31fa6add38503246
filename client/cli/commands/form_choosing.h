// Which form is meant, and whether its time has come: it is asked no more often than the days that
// it asks about.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "client/cli/commands/checkin_questions.h"
#include "client/cli/commands/command.h"
#include "rules/limits.h"

namespace holdfast::client::cli {

// On the same weekday, and somewhat earlier than last time, it is a week.
inline constexpr std::uint64_t kRecallSlackMs = limits::kDayMs / 2;

// By the name of one that comes along, or of one that this device holds, or by its hash; the weekly
// form where `name` is empty. usage naming "FORM".
absl::StatusOr<forms::FormRef> FormMeant(const std::string& name,
                                         const std::vector<forms::FormRef>& known);

// How the form is asked here and now: with what to do for somebody who is not safe, the weekly form
// by `form` null.
absl::StatusOr<CheckInAsked> AskedHere(Context& context, Device& device,
                                       forms::FormRef form = nullptr);

// When it was answered last in this bond, as far as answers go that its period is about; 0: never.
absl::StatusOr<std::uint64_t> LastAnsweredMs(Engine& engine, const BondId& bond,
                                             const forms::Form& form);

// OK where it can be answered now. A form with a total is refused before its period is over (usage,
// with the day). The weekly form is never refused: of it only what is about right now is asked.
absl::Status AskInItsTime(Device& device, const BondId& bond, CheckInAsked& asked);

}  // namespace holdfast::client::cli
