// Where a profile lives: HOLDFAST_HOME/<name>, one vault each.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/cli/terminal/input.h"

namespace holdfast::client::cli {

inline constexpr std::size_t kProfileNameBytesMax = 64;

class Profile {
 public:
  // HOLDFAST_HOME, else $XDG_DATA_HOME/holdfast, else ~/.local/share/holdfast.
  // usage where the name could leave that folder or no folder is known.
  static absl::StatusOr<Profile> Named(const std::string& name);

  const std::string& name() const { return name_; }
  std::filesystem::path folder() const { return home_ / name_; }
  std::filesystem::path vault() const { return folder() / "vault"; }
  bool exists() const;
  // Names of the profiles in the same home, sorted.
  std::vector<std::string> Others() const;
  // Home and folder, for this user alone.
  absl::Status MakeFolder() const;
  // vault_missing, in words that help.
  absl::Status Missing() const;

 private:
  Profile(std::filesystem::path home, std::string name)
      : home_(std::move(home)), name_(std::move(name)) {}

  std::filesystem::path home_;
  std::string name_;
};

}  // namespace holdfast::client::cli
