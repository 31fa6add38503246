#include "server/ops/backup/scratch_folder.h"

#include <stdlib.h>
#include <unistd.h>

#include <ctime>
#include <string>
#include <system_error>
#include <utility>

#include "server/store/posix_file.h"

namespace holdfast::server {
namespace {

namespace fs = std::filesystem;

// How long its end may wait for the watcher.
constexpr timespec kScratchLook{0, 20'000'000};
// While another thread still writes into it: the first time that its folder goes, nothing more
// can be put there.
constexpr int kScratchRemovals = 1000;

// Signals that are ignored (nohup) end nothing, so they are not waited for.
sigset_t EndingSignals() {
  sigset_t ending;
  ::sigemptyset(&ending);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction now {};
    const bool is_known = ::sigaction(signal, nullptr, &now) == 0;
    if (is_known && now.sa_handler == SIG_DFL) ::sigaddset(&ending, signal);
  }
  return ending;
}

void RemoveScratch(const fs::path& folder) {
  std::error_code error;
  for (int i = 0; i < kScratchRemovals && fs::exists(folder, error); ++i)
    fs::remove_all(folder, error);
}

}  // namespace

absl::StatusOr<std::unique_ptr<ScratchFolder>> ScratchFolder::Make(const fs::path& in) {
  std::error_code error;
  const fs::path folder = in.empty() ? fs::temp_directory_path(error) : in;
  std::string name = (folder / "holdfast-backup-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) return FileFailure("create", name);
  return std::unique_ptr<ScratchFolder>(new ScratchFolder(name));
}

ScratchFolder::ScratchFolder(fs::path path) : path_(std::move(path)), watched_(EndingSignals()) {
  (void)::pthread_sigmask(SIG_BLOCK, &watched_, &before_);
  watcher_ = std::thread([this] { Watch(); });
}

ScratchFolder::~ScratchFolder() {
  ending_ = true;
  watcher_.join();
  RemoveScratch(path_);
  // What came in the meantime ends the process here.
  (void)::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void ScratchFolder::Watch() {
  while (!ending_) {
    const int signal = ::sigtimedwait(&watched_, nullptr, &kScratchLook);
    if (signal <= 0) continue;
    RemoveScratch(path_);
    // By the signal itself, so that whoever started this is told.
    sigset_t alone;
    ::sigemptyset(&alone);
    ::sigaddset(&alone, signal);
    (void)::pthread_sigmask(SIG_UNBLOCK, &alone, nullptr);
    (void)::raise(signal);
    ::_exit(128 + signal);
  }
}

}  // namespace holdfast::server
