#include "server/ops/serve.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <memory>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

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
#include "server/ops/start_alarm.h"
#include "server/ops/therapist.h"
#include "server/ops/tls_renewal.h"
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
// Damaged bodies that were told of; beyond that, again.
constexpr std::size_t kDamagedToldMax = 1024;

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
  Server(DataDirectory directory, Configuration configuration, StoreStart start)
      : directory_(std::move(directory)),
        configuration_(std::move(configuration)),
        start_(start),
        guard_(configuration_.disk_floor_bytes(),
               {[this] { return MeasureSpace(); }, [this](bool admit) { OnSpace(admit); },
                [this] { loop_.Post([this] { CheckSpace(); }); },
                [this] { committer_->SetAdmitWrites(false); }}),
        backend_([this](std::size_t bytes) { guard_.Charge(bytes); }) {}

  absl::Status Start();
  void Run() { loop_.Run(); }
  void Drain();

 private:
  absl::Status StartNetwork(const DescriptorPlan& plan);
  absl::Status OpenPractice(const TlsIdentity& tls);
  absl::Status Announce();
  absl::StatusOr<DiskSpace> MeasureSpace() const;
  void CheckSpace();
  void OnSpace(bool admit);
  void OnFailedWrite();
  void OnClock(ClockState state);
  void OnDamagedBody(const DamagedBody& body);
  void Tick();
  void Reload();
  void LookAtTls();
  void UseTls();
  void Command(const std::string& command, const AdminSocket::Reply& reply);
  std::string BoundAddress() const;
  void RemoveListening() const;
  void KeepBallast() const;

  const DataDirectory directory_;
  const Configuration configuration_;
  const StoreStart start_;
  Loop loop_;
  DiskGuard guard_;
  Backend backend_;
  Subscribers subscribers_;
  TlsFacts tls_;
  std::set<std::pair<BondId, std::uint64_t>> damaged_told_;  // of the committer's threads
  std::unique_ptr<Practice> practice_;
  std::unique_ptr<Committer> committer_;
  std::unique_ptr<RpcServer> rpc_;
  std::unique_ptr<AdminSocket> admin_;
};

absl::Status Server::Start() {
  // One that was killed leaves its own behind.
  RemoveListening();
  HOLDFAST_ASSIGN_OR_RETURN(const TlsIdentity tls, ReadTlsIdentity(directory_));
  HOLDFAST_ASSIGN_OR_RETURN(tls_, InspectTlsIdentity(tls));
  HOLDFAST_ASSIGN_OR_RETURN(const DescriptorPlan plan, PlanDescriptors(RaiseDescriptorLimit()));
  Log(LogLevel::kInfo, "descriptors",
      {{"limit", plan.limit},
       {"connections", plan.connections},
       {"store_files", plan.store_files}});
  // First of all, because only a bound port can go into codes; every call is
  // UNAVAILABLE until the practice is open.
  HOLDFAST_RETURN_IF_ERROR(StartNetwork(plan));
  HOLDFAST_RETURN_IF_ERROR(OpenPractice(tls));
  HOLDFAST_ASSIGN_OR_RETURN(admin_, AdminSocket::Listen(loop_, directory_,
                                                        [this](const std::string& command,
                                                               const AdminSocket::Reply& reply) {
                                                          Command(command, reply);
                                                        }));
  CheckSpace();
  LookAtTls();
  backend_.Open(*committer_, practice_->core());
  loop_.Every(kTickPeriod, [this] { Tick(); });
  loop_.Every(milliseconds(kTlsLookMs), [this] { LookAtTls(); });
  // Until here a signal ends the process, whatever hangs: nothing was acknowledged.
  loop_.CatchSignals([this] { Reload(); });
  return Announce();
}

absl::Status Server::StartNetwork(const DescriptorPlan& plan) {
  const StartAlarm alarm;
  HOLDFAST_ASSIGN_OR_RETURN(
      rpc_, RpcServer::Start({configuration_.listen, directory_.tls_certificate().string(),
                              directory_.tls_key().string(), plan.connections},
                             backend_, subscribers_));
  return absl::OkStatus();
}

