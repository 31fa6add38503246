#include "client/agent/agent_place.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <system_error>
#include <thread>

#include "crypto/public/hash.h"
#include "rules/errors.h"

namespace holdfast::client {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kNameDigits = 32;
constexpr std::chrono::milliseconds kFolderStep{20};

absl::Status Unfit(const fs::path& path, const std::string& why) {
  return Refuse(Reason::kStorageFailed, "",
                "an unlocked profile needs a folder that nobody else can reach, and " +
                    path.string() + " " + why);
}

std::string ErrorText() { return std::strerror(errno); }

// What is made in it cannot be taken away by others and replaced.
absl::Status CheckAround(const fs::path& around) {
  struct stat found = {};
  if (stat(around.c_str(), &found) != 0) return Unfit(around, "cannot be used: " + ErrorText());
  const bool trusted = found.st_uid == geteuid() || found.st_uid == 0;
  const bool others_write = (found.st_mode & 022) != 0 && (found.st_mode & S_ISVTX) == 0;
  if (S_ISDIR(found.st_mode) && trusted && !others_write) return absl::OkStatus();
  return Unfit(around, trusted ? "can be written by others" : "belongs to another user");
}

// One for all agents of a folder, and never removed: each locks one byte of it, by the number
// that its socket's name begins with. No two names share that by chance.
constexpr const char* kHolders = "holders";
constexpr std::size_t kOffsetDigits = 15;

struct flock ByteOf(const fs::path& socket) {
  struct flock byte = {};
  byte.l_type = F_WRLCK;
  byte.l_whence = SEEK_SET;
  byte.l_start = std::strtoll(socket.filename().string().substr(0, kOffsetDigits).c_str(), nullptr,
                              /*base=*/16);
  byte.l_len = 1;
  return byte;
}

bool IsAgentsName(const std::string& name) {
  return name.size() == kNameDigits &&
         name.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace

AgentPlace PlaceOfAgent(const fs::path& vault, const fs::path& runtime, const fs::path& temporary) {
  AgentPlace place;
  place.folder =
      runtime.is_absolute()
          ? runtime / "holdfast"
          : temporary / ("holdfast-" + std::to_string(static_cast<unsigned long>(geteuid())));
  std::error_code error;
  fs::path real = fs::weakly_canonical(vault, error);
  if (error) real = vault;
  place.socket = place.folder / crypto::Sha256({real.native()}).hex().substr(0, kNameDigits);
  return place;
}

absl::Status CheckPlace(const AgentPlace& place) {
  HOLDFAST_RETURN_IF_ERROR(CheckAround(place.folder.parent_path()));
  struct stat found = {};
  if (lstat(place.folder.c_str(), &found) != 0) {
    return Unfit(place.folder, "cannot be used: " + ErrorText());
  }
  if (!S_ISDIR(found.st_mode)) return Unfit(place.folder, "is something else");
  if (found.st_uid != geteuid()) return Unfit(place.folder, "belongs to another user");
  if ((found.st_mode & 077) != 0) {
    return Unfit(place.folder, "is open to others; look at what is in it, then run: chmod go= " +
                                   place.folder.string());
  }
  if (!FitsAddress(place.socket)) {
    return Unfit(place.folder, "has too long a name; set XDG_RUNTIME_DIR to a shorter one");
  }
  return absl::OkStatus();
}

absl::StatusOr<Descriptor> TakePlace(const AgentPlace& place) {
  HOLDFAST_RETURN_IF_ERROR(CheckAround(place.folder.parent_path()));
  if (mkdir(place.folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return Unfit(place.folder, "cannot be made: " + ErrorText());
  }
  HOLDFAST_RETURN_IF_ERROR(CheckPlace(place));
  Descriptor folder(open(place.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (!folder.is_open()) return Unfit(place.folder, "cannot be used: " + ErrorText());
  const auto end = std::chrono::steady_clock::now() + kFolderWait;
  while (flock(folder.number(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK || std::chrono::steady_clock::now() >= end) {
      return Unfit(place.folder, "is in use by another command; try again");
    }
    std::this_thread::sleep_for(kFolderStep);
  }
  return folder;
}

Descriptor ClaimPlace(const fs::path& socket) {
  const fs::path file = socket.parent_path() / kHolders;
  Descriptor holders(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!holders.is_open()) return Descriptor();
  futimens(holders.number(), nullptr);  // for whoever removes what is old
  struct flock byte = ByteOf(socket);
  const auto end = std::chrono::steady_clock::now() + kClaimWait;
  while (fcntl(holders.number(), F_SETLK, &byte) != 0) {
    const int error = errno;
    if ((error != EAGAIN && error != EACCES) || std::chrono::steady_clock::now() >= end) {
      holders = Descriptor();
      errno = error;
      break;
    }
    std::this_thread::sleep_for(kFolderStep);
  }
  return holders;
}

std::optional<pid_t> HolderOf(const AgentPlace& place) {
  const fs::path file = place.folder / kHolders;
  const Descriptor holders(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  struct flock byte = ByteOf(place.socket);
  if (!holders.is_open() || fcntl(holders.number(), F_GETLK, &byte) != 0 ||
      byte.l_type == F_UNLCK) {
    return std::nullopt;
  }
  return byte.l_pid;
}

std::vector<AgentPlace> AllAgents(const fs::path& folder) {
  std::vector<AgentPlace> places;
  std::error_code error;
  fs::directory_iterator at(folder, error);
  for (std::size_t looked = 0; !error && at != fs::directory_iterator() && looked < kAgentsMax;
       ++looked) {
    if (IsAgentsName(at->path().filename().string())) places.push_back({folder, at->path()});
    at.increment(error);
  }
  return places;
}

}  // namespace holdfast::client
