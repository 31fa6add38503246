#include "client/storage/vault_queue.h"

#include <sys/file.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "client/storage/file_lock.h"
#include "rules/errors.h"

namespace holdfast::client {
namespace {

absl::Status CannotWatch() {
  return Refuse(Reason::kStorageFailed, "vault",
                "who else waits for it cannot be seen: " + std::string(std::strerror(errno)));
}

}  // namespace

absl::StatusOr<VaultQueue> VaultQueue::Of(const std::filesystem::path& vault) {
  std::error_code error;
  const std::filesystem::path lock = LockFileOf(std::filesystem::canonical(vault, error));
  const int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (watch < 0) return CannotWatch();
  VaultQueue queue(watch, OpenWaitingFile(lock));
  if (queue.waiting_ < 0) return CannotWatch();
  // Events may be merged into one: they say that somebody came, never how many.
  if (inotify_add_watch(watch, WaitingFileOf(lock).c_str(), IN_MODIFY) < 0) return CannotWatch();
  return queue;
}

VaultQueue::VaultQueue(VaultQueue&& other) noexcept
    : watch_(std::exchange(other.watch_, -1)), waiting_(std::exchange(other.waiting_, -1)) {}

VaultQueue::~VaultQueue() {
  for (const int descriptor : {watch_, waiting_}) {
    if (descriptor >= 0) close(descriptor);
  }
}

bool VaultQueue::HasOthers() {
  alignas(inotify_event) std::array<char, 4096> heard;
  while (read(watch_, heard.data(), heard.size()) > 0) continue;
  if (flock(waiting_, LOCK_EX | LOCK_NB) != 0) return true;
  flock(waiting_, LOCK_UN);
  return false;
}

}  // namespace holdfast::client