absl::Status Server::OpenPractice(const TlsIdentity& tls) {
  const std::string address = AdvertisedAddress(configuration_.name, rpc_->port());
  HOLDFAST_ASSIGN_OR_RETURN(practice_,
                            Practice::Open(directory_, tls, address, configuration_, start_));
  CommitterHooks hooks;
  hooks.wake = [this](const DeviceId& device) { subscribers_.Wake(device); };
  hooks.failed = [this](const absl::Status&) { OnFailedWrite(); };
  hooks.timer_failed = [](const TimerFailure& failure) { LogTimerFailure(failure); };
  hooks.clock = [this](ClockState state) { OnClock(state); };
  hooks.clock_step = [](const ClockStep& step) { LogClockStep(step); };
  hooks.body_damaged = [this](const DamagedBody& body) { OnDamagedBody(body); };
  if (const auto step = practice_->core().TakeClockStep()) LogClockStep(*step);
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

// Each once: readers come back to it.
void Server::OnDamagedBody(const DamagedBody& body) {
  if (damaged_told_.size() >= kDamagedToldMax) damaged_told_.clear();
  if (!damaged_told_.insert({body.bond, body.position}).second) return;
  Log(LogLevel::kError, "body_damaged",
      {{"bond", ShortId(body.bond.view())},
       {"position", body.position},
       {"error", body.why},
       {"advice",
        "check the disk; put back a backup, or start once with --restored: devices send again "
        "what they have"}});
}

void Server::OnClock(ClockState state) {
  LogClock(state);
  rpc_->SetTimersHeld(state != ClockState::kSteady);
}

void Server::Tick() {
  CheckSpace();
  subscribers_.Tick();
  practice_->store().SyncWitness();
  KeepBallast();
}

// What can change while serving: the log's level, and the TLS key and certificate.
void Server::Reload() {
  const auto configuration = ReadConfiguration(directory_.configuration());
  if (configuration.ok()) {
    SetLogLevel(configuration->log_level);
  } else {
    Log(LogLevel::kError, "settings_not_read", {{"error", configuration.status()}});
  }
  UseTls();
  Log(LogLevel::kInfo, "reloaded", {{"advice", "other settings are read at the next start"}});
}

void Server::LookAtTls() {
  if (RenewInTime(directory_, HostOf(configuration_.name), SystemClock().WallMs())) UseTls();
}

// Endorses what lies in the directory now, and beside it what is shown until gRPC has
// looked again.
void Server::UseTls() {
  const auto identity = ReadTlsIdentity(directory_);
  const auto facts =
      identity.ok() ? InspectTlsIdentity(*identity) : absl::StatusOr<TlsFacts>(identity.status());
  if (!facts.ok()) {
    return Log(LogLevel::kError, "tls_not_read", {{"error", facts.status()}});
  }
  std::vector<TlsKeyInUse> keys = {InUse(*facts)};
  if (facts->key_hash != tls_.key_hash) keys.push_back(InUse(tls_));
  tls_ = *facts;
  const absl::Status submitted = committer_->Submit(
      false,
      [keys](Core& core, Transaction&) {
        core.SetTlsKeys(keys);
        return absl::OkStatus();
      },
      [](const absl::Status&) {});
  if (!submitted.ok()) Log(LogLevel::kError, "tls_not_read", {{"error", submitted}});
}

absl::StatusOr<DiskSpace> Server::MeasureSpace() const {
  HOLDFAST_ASSIGN_OR_RETURN(DiskSpace space, MeasureDisk(directory_.path()));
  const RocksDbStats stats = practice_->store().Stats();
  space.spoken_for_bytes = stats.background_bytes;
  space.tables_bytes = stats.background_table_bytes;
  return space;
}

void Server::CheckSpace() {
  guard_.Check();
  practice_->store().SetUpkeep(guard_.is_short() ? Upkeep::kNone
                               : guard_.admits() ? Upkeep::kAll
                                                 : Upkeep::kTables);
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
  if (command == kClockShow) return ShowClockWhileServing(*committer_, reply);
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

// Threads and memory may be what is missing.
absl::Status StartGuarded(Server& server) {
  try {
    return server.Start();
  } catch (const std::exception& exception) {
    return Refuse(Reason::kInternal, "", std::string("cannot start: ") + exception.what());
  }
}

int Refused(const absl::Status& why) {
  Log(LogLevel::kError, "not_serving", {{"error", why}});
  return ReasonOf(why) == Reason::kUsage ? kExitUsage : kExitFailure;
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
  // A reader of the log that goes away does not end the practice.
  (void)std::signal(SIGPIPE, SIG_IGN);
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
  Server server(directory, configuration, options.store);
  // Nobody was served, so nothing is to be ended in order, and gRPC may hang where memory
  // is short.
  if (const absl::Status started = StartGuarded(server); !started.ok())
    std::_Exit(Refused(started));
  server.Run();
  server.Drain();
  return absl::OkStatus();
}

}  // namespace

int Serve(const ServeOptions& options) {
  const absl::Status served = ServeUntilStopped(options);
  return served.ok() ? kExitOk : Refused(served);
}

}  // namespace holdfast::server
