// What a draft of hours or of a rhythm becomes, before it is signed.
#pragma once

#include "client/core/shown/drafts.h"
#include "client/core/vault/context.h"
#include "rules/rhythm.h"

namespace holdfast::client {

// With their zones read for the years that are signed; without a number. usage, and what
// the rules refuse of the rule.
absl::StatusOr<Availability> PlanOf(const Context& context, const AvailabilityDraft& draft);
// A rule that counts its check-ins counts those that can still come: its first day is that
// of the next one.
absl::StatusOr<Rhythm> PlanOf(const Context& context, const RhythmDraft& draft);

}  // namespace holdfast::client
