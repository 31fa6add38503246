// Alarms: what was found, what it may mean and what to do, kept until shown.
#pragma once

#include <optional>
#include <vector>

#include "client/core/shown/shown.h"
#include "client/core/vault/vault.h"

namespace holdfast::client {

// Adds to the change, on one line. One that says the same and was not yet shown is not
// repeated.
absl::Status RaiseAlarm(VaultChange& change, std::uint64_t now_ms, Reason reason,
                        const std::optional<BondId>& bond, const std::string& text);

// Alarms with a number of at least `from`; the next free number.
absl::StatusOr<std::vector<Alarm>> AlarmsFrom(const VaultReader& reader, std::uint64_t from);
absl::StatusOr<std::uint64_t> NextAlarm(const VaultReader& reader);
// All, and none is left.
absl::StatusOr<std::vector<Alarm>> TakeAllAlarms(VaultChange& change);

}  // namespace holdfast::client
