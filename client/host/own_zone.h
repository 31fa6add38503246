// Which time zone this device is in: found by name or by content, never guessed. What is
// signed for another zone than the clock on the wall shows would be kept at wrong hours.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "client/host/zone_file.h"

namespace holdfast::client {

// Where a system says which zone it is in.
struct ZoneSurroundings {
  std::optional<std::string> tz;  // the environment's; none where it is not set
  std::filesystem::path localtime = "/etc/localtime";
  std::filesystem::path timezone = "/etc/timezone";
  std::filesystem::path zones = kZoneFolder;
};

// The name that they lead to: TZ as a name, a path or a rule; /etc/localtime as a link, or as
// a copy that is compared with all zones; "UTC" where nothing is set. usage naming "zone",
// with what the clock goes like, where no name is certain.
absl::StatusOr<std::string> ZoneNameFrom(const ZoneSurroundings& surroundings,
                                         std::uint64_t now_ms);

// The same of this device; refused as well where the clock that people see, localtime(),
// does not go like the zone that was found.
absl::StatusOr<std::string> OwnZoneName(std::uint64_t now_ms);

}  // namespace holdfast::client
