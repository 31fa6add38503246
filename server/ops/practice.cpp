#include "server/ops/practice.h"

#include <system_error>
#include <utility>

#include "rules/errors.h"
#include "server/core/records/tables.h"
#include "server/ops/ballast.h"
#include "server/ops/descriptors.h"
#include "server/ops/practice_key.h"
#include "server/runtime/log.h"

namespace holdfast::server {
namespace {

absl::StatusOr<CoreConfig> ConfigureCore(const DataDirectory& directory, const TlsIdentity& tls,
                                         const std::string& address) {
  HOLDFAST_ASSIGN_OR_RETURN(crypto::SigningKey key, ReadPracticeKey(PracticeKeyOf(directory)));
  HOLDFAST_ASSIGN_OR_RETURN(const TlsFacts facts, InspectTlsIdentity(tls));
  return CoreConfig{std::move(key), {InUse(facts)}, address};
}

// RocksDB ends the process where it finds no room at all while opening. The floor that
// holds on this disk.
absl::StatusOr<std::uint64_t> MakeRoom(const DataDirectory& directory, std::uint64_t floor_bytes) {
  HOLDFAST_ASSIGN_OR_RETURN(DiskSpace space, MeasureDisk(directory.path()));
  const std::uint64_t floor = FloorBytes(floor_bytes, space.total_bytes);
  ReleaseBallast(directory.ballast(), space, floor);
  HOLDFAST_ASSIGN_OR_RETURN(space, MeasureDisk(directory.path()));
  if (space.free_bytes >= kOpenBytesMin) return floor;
  return Refuse(Reason::kStorageFull, "",
                "the disk of " + directory.path().string() + " has only " +
                    std::to_string(space.free_bytes) +
                    " bytes left: make room for at least 1 MiB, then start again");
}

// What the store writes to files when it likes finds room below the floor, twice over;
// three eighths of the usual floor are kUnwrittenBytesMax.
constexpr std::uint64_t kUnwrittenEighthsOfFloor = 3;

absl::Status OpenCore(Core& core, Store& store, StoreLife life) {
  const std::unique_ptr<Transaction> transaction = store.Begin();
  HOLDFAST_RETURN_IF_ERROR(core.Open(*transaction, life));
  if (transaction->Commit() != CommitOutcome::kCommitted) {
    return Refuse(Reason::kStorageFailed, "", "cannot write to the store: is the disk full?");
  }
  return absl::OkStatus();
}

// A backup was restored and nobody has opened it since: this start begins a new life, as if
// told so by --restored.
bool WasRestored(const DataDirectory& directory) {
  std::error_code error;
  return std::filesystem::exists(directory.restored(), error) || error;
}

// Once the new life is durable. Where this fails, the next start is told the same and finds
// it done.
void ForgetRestored(const DataDirectory& directory) {
  std::error_code error;
  if (!std::filesystem::remove(directory.restored(), error)) return;
  Log(LogLevel::kInfo, "restored_backup_served",
      {{"effect", "the devices are told and send again what the backup lacks"}});
}

}  // namespace

absl::StatusOr<std::unique_ptr<Practice>> Practice::Open(const DataDirectory& directory,
                                                         const TlsIdentity& tls,
                                                         const std::string& address,
                                                         const Configuration& configuration,
                                                         StoreStart start) {
  HOLDFAST_ASSIGN_OR_RETURN(CoreConfig config, ConfigureCore(directory, tls, address));
  config.token_ms = configuration.token_ms();
  config.envelopes_per_day = configuration.envelopes_per_day;
  config.bytes_per_day = configuration.mib_per_day * 1024 * 1024;
  std::unique_ptr<Practice> practice(new Practice);
  practice->key_ = config.practice.public_key<PracticeKey>();
  HOLDFAST_ASSIGN_OR_RETURN(const DescriptorPlan plan, PlanDescriptors(RaiseDescriptorLimit()));
  if (start == StoreStart::kGoesOn && WasRestored(directory)) start = StoreStart::kRestored;
  RocksDbOptions options{directory.database().string(), std::string(kLargeTables),
                         plan.store_files};
  HOLDFAST_ASSIGN_OR_RETURN(CoreConfig to_look, ConfigureCore(directory, tls, address));
  HOLDFAST_ASSIGN_OR_RETURN(const StoreLife life,
                            JudgeStore(directory, options, std::move(to_look), start));
  HOLDFAST_ASSIGN_OR_RETURN(const std::uint64_t floor_bytes,
                            MakeRoom(directory, configuration.disk_floor_bytes()));
  options.unwritten_bytes_max = floor_bytes / 8 * kUnwrittenEighthsOfFloor;
  HOLDFAST_ASSIGN_OR_RETURN(practice->store_, RocksDbStore::Open(options));
  practice->core_ = std::make_unique<Core>(std::move(config), practice->clock_, practice->entropy_);
  HOLDFAST_RETURN_IF_ERROR(OpenCore(*practice->core_, *practice->store_, life));
  HOLDFAST_RETURN_IF_ERROR(
      practice->store_->KeepWitness(directory.store_witness().string(), WordOf(start)));
  ForgetRestored(directory);
  return practice;
}

}  // namespace holdfast::server
