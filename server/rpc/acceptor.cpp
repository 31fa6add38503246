#include "server/rpc/acceptor.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <utility>
#include <vector>

#include "server/runtime/log.h"

namespace holdfast::server {
namespace {

// What the next call may find better; anything else is the connection's own end.
bool IsShortage(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

std::chrono::microseconds ProcessorTime() {
  rusage used{};
  if (::getrusage(RUSAGE_SELF, &used) != 0) return std::chrono::microseconds(0);
  return std::chrono::seconds(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
         std::chrono::microseconds(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

}  // namespace

Acceptor::Acceptor(Listener listener, std::size_t connections_max, Take take)
    : listener_(std::move(listener)),
      take_(std::move(take)),
      connections_(connections_max),
      stop_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      thread_([this] { Run(); }) {}

Acceptor::~Acceptor() {
  Stop();
  ::close(stop_);
}

void Acceptor::Stop() {
  (void)::eventfd_write(stop_, 1);
  if (thread_.joinable()) thread_.join();
}

void Acceptor::Run() {
  std::vector<pollfd> watched = {{stop_, POLLIN, 0}};
  for (const int socket : listener_.sockets()) watched.push_back({socket, POLLIN, 0});
  while (true) {
    counts_.open = connections_.count();
    const bool is_alone = connections_.count() == 0;
    (void)::poll(watched.data(), watched.size(),
                 is_alone ? -1 : static_cast<int>(kStreamsLookPeriod.count()));
    if (watched[0].revents != 0) return;
    LookAtStreams();
    bool is_short = false;
    for (std::size_t i = 1; i < watched.size(); ++i) {
      if (watched[i].revents != 0 && !AcceptAll(watched[i].fd)) is_short = true;
    }
    if (is_short) (void)::poll(watched.data(), 1, static_cast<int>(kAcceptRetry.count()));
  }
}

// False where nothing can be taken in for now.
bool Acceptor::AcceptAll(int socket) {
  for (int i = 0; i < kAcceptsAtOnceMax; ++i) {
    const Accepted accepted = Accept(socket);
    if (accepted.descriptor < 0 && IsShortage(errno)) return false;
    if (accepted.descriptor < 0) return true;
    if (connections_.Admit(accepted, Connections::Clock::now())) {
      take_(socket, accepted.descriptor);
    } else {
      ::close(accepted.descriptor);
      ++refused_;
      ++counts_.refused;
      TellRefused();
    }
  }
  return true;
}

void Acceptor::LookAtStreams() {
  const auto now = Connections::Clock::now();
  if (now - measured_ < kStreamsLookPeriod) return;
  const auto used = ProcessorTime();
  const bool is_busy = used - used_ > (now - measured_) * kBusyShare;
  used_ = used;
  measured_ = now;
  if (!is_busy && now - looked_ < kStreamsIdleLookPeriod) return;
  looked_ = now;
  if (!is_busy) connections_.Sweep();
  try {
    CutOffFlooding(now);
  } catch (const std::exception& exception) {  // memory may be what is missing
    Log(LogLevel::kError, "streams_not_counted", {{"error", exception.what()}});
  }
}

void Acceptor::CutOffFlooding(Connections::Clock::time_point now) {
  for (const StreamCounts& counts : ReadStreamCounts(looked_to_)) {
    if (guard_.IsTooMuch(counts, now) && connections_.CutOff(counts.endpoint, now)) {
      ++cut_off_;
      ++counts_.cut_off;
      TellCutOff(counts);
    }
  }
}

void Acceptor::TellCutOff(const StreamCounts& counts) {
  const auto now = Connections::Clock::now();
  if (told_cut_off_ != Connections::Clock::time_point{} &&
      now - told_cut_off_ < kTellRefusedPeriod) {
    return;
  }
  told_cut_off_ = now;
  Log(LogLevel::kWarning, "connections_cut_off",
      {{"cut_off", cut_off_},
       {"streams", counts.begun},
       {"finished", counts.finished},
       {"error", "a connection began many streams and broke them off"}});
  cut_off_ = 0;
}

void Acceptor::TellRefused() {
  const auto now = Connections::Clock::now();
  if (told_ != Connections::Clock::time_point{} && now - told_ < kTellRefusedPeriod) return;
  told_ = now;
  Log(LogLevel::kWarning, "connections_refused",
      {{"refused", refused_},
       {"open", connections_.count()},
       {"error", "too many connections, of one address or in all, or one was cut off before"}});
  refused_ = 0;
}

}  // namespace holdfast::server
