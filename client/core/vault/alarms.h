// Alarms, kept until shown: kinds with what they are about.
#pragma once

#include <optional>
#include <vector>

#include "client/core/shown/shown.h"
#include "client/core/vault/vault.h"

namespace holdfast::client {

// Adds to the change; every text in it is kept short and on one line. One that says the
// same and was not yet shown is not repeated.
absl::Status RaiseAlarm(VaultChange& change, std::uint64_t now_ms, Reason reason,
                        const std::optional<BondId>& bond, AlarmKind kind,
                        const AlarmArgs& args = {});
// A check's refusal, as the argument of an alarm.
Cause CauseOf(const absl::Status& status);

// Alarms with a number of at least `from`; the next free number.
absl::StatusOr<std::vector<Alarm>> AlarmsFrom(const VaultReader& reader, std::uint64_t from);
absl::StatusOr<std::uint64_t> NextAlarm(const VaultReader& reader);
// Those that were told.
absl::Status EraseAlarmsBefore(VaultChange& change, std::uint64_t number);

}  // namespace holdfast::client
