// What to do now, for somebody who is not safe: a few lines by region, from a local file. A file of
// a practice's own takes the place of the one that comes with Holdfast.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace holdfast::forms {

struct Region {
  std::string name;                // "Germany"
  std::vector<std::string> zones;  // IANA names; "America/Argentina/" names all below it
  std::vector<std::string> lines;
};

struct Resources {
  std::vector<std::string> first;       // wherever somebody is, above the others
  std::vector<std::string> everywhere;  // and below them
  std::vector<Region> regions;
};

// malformed_field or too_large naming e.g. "regions[2].lines[0]".
absl::StatusOr<Resources> ParseResources(std::string_view bytes);
// Those that come with Holdfast.
const Resources& ShippedResources();

// The lines for whoever is in that zone; empty where no zone is known.
std::vector<std::string> LinesFor(const Resources& resources, std::string_view zone);

}  // namespace holdfast::forms
