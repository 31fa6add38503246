// Whether something may be written ahead, before the practice is asked.
#pragma once

#include "client/core/ahead/ahead_outlook.h"
#include "client/core/people/own_device.h"

namespace holdfast::client {

// Whether this may be asked for now: what can be said before the practice is asked.
// malformed_field, time_out_of_range, not_permitted, unknown_envelope or quota_exceeded
// naming "release.<field>".
absl::Status CheckAhead(const VaultReader& reader, const OwnDevice& own, const LedgerBook& book,
                        const BondId& bond, const Condition& condition, std::uint64_t now_ms);

// Of what is to come at a time: time_out_of_range naming "release.at".
absl::Status CheckReleaseTime(std::uint64_t at_ms, std::uint64_t now_ms);

}  // namespace holdfast::client
