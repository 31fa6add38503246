#include "client/cli/terminal/input.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <iostream>
#include <utility>

#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

constexpr std::size_t kLineBytesMax = std::size_t{64} * 1024;
constexpr std::size_t kSecretBytesMax = 1024;
constexpr std::size_t kPromptColumnsMax = 78;

// 0 where it is no terminal.
std::size_t ColumnsOf(int descriptor) {
  winsize size = {};
  if (isatty(descriptor) != 1 || ioctl(descriptor, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

volatile std::sig_atomic_t g_signal = 0;
void Note(int signal) { g_signal = signal; }

// No echo while it lives; a signal that would end the process waits until the
// terminal is as it was.
class Quiet {
 public:
  explicit Quiet(int terminal) : terminal_(terminal) {
    g_signal = 0;
    struct sigaction action = {};
    action.sa_handler = Note;  // without SA_RESTART: the read ends
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, &old_int_);
    sigaction(SIGTERM, &action, &old_term_);
    tcgetattr(terminal_, &old_);
    termios silent = old_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(terminal_, TCSAFLUSH, &silent);
  }
  ~Quiet() {
    tcsetattr(terminal_, TCSAFLUSH, &old_);
    sigaction(SIGINT, &old_int_, nullptr);
    sigaction(SIGTERM, &old_term_, nullptr);
    if (g_signal != 0) raise(g_signal);
  }
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;

 private:
  const int terminal_;
  termios old_ = {};
  struct sigaction old_int_ = {};
  struct sigaction old_term_ = {};
};

void Put(int terminal, std::string_view text) {
  [[maybe_unused]] const ssize_t written = write(terminal, text.data(), text.size());
}

std::string ReadQuietly(int terminal) {
  const Quiet quiet(terminal);
  std::string line;
  line.reserve(kSecretBytesMax);  // never moved, so never left behind
  char c = 0;
  while (line.size() < kSecretBytesMax && read(terminal, &c, 1) == 1 && c != '\n') line += c;
  Put(terminal, "\n");
  return line;
}

}  // namespace

bool CanAsk() { return isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1; }

std::size_t OutputColumns() { return ColumnsOf(STDOUT_FILENO); }

std::size_t PromptColumns() {
  const std::size_t columns = ColumnsOf(STDERR_FILENO);
  return columns == 0 ? kPromptColumnsMax : std::min(columns, kPromptColumnsMax);
}

absl::StatusOr<std::string> ReadAll(const std::string& path, std::size_t bytes_max,
                                    std::string_view option) {
  std::ifstream file;
  if (path != "-") {
    file.open(path, std::ios::binary);
    if (!file) return Refuse(Reason::kUsage, option, "the file " + path + " cannot be read");
  }
  std::istream& in = path == "-" ? std::cin : file;
  std::string text;
  std::array<char, 4096> block{};
  while (in.read(block.data(), block.size()) || in.gcount() > 0) {
    text.append(block.data(), static_cast<std::size_t>(in.gcount()));
    if (text.size() > bytes_max) {
      return Refuse(Reason::kTooLarge, option,
                    "at most " + std::to_string(bytes_max) + " bytes are read");
    }
  }
  return text;
}

absl::StatusOr<std::string> AskLine(std::string_view prompt) {
  std::cerr << prompt << std::flush;
  std::string line;
  char c = 0;
  while (line.size() < kLineBytesMax && std::cin.get(c) && c != '\n') line += c;
  if (line.empty() && !std::cin) {
    return Refuse(Reason::kUsage, "", "the input ended before there was an answer");
  }
  return line;
}

absl::StatusOr<crypto::SecretBytes> AskSecret(std::string_view prompt, std::string_view instead) {
  const int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (terminal < 0) return Refuse(Reason::kUsage, "", instead);
  Put(terminal, prompt);
  crypto::SecretBytes secret(ReadQuietly(terminal));
  close(terminal);
  return secret;
}

}  // namespace holdfast::client::cli
