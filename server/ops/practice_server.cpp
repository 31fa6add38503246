#include "server/ops/practice_server.h"

#include <cstdlib>
#include <system_error>
#include <utility>
#include <vector>

#include "rules/errors.h"
#include "rules/version.h"
#include "server/ops/backup/backup.h"
#include "server/ops/ballast.h"
#include "server/ops/check/practice_facts.h"
#include "server/ops/clock.h"
#include "server/ops/exit_codes.h"
#include "server/ops/files.h"
#include "server/ops/metrics/metrics_page.h"
#include "server/ops/service_manager.h"
#include "server/ops/start_alarm.h"
#include "server/ops/therapist.h"
#include "server/ops/watchdog.h"
#include "server/runtime/log.h"

namespace holdfast::server {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kTickPeriod{1000};

}  // namespace

PracticeServer::PracticeServer(DataDirectory directory, Configuration configuration,
                               std::filesystem::path settings, StoreStart start,
                               std::vector<int> sockets)
    : directory_(std::move(directory)),
      configuration_(std::move(configuration)),
      settings_(std::move(settings)),
      start_(start),
      sockets_(std::move(sockets)),
      guard_(configuration_.disk_floor_bytes(),
             {[this] { return MeasureSpace(); }, [this](bool admit) { OnSpace(admit); },
              [this] { loop_.Post([this] { CheckSpace(); }); },
              [this] { committer_->SetAdmitWrites(false); }}),
      backend_([this](std::size_t bytes) { guard_.Charge(bytes); }),
      tls_(directory_, HostOf(configuration_.name),
           [this](std::vector<TlsKeyInUse> keys) { return Endorse(std::move(keys)); }),
      started_at_ms_(SystemClock().WallMs()) {}

absl::Status PracticeServer::Start() {
  // What was killed leaves its own behind.
  RemoveListening();
  RemoveLeftCheckpoint(directory_);
  HOLDFAST_ASSIGN_OR_RETURN(const TlsIdentity tls, ReadTlsIdentity(directory_));
  HOLDFAST_RETURN_IF_ERROR(tls_.Begin(tls));
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
  HOLDFAST_RETURN_IF_ERROR(StartMetrics());
  tls_.RenewInTime(SystemClock().WallMs());
  backend_.Open(*committer_, practice_->core());
  loop_.Every(kTickPeriod, [this] { Tick(); });
  loop_.Every(milliseconds(kTlsLookMs), [this] { tls_.RenewInTime(SystemClock().WallMs()); });
  TellAliveInTime();
  // Until here a signal ends the process, whatever hangs: nothing was acknowledged.
  loop_.CatchSignals([this] { Reload(); });
  return Announce();
}

absl::Status PracticeServer::StartNetwork(const DescriptorPlan& plan) {
  const StartAlarm alarm;
  HOLDFAST_ASSIGN_OR_RETURN(
      rpc_,
      RpcServer::Start({configuration_.listen, sockets_, directory_.tls_certificate().string(),
                        directory_.tls_key().string(), plan.connections},
                       backend_, subscribers_));
  return absl::OkStatus();
}

absl::Status PracticeServer::OpenPractice(const TlsIdentity& tls) {
  const std::string address = AdvertisedAddress(configuration_.name, rpc_->port());
  HOLDFAST_ASSIGN_OR_RETURN(practice_,
                            Practice::Open(directory_, tls, address, configuration_, start_));
  CommitterHooks hooks;
  hooks.wake = [this](const DeviceId& device) { subscribers_.Wake(device); };
  hooks.failed = [this](const absl::Status&) { OnFailedWrite(); };
  hooks.timer_failed = [](const TimerFailure& failure) { LogTimerFailure(failure); };
  hooks.clock = [this](ClockState state) { OnClock(state); };
  hooks.clock_step = [](const ClockStep& step) { LogClockStep(step); };
  hooks.body_damaged = [this](const DamagedBody& body) { damage_.Tell(body); };
  if (const auto step = practice_->core().TakeClockStep()) LogClockStep(*step);
  committer_ = std::make_unique<Committer>(practice_->core(), practice_->store(), std::move(hooks));
  return absl::OkStatus();
}

absl::Status PracticeServer::Announce() {
  HOLDFAST_RETURN_IF_ERROR(WriteSmallFile(directory_.listening(), BoundAddress() + "\n"));
  Log(LogLevel::kInfo, "serving",
      {{"address", BoundAddress()},
       {"name", AdvertisedAddress(configuration_.name, rpc_->port())},
       {"practice", ShortId(practice_->key().view())}});
  TellServing(BoundAddress());
  return absl::OkStatus();
}

std::string PracticeServer::BoundAddress() const {
  return AdvertisedAddress(HostOf(configuration_.listen), rpc_->port());
}

void PracticeServer::RemoveListening() const {
  std::error_code ignored;
  std::filesystem::remove(directory_.listening(), ignored);
}

void PracticeServer::OnSpace(bool admit) {
  // Before anything is admitted: the next full disk may come at any moment.
  if (admit) KeepBallast();
  committer_->SetAdmitWrites(admit);
  rpc_->SetReadiness(admit ? Readiness::kFull : Readiness::kReadsOnly);
}

