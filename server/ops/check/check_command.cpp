#include "server/ops/check/check_command.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <fstream>
#include <system_error>
#include <utility>

#include "rules/errors.h"
#include "rules/version.h"
#include "server/core/records/tables.h"
#include "server/ops/admin_socket.h"
#include "server/ops/backup/backup_manifest.h"
#include "server/ops/backup/backup_verify.h"
#include "server/ops/backup/checkpoint.h"
#include "server/ops/ballast.h"
#include "server/ops/check/check_judging.h"
#include "server/ops/check/practice_facts.h"
#include "server/ops/check/reachability.h"
#include "server/ops/command_line.h"
#include "server/ops/commands.h"
#include "server/ops/exit_codes.h"
#include "server/ops/practice_key.h"
#include "server/ops/tls_renewal.h"
#include "server/runtime/system_world.h"
#include "server/store/rocksdb_store.h"

namespace holdfast::server {
namespace {

namespace fs = std::filesystem;

void GatherDisk(const DataDirectory& directory, const Configuration& configuration,
                CheckFacts& facts) {
  const auto space = MeasureDisk(directory.path());
  if (!space.ok()) return;
  facts.disk = *space;
  facts.floor_bytes = FloorBytes(configuration.disk_floor_bytes(), space->total_bytes);
  facts.ballast_wanted_bytes = BallastBytes(space->total_bytes);
  std::error_code error;
  const std::uintmax_t size = fs::file_size(directory.ballast(), error);
  facts.ballast_bytes = error ? 0 : size;
}

// The first line of a small file; empty where it is not there.
std::string LineOf(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

void GatherBackup(const DataDirectory& directory, CheckFacts& facts) {
  auto last = ReadLastBackup(directory);
  facts.backup_known = last.status();
  if (!last.ok() || !*last) return;
  facts.backup = **last;
  std::error_code error;
  facts.backup_is_there = fs::exists(fs::path(facts.backup->path) / kManifestName, error);
}

// From whoever serves, or from the store.
absl::StatusOr<PracticeFacts> AskPractice(const DataDirectory& directory,
                                          const absl::StatusOr<TlsIdentity>& tls,
                                          CheckFacts& facts) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto lock, directory.TryLock());
  facts.is_served = !lock;
  if (lock) return tls.ok() ? ReadPracticeFacts(directory, *tls) : tls.status();
  HOLDFAST_ASSIGN_OR_RETURN(const std::string line,
                            AskAdmin(directory, kPracticeFacts, std::chrono::seconds(1)));
  return ParsePracticeFacts(line);
}

void GatherPractice(const DataDirectory& directory, CheckFacts& facts) {
  const auto tls = ReadTlsIdentity(directory);
  const auto in_use = tls.ok() ? InspectTlsIdentity(*tls) : absl::StatusOr<TlsFacts>(tls.status());
  facts.certificate = in_use.status();
  if (in_use.ok()) facts.tls = *in_use;
  facts.keys = ReadPracticeKey(PracticeKeyOf(directory)).status();
  auto told = AskPractice(directory, tls, facts);
  facts.practice = told.status();
  if (!told.ok()) return;
  facts.told = *std::move(told);
  if (facts.told.has_key) facts.keys = absl::OkStatus();  // it was handed over to nobody else
}

// "listening" says where it listens now; what clients are told may be something else.
void GatherReach(const DataDirectory& directory, const Configuration& configuration,
                 CheckFacts& facts, std::chrono::steady_clock::time_point until) {
  const std::string bound = facts.is_served ? LineOf(directory.listening()) : "";
  if (bound.empty()) return;
  std::string own = bound;
  // A port on every address is reached on this machine's own.
  const std::string host = HostOf(bound);
  if (host == "0.0.0.0") own = AdvertisedAddress("127.0.0.1", PortOf(bound));
  if (host == "::") own = AdvertisedAddress("[::1]", PortOf(bound));
  const std::string name = AdvertisedAddress(configuration.name, PortOf(bound));
  ReachProbe port(own);
  ReachProbe known_as(name);
  facts.port = port.Wait(until);
  facts.name = known_as.Wait(until);
}

// One line a finding; every row is read.
absl::StatusOr<std::vector<CheckLine>> ReadDeep(RocksDbStore& store) {
  std::vector<CheckLine> lines;
  const auto add = [&](std::string what) {
    if (lines.size() < kFindingsMax) lines.push_back({Severity::kWrong, "row", std::move(what)});
  };
  const std::unique_ptr<Transaction> transaction = store.Begin();
  HOLDFAST_ASSIGN_OR_RETURN(
      const StoreCounts counts,
      InspectStore(*transaction, [&](const StoreFinding& finding) { add(InWords(finding)); }));
  const bool are_rows_whole = lines.empty();
  // Damage may also lie where no row is read any more.
  if (const absl::Status files = store.VerifyFiles(); !files.ok() && are_rows_whole) {
    const std::string why(files.message());
    lines.push_back(
        {Severity::kAttention, "file",
         "all rows are sound, and a file of the store is damaged where none lies: check "
         "the disk, and make a backup now. It " +
             why.substr(0, why.find("). ") + 1)});
  }
  if (are_rows_whole) {
    lines.push_back({Severity::kGood, "rows",
                     "all were read: " + std::to_string(counts.bonds) + " bonds, " +
                         std::to_string(counts.envelopes) + " envelopes, " +
                         std::to_string(counts.entries) + " ledger entries"});
  }
  return lines;
}

// Where somebody serves, from a copy that the practice is not held up by; else where it lies,
// and nothing is opened for good: the start that is yet to come finds what it would have found.
absl::StatusOr<std::vector<CheckLine>> LookDeep(const fs::path& data) {
  HOLDFAST_ASSIGN_OR_RETURN(const DataDirectory directory, DataDirectory::Open(data));
  HOLDFAST_ASSIGN_OR_RETURN(const auto lock, directory.TryLock());
  if (lock) {
    HOLDFAST_ASSIGN_OR_RETURN(const TlsIdentity tls, ReadTlsIdentity(directory));
    HOLDFAST_ASSIGN_OR_RETURN(const auto store, OpenStopped(directory, tls));
    return ReadDeep(*store);
  }
  HOLDFAST_ASSIGN_OR_RETURN(const Checkpoint checkpoint, Checkpoint::Take(directory));
  HOLDFAST_ASSIGN_OR_RETURN(
      const auto store,
      RocksDbStore::OpenToRead({checkpoint.database().string(), std::string(kLargeTables)}));
  return ReadDeep(*store);
}

}  // namespace

