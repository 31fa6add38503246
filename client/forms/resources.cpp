#include "client/forms/resources.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "client/forms/extensions.h"
#include "client/forms/limits.h"
#include "client/forms/shipped_bytes.h"
#include "rules/errors.h"

namespace holdfast::forms {
namespace {

// A page that somebody in trouble takes in at a glance.
constexpr std::size_t kLinesMax = 12;
constexpr std::size_t kLineBytesMax = 240;
constexpr std::size_t kRegionsMax = 512;
constexpr std::size_t kZonesMax = 128;
constexpr std::size_t kResourcesBytesMax = std::size_t{256} * 1024;

constexpr auto kFileMembers =
    std::to_array<std::string_view>({"about", "first", "everywhere", "regions"});
constexpr auto kRegionMembers = std::to_array<std::string_view>({"name", "zones", "lines"});

absl::StatusOr<std::vector<std::string>> TextsIn(const Json& object, const char* name,
                                                 std::size_t count_max, const std::string& path) {
  const auto found = object.find(name);
  std::vector<std::string> texts;
  if (found == object.end()) return texts;
  const std::string field = path + name;
  if (!found->is_array() || found->size() > count_max) {
    return Refuse(Reason::kMalformedField, field,
                  "must be an array of at most " + std::to_string(count_max));
  }
  for (const Json& one : *found) {
    const std::string at = field + "[" + std::to_string(texts.size()) + "]";
    if (!one.is_string()) return Refuse(Reason::kMalformedField, at, "must be text");
    texts.push_back(one.get<std::string>());
    if (texts.back().size() > kLineBytesMax) {
      return Refuse(Reason::kTooLarge, at,
                    "has more than " + std::to_string(kLineBytesMax) + " bytes");
    }
  }
  return texts;
}

absl::StatusOr<Region> RegionIn(const Json& element, const std::string& path) {
  if (!element.is_object()) return Refuse(Reason::kMalformedField, path, "must be an object");
  HOLDFAST_RETURN_IF_ERROR(OnlyKnown(element, kRegionMembers, path));
  Region region;
  HOLDFAST_ASSIGN_OR_RETURN(region.name, TextIn(element, "name", kLineBytesMax, path));
  HOLDFAST_ASSIGN_OR_RETURN(region.zones, TextsIn(element, "zones", kZonesMax, path + "."));
  HOLDFAST_ASSIGN_OR_RETURN(region.lines, TextsIn(element, "lines", kLinesMax, path + "."));
  if (!region.zones.empty() && !region.lines.empty()) return region;
  return Refuse(Reason::kMalformedField, path, "needs zones and lines");
}

bool IsIn(const Region& region, std::string_view zone) {
  return std::ranges::any_of(region.zones, [&](const std::string& known) {
    return known.ends_with('/') ? zone.starts_with(known) : zone == known;
  });
}

}  // namespace

absl::StatusOr<Resources> ParseResources(std::string_view bytes) {
  HOLDFAST_ASSIGN_OR_RETURN(const Json root, ParseBounded(bytes, kResourcesBytesMax, "resources"));
  HOLDFAST_RETURN_IF_ERROR(RefuseEmpty(root, ""));
  HOLDFAST_RETURN_IF_ERROR(OnlyKnown(root, kFileMembers, ""));
  Resources resources;
  HOLDFAST_ASSIGN_OR_RETURN(resources.first, TextsIn(root, "first", kLinesMax, ""));
  HOLDFAST_ASSIGN_OR_RETURN(resources.everywhere, TextsIn(root, "everywhere", kLinesMax, ""));
  // Whoever is in no region that it knows must not be shown an empty page.
  if (resources.everywhere.empty()) {
    return Refuse(Reason::kMalformedField, "everywhere",
                  "is missing: what to do in a place that the file does not know");
  }
  const auto regions = root.find("regions");
  if (regions == root.end()) return resources;
  if (!regions->is_array() || regions->size() > kRegionsMax) {
    return Refuse(Reason::kMalformedField, "regions",
                  "must be an array of at most " + std::to_string(kRegionsMax));
  }
  for (const Json& element : *regions) {
    const std::string path = "regions[" + std::to_string(resources.regions.size()) + "]";
    HOLDFAST_ASSIGN_OR_RETURN(Region region, RegionIn(element, path));
    resources.regions.push_back(std::move(region));
  }
  return resources;
}

const Resources& ShippedResources() {
  static const Resources shipped = [] {
    auto read = ParseResources(kResourcesBytes);
    if (!read.ok()) std::abort();  // a unit test reads it
    return *std::move(read);
  }();
  return shipped;
}

std::vector<std::string> LinesFor(const Resources& resources, std::string_view zone) {
  std::vector<std::string> lines = resources.first;
  for (const Region& region : resources.regions) {
    if (zone.empty() || !IsIn(region, zone)) continue;
    lines.insert(lines.end(), region.lines.begin(), region.lines.end());
    break;
  }
  lines.insert(lines.end(), resources.everywhere.begin(), resources.everywhere.end());
  return lines;
}

}  // namespace holdfast::forms
