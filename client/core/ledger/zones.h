// Zones as an author's device signs them.
#pragma once

#include <string>

#include "client/core/vault/context.h"
#include "rules/zone.h"

namespace holdfast::client {

// The zone for a statement signed now. usage where this device knows no zones.
absl::StatusOr<Zone> ReadZone(ZoneSource* zones, std::uint64_t now_ms, const std::string& name);
inline absl::StatusOr<Zone> ReadZone(const Context& context, const std::string& name) {
  return ReadZone(context.zones, context.Now(), name);
}

// Whether both say the same from `from_ms` until the first of them ends.
bool SameOffsets(const Zone& one, const Zone& other, std::uint64_t from_ms);

}  // namespace holdfast::client
