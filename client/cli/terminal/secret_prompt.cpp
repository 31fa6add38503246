#include "client/cli/terminal/secret_prompt.h"

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

// For the handlers, which only call what is safe in them. Written while none is installed.
struct Shared {
  int terminal = -1;
  termios before = {};
  termios silent = {};
};
Shared g_shared;
volatile std::sig_atomic_t g_prompt_went_on = 0;

// In the background the terminal belongs to others.
void SetMode(const termios& mode) {
  if (tcgetpgrp(g_shared.terminal) != getpgrp()) return;
  tcsetattr(g_shared.terminal, TCSAFLUSH, &mode);
}

void End(int signal) {
  SetMode(g_shared.before);
  RaiseByDefault(signal);
}

void StopOrGoOn(int signal) {
  const int saved = errno;
  if (signal == SIGTSTP) {
    SetMode(g_shared.before);
    RaiseByDefault(SIGTSTP);  // and here it goes on
    Handle(SIGTSTP, StopOrGoOn);
  }
  SetMode(g_shared.silent);
  g_prompt_went_on = 1;
  errno = saved;
}

void Put(int terminal, std::string_view text) {
  [[maybe_unused]] const ssize_t written = write(terminal, text.data(), text.size());
}

// Ctrl-Z and the way back are taken where something is waited for, so that none falls
// between a look at what happened and the wait.
class StopsOnlyInWaits {
 public:
  StopsOnlyInWaits() {
    sigset_t stopping;
    sigemptyset(&stopping);
    for (const int signal : SecretPrompt::kStopping) sigaddset(&stopping, signal);
    sigprocmask(SIG_BLOCK, &stopping, &before_);
  }
  ~StopsOnlyInWaits() { sigprocmask(SIG_SETMASK, &before_, nullptr); }
  StopsOnlyInWaits(const StopsOnlyInWaits&) = delete;
  StopsOnlyInWaits& operator=(const StopsOnlyInWaits&) = delete;

  // False where a signal came first.
  bool WaitFor(int terminal) const {
    pollfd ready = {terminal, POLLIN, 0};
    return ppoll(&ready, 1, nullptr, &before_) > 0;
  }

 private:
  sigset_t before_ = {};
};

}  // namespace

absl::StatusOr<std::unique_ptr<SecretPrompt>> SecretPrompt::Open(std::string_view instead) {
  const int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (terminal < 0) return Refuse(Reason::kUsage, "", instead);
  return std::unique_ptr<SecretPrompt>(new SecretPrompt(terminal));
}

SecretPrompt::SecretPrompt(int terminal) : terminal_(terminal) {
  g_shared.terminal = terminal;
  tcgetattr(terminal, &g_shared.before);
  g_shared.silent = g_shared.before;
  g_shared.silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL);
  g_shared.silent.c_lflag |= ICANON | ISIG;
  ending_.emplace(kEndingSignals, End);
  stopping_.emplace(kStopping, StopOrGoOn);
  tcsetattr(terminal, TCSAFLUSH, &g_shared.silent);
}

SecretPrompt::~SecretPrompt() {
  SetMode(g_shared.before);  // drops what was typed since
  ending_.reset();
  stopping_.reset();
  close(terminal_);
}

absl::StatusOr<crypto::SecretBytes> SecretPrompt::Ask(std::string_view prompt) {
  tcflush(terminal_, TCIFLUSH);
  std::string line;
  line.reserve(kSecretBytesMax + 1);  // never moved, so never left behind
  const StopsOnlyInWaits only_in_waits;
  g_prompt_went_on = 0;
  Put(terminal_, prompt);
  bool ended = false;
  while (!ended) {
    if (g_prompt_went_on != 0) {
      g_prompt_went_on = 0;
      crypto::WipeBytes(line);
      line.clear();
      Put(terminal_, prompt);
    }
    if (!only_in_waits.WaitFor(terminal_)) continue;
    char c = 0;
    const ssize_t count = read(terminal_, &c, 1);
    if (count == 1 && c == '\n') break;
    if (count == 1 && line.size() <= kSecretBytesMax) line += c;
    ended = count == 0 || (count < 0 && errno != EINTR);
  }
  Put(terminal_, "\n");
  const bool nothing = ended && line.empty();
  crypto::SecretBytes secret(std::move(line));
  if (nothing) return Refuse(Reason::kUsage, "", "the input ended before there was a passphrase");
  return secret;
}

}  // namespace holdfast::client::cli
