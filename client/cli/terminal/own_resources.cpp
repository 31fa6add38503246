#include "client/cli/terminal/own_resources.h"

#include "client/cli/terminal/input.h"
#include "client/forms/limits.h"
#include "client/host/own_zone.h"
#include "rules/errors.h"

namespace holdfast::client::cli {

OwnResources ResourcesHere(const Profile& profile, const std::filesystem::path& of_machine) {
  OwnResources own;
  for (const auto& file : {profile.folder().parent_path() / "resources.json", of_machine}) {
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) continue;
    const auto bytes = ReadAll(file.string(), forms::limits::kFileBytesMax, file.string());
    const auto read = bytes.ok() ? forms::ParseResources(*bytes) : bytes.status();
    if (read.ok()) {
      own.resources = *read;
      own.file = file;
      return own;
    }
    own.problem = file.string() + " is not used: " + std::string(read.status().message());
  }
  own.resources = forms::ShippedResources();
  return own;
}

std::vector<std::string> LinesHere(const Profile& profile, std::uint64_t now_ms) {
  const auto zone = OwnZoneName(now_ms);
  return forms::LinesFor(ResourcesHere(profile).resources, zone.ok() ? *zone : std::string());
}

}  // namespace holdfast::client::cli
