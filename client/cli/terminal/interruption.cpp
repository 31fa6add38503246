#include "client/cli/terminal/interruption.h"

#include <unistd.h>

#include <cerrno>

namespace holdfast::client::cli {
namespace {

volatile std::sig_atomic_t g_asked = 0;
volatile std::sig_atomic_t g_interruption_fd = -1;

void Ask(int) {
  const int saved = errno;
  g_asked = 1;
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(g_interruption_fd, &one, sizeof one);
  errno = saved;
}

}  // namespace

Interruption::Interruption(const Loop& loop) {
  g_asked = 0;
  g_interruption_fd = loop.wake_fd();
  struct sigaction action = {};
  action.sa_handler = Ask;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, &old_int_);
  sigaction(SIGTERM, &action, &old_term_);
}

Interruption::~Interruption() {
  sigaction(SIGINT, &old_int_, nullptr);
  sigaction(SIGTERM, &old_term_, nullptr);
  g_interruption_fd = -1;
}

bool Interruption::asked() const { return g_asked != 0; }

}  // namespace holdfast::client::cli