// Nobody knows what reached the disk, so nothing more may be said or written, not
// even by a destructor.
void PracticeServer::OnFailedWrite() {
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

void PracticeServer::OnClock(ClockState state) {
  LogClock(state);
  rpc_->SetTimersHeld(state != ClockState::kSteady);
}

void PracticeServer::Tick() {
  CheckSpace();
  subscribers_.Tick();
  practice_->store().SyncWitness();
  KeepBallast();
  tls_.TakeAgain();
}

// All the way that a request takes, so that nobody hears of it where that hangs.
void PracticeServer::TellAliveInTime() {
  const auto patience = AlivePatience();
  if (!patience) return;
  loop_.Every(std::chrono::duration_cast<milliseconds>(*patience / kTellsPerPatience),
              [this] { committer_->Heartbeat(TellAlive); });
}

// What can change while serving: the log's level, and the TLS key and certificate.
void PracticeServer::Reload() {
  TellReloading();
  const auto configuration = ReadConfiguration(settings_);
  if (configuration.ok()) {
    SetLogLevel(configuration->log_level);
  } else {
    Log(LogLevel::kError, "settings_not_read",
        {{"error", configuration.status()},
         {"advice",
          "the log level stays as it was. The file is read as the directory's owner now: let that "
          "user read it"}});
  }
  tls_.Take();
  Log(LogLevel::kInfo, "reloaded", {{"advice", "other settings are read at the next start"}});
  TellServing(BoundAddress());
}

absl::Status PracticeServer::Endorse(std::vector<TlsKeyInUse> keys) {
  return committer_->Submit(
      false,
      [keys = std::move(keys)](Core& core, Transaction&) {
        core.SetTlsKeys(keys);
        return absl::OkStatus();
      },
      [](const absl::Status&) {});
}

absl::StatusOr<DiskSpace> PracticeServer::MeasureSpace() const {
  HOLDFAST_ASSIGN_OR_RETURN(DiskSpace space, MeasureDisk(directory_.path()));
  const RocksDbStats stats = practice_->store().Stats();
  space.spoken_for_bytes = stats.background_bytes;
  space.tables_bytes = stats.background_table_bytes;
  return space;
}

void PracticeServer::CheckSpace() {
  guard_.Check();
  practice_->store().SetUpkeep(guard_.is_short()           ? Upkeep::kNone
                               : guard_.has_room_to_copy() ? Upkeep::kAll
                                                           : Upkeep::kTables);
}

absl::Status PracticeServer::StartMetrics() {
  if (configuration_.metrics.empty()) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(metrics_,
                            MetricsListener::Listen(loop_, directory_, configuration_.metrics,
                                                    [this] { return Metrics(); }));
  Log(LogLevel::kInfo, "metrics", {{"address", metrics_->address()}});
  return absl::OkStatus();
}

std::string PracticeServer::Metrics() {
  const auto last_backup = ReadLastBackup(directory_);
  const bool is_known = last_backup.ok() && last_backup->has_value();
  return WriteMetrics({.version = kVersion,
                       .started_at_ms = started_at_ms_,
                       .last_backup_at_ms = is_known ? (*last_backup)->made_at_ms : 0,
                       .calls = backend_.counts(),
                       .connections = rpc_->connections(),
                       .committer = committer_->counts(),
                       .waiting = committer_->waiting(),
                       .overdue_ms = committer_->counts().OverdueMs(SteadyMs()),
                       .subscriptions = subscribers_.count(),
                       .disk = guard_.Read()});
}

void PracticeServer::KeepBallast() const {
  const auto space = MeasureDisk(directory_.path());
  if (!space.ok()) return;
  RestoreBallast(directory_.ballast(), *space,
                 FloorBytes(configuration_.disk_floor_bytes(), space->total_bytes));
}

void PracticeServer::Command(const std::string& command, const AdminSocket::Reply& reply) {
  if (command == kTherapistAdd) return AddTherapistWhileServing(*committer_, reply);
  if (command == kClockConfirm) return ConfirmClockWhileServing(*committer_, reply);
  if (command == kClockShow) return ShowClockWhileServing(*committer_, reply);
  if (command == kPracticeFacts) return TellPracticeFacts(*committer_, reply);
  if (command == kStoreCheckpoint) {
    return checkpoints_.Make(practice_->store(), directory_, reply);
  }
  reply(Refuse(Reason::kUsage, "command", "is not known to this version of holdfastd"));
}

void PracticeServer::Drain() {
  const Watchdog watchdog(kDrainMax, "drain_timeout", kExitDrainTimeout);
  Log(LogLevel::kInfo, "draining");
  TellStopping();
  // Who comes now waits for the next holdfastd, which is handed the same sockets.
  if (!sockets_.empty()) rpc_->TakeNoMore();
  RemoveListening();
  admin_.reset();
  metrics_.reset();
  rpc_->SetReadiness(Readiness::kNone);
  subscribers_.EndAll(
      Refuse(Reason::kShuttingDown, "", "the practice is stopping: try again in a moment"));
  committer_->Drain();
  rpc_->Stop(kLastCallsMax);
  rpc_.reset();
  const std::uint64_t batches = committer_->batches();
  committer_.reset();
  checkpoints_.Wait();
  practice_.reset();
  Log(LogLevel::kInfo, "stopped", {{"batches", batches}});
}

}  // namespace holdfast::server
