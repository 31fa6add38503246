// A compiled time zone as the operating system keeps it (TZif, RFC 8536), read for
// the years that a statement covers.
#pragma once

#include <string>
#include <string_view>

#include "client/core/outside/world.h"

namespace holdfast::client {

// The changes between two instants; `name` is put into the zone. Files end by a rule
// for all later years, which is followed. malformed_field naming "zone" where the
// file is damaged or is none; too_large where it changes more often than
// limits::kZoneChangesMax.
absl::StatusOr<Zone> ZoneFromFile(std::string_view bytes, const std::string& name,
                                  std::uint64_t from_ms, std::uint64_t until_ms);

// The same of a rule alone, as TZ may hold one: "CET-1CEST,M3.5.0,M10.5.0/3".
absl::StatusOr<Zone> ZoneFromRule(std::string_view rule, const std::string& name,
                                  std::uint64_t from_ms, std::uint64_t until_ms);

// A name of a file below the folder of zones, too.
bool NamesZoneFile(const std::string& name);

// Zones below a folder such as /usr/share/zoneinfo.
class ZoneFolder final : public ZoneSource {
 public:
  explicit ZoneFolder(std::string folder) : folder_(std::move(folder)) {}
  absl::StatusOr<Zone> Read(const std::string& name, std::uint64_t from_ms,
                            std::uint64_t until_ms) override;

 private:
  const std::string folder_;
};

inline constexpr const char* kZoneFolder = "/usr/share/zoneinfo";
inline constexpr std::size_t kZoneFileBytesMax = std::size_t{256} * 1024;

}  // namespace holdfast::client
