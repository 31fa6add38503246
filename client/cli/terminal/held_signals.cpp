#include "client/cli/terminal/held_signals.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <iostream>

namespace holdfast::client::cli {
namespace {

volatile std::sig_atomic_t g_noted = 0;
int g_depth = 0;
// Made once and kept: a handler may still write to it.
int g_wake_fd = -1;

void Note(int signal) {
  if (g_noted == 0) g_noted = signal;
  HeldSignals::Wake();
}

}  // namespace

HeldSignals::HeldSignals() {
  if (g_wake_fd < 0) g_wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (g_depth++ == 0) g_noted = 0;
  handlers_.emplace(kEndingSignals, Note);
}

HeldSignals::~HeldSignals() {
  handlers_.reset();
  --g_depth;
}

int HeldSignals::noted() { return g_depth > 0 ? g_noted : 0; }

int HeldSignals::wake_fd() { return g_wake_fd; }

void HeldSignals::Wake() {
  const int saved = errno;
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(g_wake_fd, &one, sizeof one);
  errno = saved;
}

void HeldSignals::Drain() {
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t read_bytes = read(g_wake_fd, &count, sizeof count);
}

void EndBy(int signal) {
  std::cout.flush();
  std::cerr.flush();
  RaiseByDefault(signal);
  // Of a signal that ends nothing.
  std::_Exit(128 + signal);
}

}  // namespace holdfast::client::cli
