// What a draft of hours or of a rhythm becomes, before it is signed.
#pragma once

#include "client/core/outside/world.h"
#include "client/core/shown/drafts.h"
#include "rules/rhythm.h"

namespace holdfast::client {

// With their zones read for the years that are signed; without a number. usage, and what
// the rules refuse of the rule. They need no vault.
absl::StatusOr<Availability> PlanOf(ZoneSource* zones, std::uint64_t now_ms,
                                    const AvailabilityDraft& draft);
// A rule that counts its check-ins counts those that can still come: its first day is that
// of the next one.
absl::StatusOr<Rhythm> PlanOf(ZoneSource* zones, std::uint64_t now_ms, const RhythmDraft& draft);
// The same of one that was planned before.
absl::Status CountFromNow(Rhythm& rhythm, std::uint64_t now_ms);

}  // namespace holdfast::client
