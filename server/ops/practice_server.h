// A practice that serves: store, network, disk, clock and TLS brought together, from its
// start to its drain. A failed write and a drain that takes too long end the process.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "server/ops/admin_socket.h"
#include "server/ops/backup/checkpoint.h"
#include "server/ops/configuration.h"
#include "server/ops/damage_log.h"
#include "server/ops/descriptors.h"
#include "server/ops/disk_guard.h"
#include "server/ops/metrics/metrics_listener.h"
#include "server/ops/practice.h"
#include "server/ops/tls_in_use.h"
#include "server/rpc/server.h"
#include "server/runtime/committer.h"
#include "server/runtime/loop.h"

namespace holdfast::server {

// Members are destroyed from the last to the first: the network goes before the
// committer, which goes before the store.
class PracticeServer {
 public:
  // `settings` is where the configuration came from, to be read again; `sockets` listen already,
  // and are used instead of what it says where there are any.
  PracticeServer(DataDirectory directory, Configuration configuration,
                 std::filesystem::path settings, StoreStart start, std::vector<int> sockets);

  // Opens the practice and answers from then on; refusals say what to do.
  absl::Status Start();
  // Until a signal says to stop.
  void Run() { loop_.Run(); }
  // Lets what is under way end, for kDrainMax at most.
  void Drain();

 private:
  absl::Status StartNetwork(const DescriptorPlan& plan);
  absl::Status OpenPractice(const TlsIdentity& tls);
  absl::Status Announce();
  absl::Status Endorse(std::vector<TlsKeyInUse> keys);
  absl::StatusOr<DiskSpace> MeasureSpace() const;
  void CheckSpace();
  void OnSpace(bool admit);
  void OnFailedWrite();
  void OnClock(ClockState state);
  void Tick();
  void Reload();
  void TellAliveInTime();
  void Command(const std::string& command, const AdminSocket::Reply& reply);
  std::string BoundAddress() const;
  void RemoveListening() const;
  void KeepBallast() const;
  absl::Status StartMetrics();
  std::string Metrics();

  const DataDirectory directory_;
  const Configuration configuration_;
  const std::filesystem::path settings_;
  const StoreStart start_;
  const std::vector<int> sockets_;
  Loop loop_;
  DiskGuard guard_;
  Backend backend_;
  Subscribers subscribers_;
  TlsInUse tls_;
  DamageLog damage_;
  std::unique_ptr<Practice> practice_;
  CheckpointMaker checkpoints_;
  std::unique_ptr<Committer> committer_;
  std::unique_ptr<RpcServer> rpc_;
  std::unique_ptr<AdminSocket> admin_;
  std::unique_ptr<MetricsListener> metrics_;
  const std::uint64_t started_at_ms_;
};

// What the whole drain may take, and how much of it calls under way get once every
// stream was ended and every request answered.
inline constexpr std::chrono::milliseconds kDrainMax{9000};
inline constexpr std::chrono::milliseconds kLastCallsMax{3000};

}  // namespace holdfast::server
