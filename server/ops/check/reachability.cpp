#include "server/ops/check/reachability.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <thread>
#include <utility>

#include "rules/threads/thread_annotations.h"
#include "server/ops/configuration.h"
#include "server/store/posix_file.h"

namespace holdfast::server {
namespace {

using Steady = std::chrono::steady_clock;

// Of one connection; whoever asks waits less.
constexpr int kConnectMsMax = 1000;

std::uint64_t MsSince(Steady::time_point begin) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - begin).count());
}

// errno of the connection; 0: it stands.
int ConnectOnce(const addrinfo& to) {
  const FileDescriptor socket(
      ::socket(to.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.ok()) return errno;
  if (::connect(socket.get(), to.ai_addr, to.ai_addrlen) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  pollfd waits{socket.get(), POLLOUT, 0};
  if (::poll(&waits, 1, kConnectMsMax) != 1) return ETIMEDOUT;
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

}  // namespace

struct ReachProbe::State {
  Mutex mutex;
  Condition changed;
  bool has_name HOLDFAST_GUARDED_BY(mutex) = false;
  bool is_done HOLDFAST_GUARDED_BY(mutex) = false;
  ReachFacts facts HOLDFAST_GUARDED_BY(mutex);

  void Run(const std::string& host, const std::string& port);
};

void ReachProbe::State::Run(const std::string& host, const std::string& port) {
  const Steady::time_point begin = Steady::now();
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int failure = ::getaddrinfo(host.c_str(), port.c_str(), &wanted, &found);
  const std::uint64_t took_ms = MsSince(begin);
  {
    const MutexLock lock(mutex);
    has_name = failure == 0;
    facts.took_ms = took_ms;
  }
  int error = ECONNREFUSED;
  for (const addrinfo* at = found; at != nullptr && error != 0; at = at->ai_next) {
    error = ConnectOnce(*at);
  }
  if (found != nullptr) ::freeaddrinfo(found);
  const MutexLock lock(mutex);
  is_done = true;
  if (failure != 0) {
    facts.outcome = ReachFacts::Outcome::kNoName;
    facts.why = ::gai_strerror(failure);
  } else if (error != 0) {
    facts.outcome = ReachFacts::Outcome::kRefused;
    facts.why = std::strerror(error);
  } else {
    facts.outcome = ReachFacts::Outcome::kReached;
  }
  changed.NotifyAll();
}

ReachProbe::ReachProbe(const std::string& address) : state_(std::make_shared<State>()) {
  state_->facts.address = address;
  std::thread([state = state_, host = HostOf(address), port = std::to_string(PortOf(address))] {
    state->Run(host, port);
  }).detach();
}

ReachFacts ReachProbe::Wait(Steady::time_point until) {
  const MutexLock lock(state_->mutex);
  while (!state_->is_done && state_->changed.WaitUntil(state_->mutex, until)) {
  }
  ReachFacts facts = state_->facts;
  if (!state_->is_done) {
    facts.outcome =
        state_->has_name ? ReachFacts::Outcome::kNoAnswer : ReachFacts::Outcome::kNoName;
    facts.why = state_->has_name ? "no answer in time" : "no answer of the DNS server in time";
  }
  return facts;
}

}  // namespace holdfast::server
