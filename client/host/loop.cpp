#include "client/host/loop.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace holdfast::client {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// One sleep at the most, so that poll's int never overflows.
constexpr milliseconds kSleepMax{60'000};

}  // namespace

Loop::Loop() : wake_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Loop::~Loop() { close(wake_fd_); }

void Loop::Post(std::function<void()> work) {
  const std::lock_guard lock(mutex_);
  posted_.push_back(std::move(work));
  const std::uint64_t one = 1;
  // A full counter is awake enough.
  [[maybe_unused]] const ssize_t written = write(wake_fd_, &one, sizeof one);
}

void Loop::After(std::uint64_t delay_ms, std::function<void()> work) {
  const auto delay = milliseconds(static_cast<std::int64_t>(std::min(delay_ms, kForeverMs)));
  timers_.emplace(steady_clock::now() + delay, std::move(work));
}

void Loop::Forget() {
  timers_.clear();
  std::deque<std::function<void()>> dropped;
  const std::lock_guard lock(mutex_);
  dropped.swap(posted_);
}

bool Loop::RunUntil(const std::function<bool()>& done, std::uint64_t within_ms) {
  const Time end = steady_clock::now() +
                   milliseconds(static_cast<std::int64_t>(std::min(within_ms, kForeverMs)));
  while (!done()) {
    if (steady_clock::now() >= end) return false;
    if (!RunOne()) Sleep(end);
  }
  return true;
}

bool Loop::RunOne() {
  std::function<void()> work;
  if (!timers_.empty() && timers_.begin()->first <= steady_clock::now()) {
    work = std::move(timers_.begin()->second);
    timers_.erase(timers_.begin());
  } else {
    const std::lock_guard lock(mutex_);
    if (posted_.empty()) return false;
    work = std::move(posted_.front());
    posted_.pop_front();
  }
  work();
  return true;
}

void Loop::Sleep(Time until) {
  if (!timers_.empty()) until = std::min(until, timers_.begin()->first);
  std::vector<pollfd> polled = {{.fd = wake_fd_, .events = POLLIN, .revents = 0}};
  for (LoopSource* source : sources_) {
    until = std::min(until, source->until());
    polled.push_back({.fd = source->fd(), .events = source->events(), .revents = 0});
  }
  const auto now = steady_clock::now();
  const auto left = until > now ? std::min(std::chrono::ceil<milliseconds>(until - now), kSleepMax)
                                : milliseconds(0);
  poll(polled.data(), polled.size(), static_cast<int>(left.count()));
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t read_bytes = read(wake_fd_, &count, sizeof count);
  HearSources(polled);
}

// polled: of the loop itself, then of each source.
void Loop::HearSources(const std::vector<pollfd>& polled) {
  const std::vector<LoopSource*> sources = sources_;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    if (polled[i + 1].revents != 0 || sources[i]->until() <= steady_clock::now()) {
      sources[i]->Ready();
    }
  }
}

}  // namespace holdfast::client
