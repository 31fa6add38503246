#include "server/ops/serve.h"

#include <chrono>
#include <cstdlib>
#include <memory>
#include <system_error>

#include "rules/errors.h"
#include "server/ops/admin_socket.h"
#include "server/ops/ballast.h"
#include "server/ops/clock.h"
#include "server/ops/configuration.h"
#include "server/ops/core_dumps.h"
#include "server/ops/descriptors.h"
#include "server/ops/disk_guard.h"
#include "server/ops/exit_codes.h"
#include "server/ops/practice.h"
#include "server/ops/therapist.h"
#include "server/ops/watchdog.h"
#include "server/rpc/server.h"
#include "server/runtime/committer.h"
#include "server/runtime/log.h"
#include "server/runtime/loop.h"

namespace holdfast::server {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kTickPeriod{1000};
// What the whole drain may take, and how much of it calls under way get once every
// stream was ended and every request answered.
constexpr milliseconds kDrainMax{9000};
constexpr milliseconds kLastCallsMax{3000};

void LogTimerFailure(const TimerFailure& failure) {
  Log(LogLevel::kError, "timer_failed",
      {{"kind", static_cast<int>(failure.timer.kind)},
       {"bond", ShortId(failure.timer.owner)},
       {"error", failure.status},
       {"attempts", failure.attempts},
       {"retry_in_ms", failure.retry_in_ms}});
}

// A running practice. Members are destroyed from the last to the first: the
// network goes before the committer, which goes before the store.
class Server {
 public:
  Server(DataDirectory directory, Configuration configuration)
      : directory_(std::move(directory)),
        configuration_(std::move(configuration)),
        guard_(
            configuration_.disk_floor_bytes(), [this] { return MeasureDisk(directory_.path()); },
            [this](bool admit) { OnSpace(admit); }),
        backend_([this](std::size_t bytes) { guard_.Charge(bytes); }) {}

  absl::Status Start();
  void Run() { loop_.Run(); }
  void Drain();

 private:
  absl::Status OpenPractice(const TlsIdentity& tls);
  absl::Status Announce();
  void OnSpace(bool admit);
  void OnFailedWrite();
  void OnClock(ClockState state);
  void Tick();
  void Command(const std::string& command, const AdminSocket::Reply& reply);
  std::string BoundAddress() const;
  void RemoveListening() const;
  void KeepBallast() const;

