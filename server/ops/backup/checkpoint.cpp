#include "server/ops/backup/checkpoint.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

#include "rules/errors.h"
#include "server/ops/admin_socket.h"
#include "server/ops/backup/backup_files.h"
#include "server/ops/configuration.h"
#include "server/ops/tls_renewal.h"
#include "server/runtime/log.h"

namespace holdfast::server {
namespace {

namespace fs = std::filesystem;

// nullopt where another process has it.
absl::StatusOr<std::optional<FileDescriptor>> LockCheckpoint(const DataDirectory& directory) {
  const fs::path path = directory.checkpoint_lock();
  FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file.ok()) return FileFailure("open", path);
  if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) {
    return std::optional<FileDescriptor>(std::move(file));
  }
  if (errno == EWOULDBLOCK) return std::optional<FileDescriptor>();
  return FileFailure("lock", path);
}

// With the directory locked.
absl::Status MakeStopped(const DataDirectory& directory, const fs::path& to) {
  HOLDFAST_ASSIGN_OR_RETURN(const Configuration configuration,
                            ReadConfiguration(directory.configuration()));
  HOLDFAST_ASSIGN_OR_RETURN(const TlsIdentity tls, ReadTlsIdentity(directory));
  HOLDFAST_ASSIGN_OR_RETURN(const std::unique_ptr<Practice> practice,
                            Practice::Open(directory, tls, configuration.name, configuration));
  return practice->store().Checkpoint(to.string());
}

}  // namespace

absl::StatusOr<Checkpoint> Checkpoint::Take(const DataDirectory& directory) {
  HOLDFAST_ASSIGN_OR_RETURN(auto lock, LockCheckpoint(directory));
  if (!lock) {
    return Refuse(Reason::kUsage, "data",
                  "another backup or check of " + directory.path().string() +
                      " is under way: wait for it, then try again");
  }
  std::error_code ignored;
  fs::remove_all(directory.checkpoint(), ignored);
  HOLDFAST_RETURN_IF_ERROR(MakeDirectory(directory.checkpoint()));
  Checkpoint checkpoint(directory.checkpoint(), *std::move(lock));
  HOLDFAST_ASSIGN_OR_RETURN(const auto stopped, directory.TryLock());
  if (stopped) {
    HOLDFAST_RETURN_IF_ERROR(MakeStopped(directory, checkpoint.database()));
  } else {
    HOLDFAST_RETURN_IF_ERROR(AskAdmin(directory, kStoreCheckpoint, kAdminLongMax).status());
  }
  return absl::StatusOr<Checkpoint>(std::move(checkpoint));
}

Checkpoint::~Checkpoint() {
  std::error_code ignored;
  if (lock_.ok()) fs::remove_all(folder_, ignored);
}

void CheckpointMaker::Make(RocksDbStore& store, const DataDirectory& directory, Done done) {
  if (busy_.exchange(true)) {
    return done(Refuse(Reason::kServerBusy, "", "a copy of the store is being made already"));
  }
  side_.Wait();
  side_.Start([this, &store, to = directory.checkpoint() / "db", done = std::move(done)] {
    const absl::Status made = store.Checkpoint(to.string());
    busy_ = false;
    if (made.ok()) {
      Log(LogLevel::kInfo, "store_copied", {{"to", to.string()}});
      done(std::string());
    } else {
      Log(LogLevel::kError, "store_not_copied", {{"error", made}});
      done(made);
    }
  });
}

void RemoveLeftCheckpoint(const DataDirectory& directory) {
  std::error_code ignored;
  if (!fs::exists(directory.checkpoint(), ignored)) return;
  const auto lock = LockCheckpoint(directory);
  if (lock.ok() && *lock) fs::remove_all(directory.checkpoint(), ignored);
}

}  // namespace holdfast::server
