#include "server/ops/store_start.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "rules/errors.h"
#include "server/runtime/log.h"
#include "server/runtime/system_world.h"
#include "server/store/store_files.h"
#include "server/store/store_witness.h"

namespace holdfast::server {
namespace {

std::string Serve(const DataDirectory& directory, const char* flag) {
  return "`holdfastd serve --data " + directory.path().string() + " " + flag + "`";
}

void TellLeftOver(StoreStart start) {
  Log(LogLevel::kWarning, "flag_left_over",
      {{"flag", std::string("--") + WordOf(start)},
       {"effect", "none: the start before did it, and nothing is missing since"},
       {"advice", "take it out of the command that starts holdfastd, e.g. in its unit file"}});
}

absl::Status Missing(const DataDirectory& directory) {
  return Refuse(Reason::kStorageFailed, "",
                "this practice has a store, and " + directory.database().string() +
                    " is empty or not there: is its disk mounted? Nothing was changed. If it is "
                    "lost, put back the newest backup. Only where there is none: " +
                    Serve(directory, "--new-store") +
                    " begins anew, and the devices are told and bring back what they hold");
}

absl::Status NothingToRestore(const DataDirectory& directory) {
  return Refuse(Reason::kUsage, "restored",
                "there is no store in " + directory.database().string() +
                    ": put the copy there first, then start again; nothing was changed");
}

absl::Status StoreIsThere(const DataDirectory& directory) {
  return Refuse(Reason::kUsage, "new-store",
                "there is a store in " + directory.database().string() +
                    ": --new-store is only for the first start after one was lost. Start without "
                    "it; nothing was changed");
}

absl::Status EndsEarly(const DataDirectory& directory, std::uint64_t batch) {
  return Refuse(
      Reason::kStorageFailed, "",
      "the store in " + directory.database().string() + " ends with batch " +
          std::to_string(batch) +
          ", and more than that was acknowledged: the end of its log is damaged or missing, or an "
          "older copy was put back. Nothing was changed. Keep a copy of " +
          directory.path().string() + ", check the disk, then start with " +
          Serve(directory, "--restored") + ": the devices are told and send again what is missing");
}

// Nothing was acknowledged by a store that was being begun; a practice of an earlier version
// looks the same where the beginning of its only log is damaged.
absl::Status HasNoBeginning(const DataDirectory& directory) {
  return Refuse(
      Reason::kStorageFailed, "",
      "nothing in the store in " + directory.database().string() +
          " can be read: the machine stopped while it was being begun, or the beginning of its "
          "log is damaged. Nothing was changed. Where this practice was only just made, nothing "
          "is lost: start with " +
          Serve(directory, "--restored") + ". Else keep a copy of " + directory.path().string() +
          " and check the disk; put back the newest backup, or start so without one: the devices "
          "are told and bring back what they hold");
}

// What the store has, and what is missing at its end.
struct Reach {
  std::uint64_t batch = 0;
  std::uint64_t writes_missing = 0;
  bool is_empty = false;
  std::string cut;

  bool is_whole() const { return writes_missing == 0 && !(is_empty && !cut.empty()); }
};

// Opens what is there without changing it, as it would be opened for good.
absl::StatusOr<Reach> Look(const RocksDbOptions& options, CoreConfig config,
                           std::optional<std::uint64_t> witnessed) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto store, RocksDbStore::OpenToRead(options));
  const StoreReach found = store->reach();
  const std::unique_ptr<Transaction> transaction = store->Begin();
  Reach reach;
  reach.cut = found.cut;
  reach.is_empty = found.newest_write == 0;
  HOLDFAST_ASSIGN_OR_RETURN(reach.batch, Core::NewestBatch(*transaction));
  if (witnessed && *witnessed > found.newest_write) {
    reach.writes_missing = *witnessed - found.newest_write;
  }
  const SystemClock clock;
  SystemEntropy entropy;
  Core core(std::move(config), clock, entropy);
  HOLDFAST_RETURN_IF_ERROR(core.Open(*transaction));
  return reach;
}

}  // namespace

const char* WordOf(StoreStart start) {
  switch (start) {
    case StoreStart::kGoesOn:
      break;
    case StoreStart::kNewStore:
      return "new-store";
    case StoreStart::kRestored:
      return "restored";
  }
  return "";
}

absl::StatusOr<StoreLife> JudgeStore(const DataDirectory& directory, const RocksDbOptions& options,
                                     CoreConfig config, StoreStart start) {
  HOLDFAST_ASSIGN_OR_RETURN(const FoundStore found, LookForStore(options.directory));
  HOLDFAST_ASSIGN_OR_RETURN(const auto witnessed, StoreWitness::Read(directory.store_witness()));
  if (found.files == StoreFiles::kNone) {
    if (start == StoreStart::kRestored) return NothingToRestore(directory);
    if (start == StoreStart::kNewStore) return StoreLife::kAfterLoss;
    return witnessed ? absl::StatusOr<StoreLife>(Missing(directory)) : StoreLife::kGoesOn;
  }
  const bool is_known = witnessed.value_or(0) != 0;
  const bool is_repeated =
      is_known && StoreWitness::WasTold(directory.store_witness(), WordOf(start));
  if (found.files == StoreFiles::kWhole && start == StoreStart::kNewStore && !is_repeated) {
    return StoreIsThere(directory);
  }
  HOLDFAST_ASSIGN_OR_RETURN(const Reach reach, Look(options, std::move(config), witnessed));
  if (!reach.is_whole() || !reach.cut.empty()) {
    // All that was acknowledged is there: what is cut was being written in a power loss, or
    // was told of before.
    const bool is_harmless = witnessed && reach.is_whole();
    Log(is_harmless ? LogLevel::kWarning : LogLevel::kError, "log_ends_early",
        {{"batch", reach.batch},
         {"writes_missing", reach.writes_missing},
         {"error", reach.cut},
         {"advice", "check the disk; devices send again what is missing"}});
  }
  const bool is_left_over = is_repeated && reach.is_whole();
  if (is_left_over) TellLeftOver(start);
  if (start == StoreStart::kRestored && !is_left_over) return StoreLife::kAfterLoss;
  if (reach.is_whole()) return StoreLife::kGoesOn;
  return !witnessed && reach.is_empty ? HasNoBeginning(directory)
                                      : EndsEarly(directory, reach.batch);
}

}  // namespace holdfast::server
