// availability away: days away on their own, for all clients or some, with everything else
// of the hours as it is; and what that has in common with setting hours.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "client/cli/commands/deciding.h"
#include "client/core/shown/drafts.h"

namespace holdfast::client::cli {

// Whom it is about, as typed.
struct HoursOptions {
  std::vector<std::string> bonds;
  bool yes = false;
  bool offline = false;
};
struct HoursPlan {
  // What whoever joins later has; none: that stays as it is.
  std::optional<Availability> for_all;
  std::map<BondId, Availability> for_bonds;  // some may be missing: they stay as they are
};
using PlanHours = std::function<absl::StatusOr<HoursPlan>(
    Engine&, const std::vector<BondView>&, const std::optional<Availability>& standing)>;

// Plans for the bonds, shows with what is dropped, asks, signs, and keeps the standing
// hours where it is for all.
absl::Status DecideHours(Context& context, Device& device, const HoursOptions& options,
                         const PlanHours& plan);

// Its days away that are not over, as local times of its zone.
std::vector<LocalSpan> SpansOf(const Availability& availability, std::uint64_t now_ms);
// What the wall of a zone shows now. usage naming "zone".
absl::StatusOr<LocalMs> NowIn(const std::string& zone, std::uint64_t now_ms);

struct Holidays {
  CLI::App* away = nullptr;
  CLI::App* add = nullptr;
  CLI::App* remove = nullptr;
  std::vector<std::string> spans;
};
void AddHolidays(CLI::App& availability, Holidays& holidays);
absl::Status RunHolidays(Context& context, const Holidays& holidays, const HoursOptions& options);

}  // namespace holdfast::client::cli
