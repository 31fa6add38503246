#include "server/ops/owner.h"

#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>
#include <optional>
#include <system_error>
#include <vector>

#include "rules/errors.h"

namespace holdfast::server {
namespace {

namespace fs = std::filesystem;

std::optional<struct stat> FactsOf(const fs::path& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0) return std::nullopt;
  return facts;
}

std::string NameOf(uid_t user) {
  std::vector<char> room(4096);
  passwd entry{};
  passwd* found = nullptr;
  const int failure = ::getpwuid_r(user, &entry, room.data(), room.size(), &found);
  return failure == 0 && found != nullptr ? found->pw_name : std::to_string(user);
}

absl::Status CannotBecome(const fs::path& directory, uid_t user) {
  return Refuse(Reason::kUsage, "data",
                directory.string() + " belongs to " + NameOf(user) +
                    ", and this root cannot become that user: run it as " + NameOf(user) +
                    " (runuser -u " + NameOf(user) + " -- holdfastd ...); nothing was changed");
}

absl::Status OthersCan(const char* what, const fs::path& path, const std::string& command) {
  return Refuse(Reason::kUsage, "data",
                "others on this machine can " + std::string(what) + " " + path.string() +
                    ": close it with `" + command + "`, then start again");
}

absl::Status OfAnother(const fs::path& path, uid_t user, const DataDirectory& directory) {
  const auto folder = FactsOf(directory.path());
  if (folder && folder->st_uid != ::geteuid()) {
    const std::string owner = NameOf(folder->st_uid);
    return Refuse(Reason::kUsage, "data",
                  directory.path().string() + " belongs to " + owner + ", and this is " +
                      NameOf(::geteuid()) + ": run holdfastd as " + owner);
  }
  return Refuse(Reason::kUsage, "data",
                path.string() + " belongs to " + NameOf(user) + ", and this is " +
                    NameOf(::geteuid()) + ": as root, give it back with `chown -R " +
                    OwnerOf(directory.path()) + ": " + directory.path().string() + "`");
}

// Of all that was kept over the change of user. False where the system refuses.
bool KeepLowPortsAlone() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct kept[_LINUX_CAPABILITY_U32S_3] = {};
  kept[CAP_TO_INDEX(CAP_NET_BIND_SERVICE)].effective = CAP_TO_MASK(CAP_NET_BIND_SERVICE);
  kept[CAP_TO_INDEX(CAP_NET_BIND_SERVICE)].permitted = CAP_TO_MASK(CAP_NET_BIND_SERVICE);
  const bool is_kept_alone = ::syscall(SYS_capset, &header, kept) == 0;
  return ::prctl(PR_SET_KEEPCAPS, 0L) == 0 && is_kept_alone;
}

// The first of a directory's files that is another user's.
absl::Status CheckFilesOf(const fs::path& folder, const DataDirectory& directory) {
  std::error_code error;
  for (fs::directory_iterator at(folder, error); !error && at != fs::directory_iterator();
       at.increment(error)) {
    struct stat facts {};
    const bool is_file = ::lstat(at->path().c_str(), &facts) == 0 && S_ISREG(facts.st_mode);
    if (is_file && facts.st_uid != ::geteuid()) {
      return OfAnother(at->path(), facts.st_uid, directory);
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::string OwnerOf(const fs::path& path) {
  const auto facts = FactsOf(path);
  return facts ? NameOf(facts->st_uid) : "";
}

std::string OwnName() { return NameOf(::geteuid()); }

absl::Status BecomeOwnerOf(const fs::path& directory, RootKeeps keeps) {
  if (::geteuid() != 0) return absl::OkStatus();
  auto facts = FactsOf(directory);
  if (!facts) facts = FactsOf(fs::absolute(directory).parent_path());
  if (!facts || facts->st_uid == 0) return absl::OkStatus();
  const gid_t group = facts->st_gid;
  const bool keeps_ports = keeps == RootKeeps::kLowPorts;
  if (keeps_ports) (void)::prctl(PR_SET_KEEPCAPS, 1L);
  if (::setgroups(1, &group) != 0 || ::setresgid(group, group, group) != 0 ||
      ::setresuid(facts->st_uid, facts->st_uid, facts->st_uid) != 0) {
    return CannotBecome(directory, facts->st_uid);
  }
  if (keeps_ports && !KeepLowPortsAlone()) return CannotBecome(directory, facts->st_uid);
  return absl::OkStatus();
}

absl::Status CheckOwnership(const DataDirectory& directory) {
  const auto folder = FactsOf(directory.path());
  if (folder && (folder->st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return OthersCan("write to", directory.path(), "chmod -R go= " + directory.path().string());
  }
  for (const fs::path& key : {directory.practice_key(), directory.tls_key()}) {
    const auto facts = FactsOf(key);
    if (facts && (facts->st_mode & (S_IRWXG | S_IRWXO)) != 0) {
      return OthersCan("read", key, "chmod 600 " + key.string());
    }
  }
  if (::geteuid() == 0) return absl::OkStatus();
  HOLDFAST_RETURN_IF_ERROR(CheckFilesOf(directory.path(), directory));
  return CheckFilesOf(directory.database(), directory);
}

}  // namespace holdfast::server
