#include "server/rpc/acceptor.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <utility>
#include <vector>

#include "server/runtime/log.h"

namespace holdfast::server {
namespace {

// What the next call may find better; anything else is the connection's own end.
bool IsShortage(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
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
    (void)::poll(watched.data(), watched.size(), -1);
    if (watched[0].revents != 0) return;
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
    if (connections_.Admit(accepted.descriptor, accepted.peer, Connections::Clock::now())) {
      take_(socket, accepted.descriptor);
    } else {
      ::close(accepted.descriptor);
      ++refused_;
      TellRefused();
    }
  }
  return true;
}

void Acceptor::TellRefused() {
  const auto now = Connections::Clock::now();
  if (told_ != Connections::Clock::time_point{} && now - told_ < kTellRefusedPeriod) return;
  told_ = now;
  Log(LogLevel::kWarning, "connections_refused",
      {{"refused", refused_},
       {"open", connections_.count()},
       {"error", "too many connections, of one address or in all"}});
  refused_ = 0;
}

}  // namespace holdfast::server
