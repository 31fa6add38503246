// Zones for tests: made up, so that no database decides what is expected.
#pragma once

#include <map>

#include "client/core/outside/world.h"
#include "rules/errors.h"

namespace holdfast::client {

class MadeZones final : public ZoneSource {
 public:
  std::map<std::string, Zone> zones;

  absl::StatusOr<Zone> Read(const std::string& name, std::uint64_t,
                            std::uint64_t until_ms) override {
    const auto found = zones.find(name);
    if (found == zones.end()) return Refuse(Reason::kMalformedField, "zone", "is none");
    Zone zone = found->second;
    zone.name = name;
    zone.covers_until_ms = until_ms;
    return zone;
  }
};

}  // namespace holdfast::client