CheckFacts GatherFacts(const fs::path& data) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(kCheckMsMax);
  CheckFacts facts;
  const SystemClock clock;
  facts.data = data.string();
  facts.version = kVersion;
  facts.now_ms = clock.WallMs();
  facts.synchronised = clock.Synchronised();
  const auto directory = DataDirectory::Open(data);
  facts.directory = directory.status();
  if (!directory.ok()) return facts;
  const auto configuration = ReadConfiguration(directory->configuration());
  facts.settings = configuration.status();
  const Configuration settings = configuration.ok() ? *configuration : Configuration();
  GatherDisk(*directory, settings, facts);
  GatherBackup(*directory, facts);
  GatherPractice(*directory, facts);
  GatherReach(*directory, settings, facts, until);
  return facts;
}

void AddCheckCommand(CLI::App& app, CommandLine& line) {
  CLI::App* const check = app.add_subcommand(
      "check", "Say how the practice and its machine are, and what to do; works while serving");
  AddData(check, line);
  check->add_flag("--deep", line.deep,
                  "Read every row as well: what is damaged, and whose it is. Takes as long as it\n"
                  "takes, beside the practice");
  check->footer(
      "One line each: good, attention (look at it soon), or wrong (somebody notices, or something\n"
      "is about to be lost), its name, and what to do. Exit codes: the worst of 0 good,\n"
      "3 attention, 4 wrong; 1 what was found could not be written out, 2 not understood.");
}

int RunCheck(const CommandLine& line) {
  const CheckFacts facts = GatherFacts(line.options.data);
  std::vector<CheckLine> lines = JudgeFacts(facts);
  if (line.deep && facts.directory.ok()) {
    auto deep = LookDeep(line.options.data);
    if (!deep.ok()) {
      lines.push_back({Severity::kWrong, "rows", std::string(deep.status().message())});
    } else {
      for (CheckLine& found : *deep) lines.push_back(std::move(found));
    }
  }
  const int said = Say(InWords(lines), "Nothing was changed.");
  return said == kExitOk ? ExitOf(lines) : said;
}

}  // namespace holdfast::server
