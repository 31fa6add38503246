// The gRPC server: one address, TLS, five services and the standard health
// service.
//
// Health ("grpc.health.v1.Health"): "" and "holdfast.v1.Mailbox" are SERVING while
// everything works; below the disk floor both are NOT_SERVING although reads,
// acknowledgements and logins go on under "holdfast.v1.Login". "holdfast.v1.Ledger"
// is NOT_SERVING then too, and while timers are held because the clock is not
// believed; everything else goes on. While starting and draining all are
// NOT_SERVING.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/rpc/backend.h"
#include "server/rpc/connection_counts.h"
#include "server/rpc/subscribers.h"

namespace holdfast::server {

struct RpcConfig {
  std::string listen;        // host:port; port 0 takes a free one
  std::vector<int> sockets;  // that listen already; where there are any, `listen` is not used
  // PEM files, read again where they change. They must be good when it starts.
  std::string tls_certificate;
  std::string tls_key;
  std::size_t connections_max;  // at once; half of them of one address
};

enum class Readiness : std::uint8_t { kNone, kReadsOnly, kFull };

class RpcServer {
 public:
  // Listens at once; readiness is kNone. Backend and subscribers must outlive it.
  static absl::StatusOr<std::unique_ptr<RpcServer>> Start(const RpcConfig& config, Backend& backend,
                                                          Subscribers& subscribers);
  ~RpcServer();

  int port() const;  // the one that was bound
  const ConnectionCounts& connections() const;
  void SetReadiness(Readiness readiness);  // any thread
  void SetTimersHeld(bool held);           // any thread

  // Takes no more connections. Repeatable; one thread.
  void TakeNoMore();
  // The same, waits at most `grace` for calls under way, cancels
  // what is left. Every stream should have been ended and every request answered
  // before. Repeatable.
  void Stop(std::chrono::milliseconds grace);

 private:
  struct State;
  explicit RpcServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// From now on servers of this process speak TLS 1.3 and nothing older. Call before any
// server, and before there are threads.
void RequireTls13();

// gRPC's own messages go to the log as event "grpc". Call before any server.
void UseLogForGrpc();

}  // namespace holdfast::server
