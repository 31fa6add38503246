// Takes connections in on a thread of its own and hands them to gRPC, which by
// itself counts none, and stops listening for good once descriptors ran out. Cuts off
// those that begin streams and break them off without end.
#pragma once

#include <cstdint>
#include <functional>
#include <thread>

#include "server/rpc/connection_counts.h"
#include "server/rpc/connections.h"
#include "server/rpc/listener.h"
#include "server/rpc/stream_guard.h"

namespace holdfast::server {

class Acceptor {
 public:
  // Owns the descriptor from then on. On the acceptor's thread; must not block.
  using Take = std::function<void(int listener, int descriptor)>;

  // Serves at once.
  Acceptor(Listener listener, std::size_t connections_max, Take take);
  ~Acceptor();  // Stop()

  int port() const { return listener_.port(); }
  const ConnectionCounts& counts() const { return counts_; }
  // Takes no more. Repeatable; one thread.
  void Stop();

 private:
  void Run();
  bool AcceptAll(int socket);
  void LookAtStreams();
  void CutOffFlooding(Connections::Clock::time_point now);
  void TellRefused();
  void TellCutOff(const StreamCounts& counts);

  const Listener listener_;
  const Take take_;
  Connections connections_;
  ConnectionCounts counts_;
  std::uint64_t refused_ = 0;  // since told
  Connections::Clock::time_point told_{};
  StreamGuard guard_;
  std::int64_t looked_to_ = 0;  // of gRPC's connections
  Connections::Clock::time_point looked_{};
  Connections::Clock::time_point measured_{};
  std::chrono::microseconds used_{0};  // of the processors, by then
  std::uint64_t cut_off_ = 0;          // since told
  Connections::Clock::time_point told_cut_off_{};
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
