#include "client/core/ledger/zones.h"

#include <algorithm>

#include "client/core/outside/limits.h"

namespace holdfast::client {

absl::StatusOr<Zone> ReadZone(ZoneSource* zones, std::uint64_t now_ms, const std::string& name) {
  if (zones == nullptr) {
    return Refuse(Reason::kUsage, "zone", "cannot be looked up on this device");
  }
  return zones->Read(name, now_ms, now_ms + limits::kZoneCoverMs);
}

bool SameOffsets(const Zone& one, const Zone& other, std::uint64_t from_ms) {
  const std::uint64_t until_ms = std::min(one.covers_until_ms, other.covers_until_ms);
  if (OffsetAt(one, from_ms) != OffsetAt(other, from_ms)) return false;
  for (const Zone* zone : {&one, &other}) {
    for (const ZoneChange& change : zone->changes) {
      if (change.at_ms < from_ms || change.at_ms >= until_ms) continue;
      if (OffsetAt(one, change.at_ms) != OffsetAt(other, change.at_ms)) return false;
      if (OffsetAt(one, change.at_ms - 1) != OffsetAt(other, change.at_ms - 1)) return false;
    }
  }
  return true;
}

}  // namespace holdfast::client
