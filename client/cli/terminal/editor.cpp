#include "client/cli/terminal/editor.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <vector>

#include "client/cli/terminal/input.h"
#include "client/cli/words/text.h"
#include "rules/errors.h"

// NOLINTNEXTLINE(readability-redundant-declaration): only some C libraries declare it.
extern char** environ;

namespace holdfast::client::cli {
namespace {

namespace fs = std::filesystem;

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

void WipeFile(const fs::path& path) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(path, error);
  if (!error) {
    std::ofstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file << std::string(size, '\0') << std::flush;
  }
  fs::remove(path, error);
}

// A folder of mode 0700; with it goes everything that an editor left in it.
class PrivateFolder {
 public:
  explicit PrivateFolder(const fs::path& fallback) {
    for (const fs::path& parent :
         {fs::path(Environment("XDG_RUNTIME_DIR")), fs::path("/dev/shm"), fallback}) {
      if (parent.empty()) continue;
      std::string name = (parent / "holdfast-XXXXXX").string();
      if (mkdtemp(name.data()) == nullptr) continue;
      path_ = name;
      return;
    }
  }
  ~PrivateFolder() {
    if (path_.empty()) return;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(path_, error)) {
      if (entry.is_regular_file(error)) WipeFile(entry.path());
    }
    fs::remove_all(path_, error);
  }
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

bool CreatePrivately(const fs::path& path, std::string_view text) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return false;
  const bool whole = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  return close(file) == 0 && whole;
}

// Through the shell, because $EDITOR may carry arguments. Ctrl-C is the editor's.
bool Edit(const std::string& editor, const fs::path& path) {
  std::string script = editor + " \"$1\"";
  std::string file = path.string();
  std::array<char, 3> shell = {'s', 'h', '\0'};
  std::array<char, 3> option = {'-', 'c', '\0'};
  std::vector<char*> arguments = {shell.data(), option.data(), script.data(),
                                  shell.data(), file.data(),   nullptr};
  sigset_t standard;
  sigemptyset(&standard);
  sigaddset(&standard, SIGINT);
  sigaddset(&standard, SIGQUIT);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigdefault(&attributes, &standard);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  const auto old_int = std::signal(SIGINT, SIG_IGN);
  const auto old_quit = std::signal(SIGQUIT, SIG_IGN);
  pid_t child = 0;
  int result = 1;
  if (posix_spawn(&child, "/bin/sh", nullptr, &attributes, arguments.data(), environ) == 0) {
    while (waitpid(child, &result, 0) < 0 && errno == EINTR) {
    }
  }
  std::signal(SIGINT, old_int);
  std::signal(SIGQUIT, old_quit);
  posix_spawnattr_destroy(&attributes);
  return WIFEXITED(result) && WEXITSTATUS(result) == 0;
}

}  // namespace

std::string EditorCommand() {
  const std::string visual = Environment("VISUAL");
  return visual.empty() ? Environment("EDITOR") : visual;
}

absl::StatusOr<std::string> WriteInEditor(std::string_view hint, const fs::path& fallback,
                                          std::size_t bytes_max) {
  const PrivateFolder folder(fallback);
  const fs::path path = folder.path() / "message.txt";
  const std::string below = "\n" + std::string(hint) + "\n";
  if (folder.path().empty() || !CreatePrivately(path, "\n" + below)) {
    return Refuse(Reason::kStorageFailed, "", "no private file could be made to write in");
  }
  const std::string editor = EditorCommand();
  if (!Edit(editor, path)) {
    return Refuse(Reason::kUsage, "",
                  "the editor \"" + editor + "\" did not end well, so nothing was sent");
  }
  HOLDFAST_ASSIGN_OR_RETURN(std::string text,
                            ReadAll(path.string(), bytes_max + below.size() + 1, "message"));
  return Trimmed(std::string_view(text).substr(0, text.rfind(hint)));
}

}  // namespace holdfast::client::cli
