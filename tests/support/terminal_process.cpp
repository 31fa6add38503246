#include "support/terminal_process.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace holdfast::test {
namespace {

// A person's fingers, and the queue of a terminal, take so much at once.
constexpr std::size_t kChunkBytes = 256;
constexpr int kReadWaitMs = 20;

}  // namespace

TerminalProcess::TerminalProcess(const Command& command, unsigned short rows,
                                 unsigned short columns) {
  const Image image(command);
  const winsize size = {rows, columns, 0, 0};
  pid_ = forkpty(&terminal_, nullptr, nullptr, &size);
  if (pid_ == 0) image.Become();
  if (pid_ < 0) throw std::runtime_error("no terminal can be had");
  fcntl(terminal_, F_SETFD, FD_CLOEXEC);
  fcntl(terminal_, F_SETFL, O_NONBLOCK);
}

TerminalProcess::~TerminalProcess() {
  Signal(SIGKILL);
  Wait();
  if (terminal_ >= 0) close(terminal_);
}

void TerminalProcess::Read() {
  if (terminal_ < 0) {
    poll(nullptr, 0, kReadWaitMs);
    return;
  }
  pollfd ready = {terminal_, POLLIN, 0};
  poll(&ready, 1, kReadWaitMs);
  std::array<char, 4096> block{};
  const ssize_t count = read(terminal_, block.data(), block.size());
  if (count > 0) {
    shown_.append(block.data(), static_cast<std::size_t>(count));
  } else if ((ready.revents & POLLIN) == 0 && ready.revents != 0) {
    poll(nullptr, 0, kReadWaitMs);  // nobody holds the other end any more
  }
}

bool TerminalProcess::Shows(std::string_view text, std::chrono::milliseconds wait_max) {
  const auto end = std::chrono::steady_clock::now() + wait_max;
  for (;;) {
    const std::size_t at = shown_.find(text, seen_);
    if (at != std::string::npos) {
      seen_ = at + text.size();
      return true;
    }
    if (std::chrono::steady_clock::now() >= end) return false;
    Read();
  }
}

bool TerminalProcess::Type(std::string_view bytes, std::chrono::milliseconds wait_max) {
  const auto end = std::chrono::steady_clock::now() + wait_max;
  while (!bytes.empty()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    pollfd ready = {terminal_, POLLOUT, 0};
    if (poll(&ready, 1, 0) == 1 && (ready.revents & POLLOUT) != 0) {
      const ssize_t count = write(terminal_, bytes.data(), std::min(bytes.size(), kChunkBytes));
      if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    Read();
  }
  return true;
}

bool TerminalProcess::Echoes() {
  termios mode = {};
  return tcgetattr(terminal_, &mode) == 0 && (mode.c_lflag & static_cast<tcflag_t>(ECHO)) != 0;
}

void TerminalProcess::Signal(int signal) {
  if (!end_) kill(pid_, signal);
}

void TerminalProcess::HangUp() {
  close(terminal_);
  terminal_ = -1;
}

std::optional<int> TerminalProcess::Wait(std::chrono::milliseconds wait_max) {
  const auto end = std::chrono::steady_clock::now() + wait_max;
  while (!end_) {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == pid_) {
      end_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      break;
    }
    if (std::chrono::steady_clock::now() >= end) return std::nullopt;
    Read();
  }
  Read();
  return end_;
}

}  // namespace holdfast::test
