// Takes connections in on a thread of its own and hands them to gRPC, which by
// itself counts none, and stops listening for good once descriptors ran out.
#pragma once

#include <cstdint>
#include <functional>
#include <thread>

#include "server/rpc/connections.h"
#include "server/rpc/listener.h"

namespace holdfast::server {

class Acceptor {
 public:
  // Owns the descriptor from then on. On the acceptor's thread; must not block.
  using Take = std::function<void(int listener, int descriptor)>;

  // Serves at once.
  Acceptor(Listener listener, std::size_t connections_max, Take take);
  ~Acceptor();  // Stop()

  int port() const { return listener_.port(); }
  // Takes no more. Repeatable; one thread.
  void Stop();

 private:
  void Run();
  bool AcceptAll(int socket);
  void TellRefused();

  const Listener listener_;
  const Take take_;
  Connections connections_;
  std::uint64_t refused_ = 0;  // since told
  Connections::Clock::time_point told_{};
  int stop_ = -1;  // becomes readable when it is to stop
  std::thread thread_;
};

// After descriptors ran out all the same.
inline constexpr std::chrono::milliseconds kAcceptRetry{100};
// The log tells of refused connections at most this often.
inline constexpr std::chrono::seconds kTellRefusedPeriod{60};
// Taken in before looking whether it is to stop.
inline constexpr int kAcceptsAtOnceMax = 64;

}  // namespace holdfast::server
