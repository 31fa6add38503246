#include "client/cli/terminal/profile.h"

#include <sys/stat.h>

#include <algorithm>

#include "client/cli/terminal/environment.h"
#include "client/cli/terminal/folder.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

namespace fs = std::filesystem;

// Entries looked at for other profiles.
constexpr std::size_t kOthersMax = 4096;

absl::StatusOr<fs::path> Home() {
  if (const std::string home = Environment("HOLDFAST_HOME"); !home.empty()) return fs::path(home);
  if (const std::string data = Environment("XDG_DATA_HOME"); !data.empty()) {
    return fs::path(data) / "holdfast";
  }
  if (const std::string home = Environment("HOME"); !home.empty()) {
    return fs::path(home) / ".local" / "share" / "holdfast";
  }
  return Refuse(Reason::kUsage, "HOLDFAST_HOME",
                "neither it nor HOME is set; say where profiles go");
}

bool IsGoodName(const std::string& name) {
  return !name.empty() && name.size() <= kProfileNameBytesMax && name.front() != '.' &&
         name.front() != '-' && std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '.' || c == '-' || c == '_';
         });
}

}  // namespace

absl::StatusOr<Profile> Profile::Named(const std::string& name) {
  if (!IsGoodName(name)) {
    return Refuse(Reason::kUsage, "--profile",
                  "a name has letters, digits, dots, dashes and underscores, 64 at most");
  }
  HOLDFAST_ASSIGN_OR_RETURN(fs::path home, Home());
  return Profile(std::move(home), name);
}

bool Profile::exists() const {
  std::error_code error;
  return fs::exists(vault(), error);
}

std::vector<std::string> Profile::Others() const {
  std::vector<std::string> names;
  std::error_code error;
  for (const fs::path& entry : EntriesOf(home_, kOthersMax)) {
    const std::string name = entry.filename().string();
    if (name != name_ && fs::exists(entry / "vault", error)) names.push_back(name);
  }
  std::ranges::sort(names);
  return names;
}

absl::Status Profile::MakeFolder() const {
  const mode_t old = umask(077);
  std::error_code error;
  fs::create_directories(folder(), error);
  umask(old);
  if (error) {
    return Refuse(Reason::kStorageFailed, "",
                  "the folder " + folder().string() + " cannot be made: " + error.message());
  }
  return absl::OkStatus();
}

absl::Status Profile::Missing() const {
  const std::vector<std::string> others = Others();
  std::string text = "there is no profile \"" + name_ + "\" on this device yet. ";
  if (others.empty()) {
    text +=
        "Begin with \"holdfast join\" and the invitation from your therapist, or, as a "
        "therapist, with \"holdfast enroll\"";
  } else {
    text += "Choose one with --profile: ";
    for (const std::string& other : others) text += (&other == &others.front() ? "" : ", ") + other;
  }
  return Refuse(Reason::kVaultMissing, "", text);
}

}  // namespace holdfast::client::cli
