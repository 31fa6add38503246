#include "client/cli/terminal/editor.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fstream>
#include <optional>
#include <utility>

#include "client/cli/terminal/environment.h"
#include "client/cli/terminal/folder.h"
#include "client/cli/terminal/held_signals.h"
#include "client/cli/terminal/input.h"
#include "client/cli/words/text.h"
#include "rules/errors.h"

// NOLINTNEXTLINE(readability-redundant-declaration): only some C libraries declare it.
extern char** environ;

namespace holdfast::client::cli {
namespace {

namespace fs = std::filesystem;

// Between two looks at whether the editor has ended.
constexpr int kLookMs = 100;

void WipeFile(const fs::path& path) {
  std::error_code error;
  std::uintmax_t left = fs::file_size(path, error);
  if (!error) {
    static constexpr std::array<char, 4096> kZeros{};
    std::ofstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    while (left > 0 && file) {
      const std::uintmax_t size = std::min<std::uintmax_t>(left, kZeros.size());
      file.write(kZeros.data(), static_cast<std::streamsize>(size));
      left -= size;
    }
    file.flush();
  }
  fs::remove(path, error);
}

constexpr std::string_view kFolderName = "holdfast-XXXXXX";
constexpr std::string_view kFileName = "message.txt";
// Entries of a folder that others use too, looked at.
constexpr std::size_t kEntriesMax = 4096;

std::vector<fs::path> Parents(const fs::path& fallback) {
  std::vector<fs::path> parents;
  for (const fs::path& parent :
       {fs::path(Environment("XDG_RUNTIME_DIR")), fs::path("/dev/shm"), fallback}) {
    if (!parent.empty()) parents.push_back(parent);
  }
  return parents;
}

std::optional<fs::path> MakeFolder(const fs::path& fallback) {
  for (const fs::path& parent : Parents(fallback)) {
    std::string name = (parent / kFolderName).string();
    if (mkdtemp(name.data()) != nullptr) return fs::path(name);
  }
  return std::nullopt;
}

// -1 where it is somebody else's, or somebody writes in it.
int LockFolder(const fs::path& folder) {
  const int lock = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  if (lock < 0) return -1;
  struct stat found = {};
  const bool own = fstat(lock, &found) == 0 && found.st_uid == geteuid();
  if (own && flock(lock, LOCK_EX | LOCK_NB) == 0) return lock;
  close(lock);
  return -1;
}

bool IsLeft(const fs::path& folder) {
  const std::string name = folder.filename().string();
  const std::string_view begin = kFolderName.substr(0, kFolderName.find('X'));
  std::error_code error;
  if (name.size() != kFolderName.size() || !name.starts_with(begin)) return false;
  if (!fs::exists(folder / kFileName, error)) return false;
  const int lock = LockFolder(folder);
  if (lock >= 0) close(lock);
  return lock >= 0;
}

bool CreatePrivately(const fs::path& path, std::string_view text) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return false;
  const bool whole = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  return close(file) == 0 && whole;
}

// Ctrl-C and Ctrl-\ are the editor's.
class EditorsKeys {
 public:
  EditorsKeys()
      : old_int_(std::signal(SIGINT, SIG_IGN)), old_quit_(std::signal(SIGQUIT, SIG_IGN)) {}
  ~EditorsKeys() {
    std::signal(SIGINT, old_int_);
    std::signal(SIGQUIT, old_quit_);
  }
  EditorsKeys(const EditorsKeys&) = delete;
  EditorsKeys& operator=(const EditorsKeys&) = delete;

 private:
  void (*const old_int_)(int);
  void (*const old_quit_)(int);
};

// Through the shell, because $EDITOR may carry arguments. 0 where it cannot be started.
pid_t Start(const std::string& editor, const fs::path& path) {
  std::string script = editor + " \"$1\"";
  std::string file = path.string();
  std::array<char, 3> shell = {'s', 'h', '\0'};
  std::array<char, 3> option = {'-', 'c', '\0'};
  std::vector<char*> arguments = {shell.data(), option.data(), script.data(),
                                  shell.data(), file.data(),   nullptr};
  sigset_t standard;
  sigemptyset(&standard);
  for (const int signal : {SIGINT, SIGQUIT, SIGTERM, SIGHUP}) sigaddset(&standard, signal);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigdefault(&attributes, &standard);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  pid_t child = 0;
  const int failed =
      posix_spawn(&child, "/bin/sh", nullptr, &attributes, arguments.data(), environ);
  posix_spawnattr_destroy(&attributes);
  return failed == 0 ? child : 0;
}

// Its result, once it has ended.
std::optional<int> EditorResult(pid_t child) {
  int result = 0;
  const pid_t ended = waitpid(child, &result, WNOHANG);
  if (ended == child) return result;
  if (ended < 0 && errno == ECHILD) return 1;
  return std::nullopt;
}

int WaitForEditor(pid_t child) {
  using std::chrono::steady_clock;
  std::optional<steady_clock::time_point> end;
  for (;;) {
    if (const auto result = EditorResult(child)) return *result;
    if (!end && HeldSignals::noted() != 0) {
      kill(child, HeldSignals::noted());
      end = steady_clock::now() + std::chrono::milliseconds(kEditorEndMs);
    }
    if (end && steady_clock::now() >= *end) kill(child, SIGKILL);
    pollfd wake = {HeldSignals::wake_fd(), POLLIN, 0};
    if (poll(&wake, 1, kLookMs) > 0) HeldSignals::Drain();
  }
}

}  // namespace

std::string EditorCommand() {
  const std::string visual = Environment("VISUAL");
  return visual.empty() ? Environment("EDITOR") : visual;
}

absl::StatusOr<std::unique_ptr<PrivateFile>> PrivateFile::With(std::string_view text,
                                                               const fs::path& fallback) {
  const std::optional<fs::path> folder = MakeFolder(fallback);
  if (folder) {
    std::unique_ptr<PrivateFile> file(new PrivateFile(*folder, LockFolder(*folder)));
    if (CreatePrivately(file->path(), text)) return file;
  }
  return Refuse(Reason::kStorageFailed, "", "no private file could be made to write in");
}

PrivateFile::PrivateFile(fs::path folder, int lock) : folder_(std::move(folder)), lock_(lock) {}

PrivateFile::~PrivateFile() {
  if (lock_ >= 0) close(lock_);
  if (leaves_) return;
  std::error_code error;
  for (const fs::path& entry : EntriesOf(folder_, kEntriesMax)) {
    if (fs::is_regular_file(fs::symlink_status(entry, error))) WipeFile(entry);
  }
  fs::remove_all(folder_, error);
}

fs::path PrivateFile::path() const { return folder_ / kFileName; }

std::vector<fs::path> PrivateFile::Left(const fs::path& fallback) {
  std::vector<fs::path> left;
  for (const fs::path& parent : Parents(fallback)) {
    for (const fs::path& entry : EntriesOf(parent, kEntriesMax)) {
      if (left.size() == kLeftFilesMax) break;
      if (IsLeft(entry)) left.push_back(entry / kFileName);
    }
  }
  return left;
}

bool RunEditor(const fs::path& file) {
  const HeldSignals held;
  const EditorsKeys keys;
  const pid_t child = Start(EditorCommand(), file);
  if (child == 0) return false;
  const int result = WaitForEditor(child);
  return WIFEXITED(result) && WEXITSTATUS(result) == 0;
}

}  // namespace holdfast::client::cli
