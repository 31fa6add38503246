// What to do now, from the file that counts on this device.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "client/cli/terminal/profile.h"
#include "client/forms/resources.h"

namespace holdfast::client::cli {

struct OwnResources {
  forms::Resources resources;
  // Which file they are from; empty: those that come along.
  std::filesystem::path file;
  // A file that is there and cannot be taken, and why; those that come along are used then.
  std::string problem;
};

// resources.json beside the profiles; where there is none, `of_machine`; else those that come
// along.
OwnResources ResourcesHere(const Profile& profile, const std::filesystem::path& of_machine =
                                                       "/etc/holdfast/resources.json");

// The lines for where this device is.
std::vector<std::string> LinesHere(const Profile& profile, std::uint64_t now_ms);

}  // namespace holdfast::client::cli