  const DataDirectory directory_;
  const Configuration configuration_;
  Loop loop_;
  DiskGuard guard_;
  Backend backend_;
  Subscribers subscribers_;
  std::unique_ptr<Practice> practice_;
  std::unique_ptr<Committer> committer_;
  std::unique_ptr<RpcServer> rpc_;
  std::unique_ptr<AdminSocket> admin_;
};

absl::Status Server::Start() {
  // One that was killed leaves its own behind.
  RemoveListening();
  HOLDFAST_ASSIGN_OR_RETURN(const TlsIdentity tls, ReadTlsIdentity(directory_));
  HOLDFAST_RETURN_IF_ERROR(InspectTlsIdentity(tls).status());
  HOLDFAST_ASSIGN_OR_RETURN(const DescriptorPlan plan, PlanDescriptors(RaiseDescriptorLimit()));
  Log(LogLevel::kInfo, "descriptors",
      {{"limit", plan.limit},
       {"connections", plan.connections},
       {"store_files", plan.store_files}});
  // First of all, because only a bound port can go into codes; every call is
  // UNAVAILABLE until the practice is open.
  HOLDFAST_ASSIGN_OR_RETURN(rpc_, RpcServer::Start({configuration_.listen, tls.certificate,
                                                    Bytes(tls.key.Expose()), plan.connections},
                                                   backend_, subscribers_));
  HOLDFAST_RETURN_IF_ERROR(OpenPractice(tls));
  HOLDFAST_ASSIGN_OR_RETURN(admin_, AdminSocket::Listen(loop_, directory_,
                                                        [this](const std::string& command,
                                                               const AdminSocket::Reply& reply) {
                                                          Command(command, reply);
                                                        }));
  guard_.Check();
  backend_.Open(*committer_, practice_->core());
  loop_.Every(kTickPeriod, [this] { Tick(); });
  return Announce();
}

absl::Status Server::OpenPractice(const TlsIdentity& tls) {
  const std::string address = AdvertisedAddress(configuration_.name, rpc_->port());
  HOLDFAST_ASSIGN_OR_RETURN(practice_, Practice::Open(directory_, tls, address, configuration_));
  CommitterHooks hooks;
  hooks.wake = [this](const DeviceId& device) { subscribers_.Wake(device); };
  hooks.failed = [this](const absl::Status&) { OnFailedWrite(); };
  hooks.timer_failed = [](const TimerFailure& failure) { LogTimerFailure(failure); };
  hooks.clock = [this](ClockState state) { OnClock(state); };
  committer_ = std::make_unique<Committer>(practice_->core(), practice_->store(), std::move(hooks));
  return absl::OkStatus();
}

absl::Status Server::Announce() {
  HOLDFAST_RETURN_IF_ERROR(WriteSmallFile(directory_.listening(), BoundAddress() + "\n"));
  Log(LogLevel::kInfo, "serving",
      {{"address", BoundAddress()},
       {"name", AdvertisedAddress(configuration_.name, rpc_->port())},
       {"practice", ShortId(practice_->key().view())}});
  return absl::OkStatus();
}

std::string Server::BoundAddress() const {
  return AdvertisedAddress(HostOf(configuration_.listen), rpc_->port());
}

void Server::RemoveListening() const {
  std::error_code ignored;
  std::filesystem::remove(directory_.listening(), ignored);
}

void Server::OnSpace(bool admit) {
  // Before anything is admitted: the next full disk may come at any moment.
  if (admit) KeepBallast();
  committer_->SetAdmitWrites(admit);
  rpc_->SetReadiness(admit ? Readiness::kFull : Readiness::kReadsOnly);
}

// Nobody knows what reached the disk, so nothing more may be said or written, not
// even by a destructor.
void Server::OnFailedWrite() {
  const bool ran_out = practice_->store().ran_out_of_descriptors();
  const int exit_code = ran_out ? kExitNoDescriptors : kExitFailedWrite;
  Log(LogLevel::kError, "write_failed",
      {{"error", ran_out ? "the store could not open a file: too many are open"
                         : "a write to the store failed half-way"},
       {"exit_code", exit_code},
       {"advice", ran_out ? "start again, and allow more open files (LimitNOFILE= of systemd)"
                          : "look at the disk before starting again"}});
  rpc_->SetReadiness(Readiness::kNone);
  RemoveListening();
  std::_Exit(exit_code);
}

void Server::OnClock(ClockState state) {
  LogClock(state);
  rpc_->SetTimersHeld(state != ClockState::kSteady);
}

void Server::Tick() {
  guard_.Check();
  subscribers_.Tick();
  KeepBallast();
}

void Server::KeepBallast() const {
  const auto space = MeasureDisk(directory_.path());
  if (!space.ok()) return;
  RestoreBallast(directory_.ballast(), *space,
                 FloorBytes(configuration_.disk_floor_bytes(), space->total_bytes));
}

void Server::Command(const std::string& command, const AdminSocket::Reply& reply) {
  if (command == kTherapistAdd) return AddTherapistWhileServing(*committer_, reply);
  if (command == kClockConfirm) return ConfirmClockWhileServing(*committer_, reply);
  reply(Refuse(Reason::kUsage, "command", "is not known to this version of holdfastd"));
}

void Server::Drain() {
  const Watchdog watchdog(kDrainMax, "drain_timeout", kExitDrainTimeout);
  Log(LogLevel::kInfo, "draining");
  RemoveListening();
  admin_.reset();
  rpc_->SetReadiness(Readiness::kNone);
  subscribers_.EndAll(
      Refuse(Reason::kShuttingDown, "", "the practice is stopping: try again in a moment"));
  committer_->Drain();
  rpc_->Stop(kLastCallsMax);
  rpc_.reset();
  const std::uint64_t batches = committer_->batches();
  committer_.reset();
  practice_.reset();
  Log(LogLevel::kInfo, "stopped", {{"batches", batches}});
}

absl::StatusOr<Configuration> Configure(const ServeOptions& options,
                                        const DataDirectory& directory) {
  HOLDFAST_ASSIGN_OR_RETURN(
      Configuration configuration,
      ReadConfiguration(options.config.empty() ? directory.configuration() : options.config));
  if (!options.listen.empty()) {
    HOLDFAST_RETURN_IF_ERROR(CheckListen(options.listen, "listen"));
    configuration.listen = options.listen;
  }
  return configuration;
}

absl::Status ServeUntilStopped(const ServeOptions& options) {
  HOLDFAST_ASSIGN_OR_RETURN(const DataDirectory directory, DataDirectory::Open(options.data));
  HOLDFAST_ASSIGN_OR_RETURN(const Configuration configuration, Configure(options, directory));
  SetLogLevel(configuration.log_level);
  UseLogForGrpc();
  RequireTls13();
  HOLDFAST_RETURN_IF_ERROR(ForbidCoreDumps());
  HOLDFAST_ASSIGN_OR_RETURN(const auto lock, directory.TryLock());
  if (!lock) {
    return Refuse(Reason::kUsage, "data",
                  directory.path().string() +
                      " is in use by another holdfastd: stop that one first, or name another "
                      "directory");
  }
  Server server(directory, configuration);
  HOLDFAST_RETURN_IF_ERROR(server.Start());
  server.Run();
  server.Drain();
  return absl::OkStatus();
}

}  // namespace

int Serve(const ServeOptions& options) {
  const absl::Status served = ServeUntilStopped(options);
  if (served.ok()) return kExitOk;
  Log(LogLevel::kError, "not_serving", {{"error", served}});
  return ReasonOf(served) == Reason::kUsage ? kExitUsage : kExitFailure;
}

}  // namespace holdfast::server
