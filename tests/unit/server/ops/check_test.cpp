// What `holdfastd check` says of each thing that can be wrong: its name, how bad it is, and
// what to do; and nothing of what is good.
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "rules/errors.h"
#include "server/ops/backup/backup_verify.h"
#include "server/ops/check/check_judging.h"
#include "server/ops/check/practice_facts.h"
#include "server/ops/check/reachability.h"
#include "server/ops/exit_codes.h"
#include "server/ops/tls_renewal.h"
#include "support/catch.h"

namespace holdfast::server {
namespace {

constexpr std::uint64_t kNowMs = 1'790'000'000'000;
constexpr std::uint64_t kGiB = std::uint64_t{1} << 30;

// Of a practice in which all is well.
CheckFacts WellFacts() {
  CheckFacts facts;
  facts.data = "/var/lib/holdfast";
  facts.now_ms = kNowMs;
  facts.synchronised = true;
  facts.is_served = true;
  facts.version = "0.2.0";
  facts.told.version = "0.2.0";
  facts.told.wall_ms = kNowMs;
  facts.told.engine_ms = kNowMs;
  facts.told.sampled = 8;
  facts.told.endorsed_key = TlsKeyHash().hex();
  facts.told.endorsed_until_ms = kNowMs + 29 * limits::kDayMs;
  facts.told.libraries = {{"gRPC", "1.51.1", ""}, {"RocksDB", "7.8.3", ""}};
  facts.disk = DiskSpace{100 * kGiB, 50 * kGiB};
  facts.floor_bytes = 256u << 20;
  facts.ballast_bytes = facts.ballast_wanted_bytes = kGiB / 16;
  facts.tls.not_before_ms = kNowMs - limits::kDayMs;
  facts.tls.not_after_ms = kNowMs + 3000 * limits::kDayMs;
  facts.tls.is_self_signed = true;
  facts.told.descriptors = {20'000, 30};
  facts.port = ReachFacts{"127.0.0.1:7443", ReachFacts::Outcome::kReached, 1, ""};
  facts.name = ReachFacts{"practice.example:7443", ReachFacts::Outcome::kReached, 1, ""};
  facts.backup = LastBackup{kNowMs - 10 * limits::kHourMs, "/var/backups/holdfast/x"};
  facts.backup_is_there = true;
  return facts;
}

absl::Status Failed(const char* words) { return Refuse(Reason::kStorageFailed, "", words); }

struct PlantedFault {
  const char* fault;
  std::function<void(CheckFacts&)> plant;
  const char* name;
  Severity severity;
  const char* words;  // that say what to do
};

using Outcome = ReachFacts::Outcome;
constexpr Severity kSoon = Severity::kAttention;
constexpr Severity kNow = Severity::kWrong;

// Of the machine and the directory.
std::vector<PlantedFault> MachineFaults() {
  return {
      {"no time service", [](CheckFacts& f) { f.synchronised = false; }, "clock", kSoon, "chrony"},
      {"timers held", [](CheckFacts& f) { f.told.timers_held = true; }, "clock", kNow,
       "clock confirm"},
      {"unknown settings key",
       [](CheckFacts& f) { f.settings = Failed("holdfast.toml: no such key"); }, "settings", kNow,
       "no such key"},
      {"key unreadable", [](CheckFacts& f) { f.keys = Failed("practice.key cannot be read"); },
       "permissions", kNow, "practice.key"},
      {"disk below the floor", [](CheckFacts& f) { f.disk->free_bytes = 100u << 20; }, "disk", kNow,
       "Make room"},
      {"disk near the floor", [](CheckFacts& f) { f.disk->free_bytes = 600u << 20; }, "disk", kSoon,
       "Make room soon"},
      {"disk not measured", [](CheckFacts& f) { f.disk.reset(); }, "disk", kNow, "mounted"},
      {"ballast gone", [](CheckFacts& f) { f.ballast_bytes = 0; }, "ballast", kSoon, "made again"},
      {"certificate over", [](CheckFacts& f) { f.tls.not_after_ms = kNowMs - 1; }, "certificate",
       kNow, "renews it"},
      {"certificate of tomorrow", [](CheckFacts& f) { f.tls.not_before_ms = kNowMs + 1; },
       "certificate", kNow, "not good now"},
      {"an authority's certificate ends soon",
       [](CheckFacts& f) {
         f.tls.is_self_signed = false;
         f.tls.not_after_ms = kNowMs + 5 * limits::kDayMs;
       },
       "certificate", kSoon, "new tls.crt"},
      {"certificate of another key",
       [](CheckFacts& f) { f.certificate = Failed("tls.crt is not tls.key's"); }, "certificate",
       kNow, "from a backup"},
      {"another TLS key is endorsed", [](CheckFacts& f) { f.told.endorsed_key = "00ff"; },
       "endorsement", kNow, "SIGHUP"},
      {"endorsement ends soon",
       [](CheckFacts& f) { f.told.endorsed_until_ms = kNowMs + limits::kDayMs; }, "endorsement",
       kNow, "restart holdfastd"},
  };
}

// Of the process that serves, and the practice.
std::vector<PlantedFault> PracticeFaults() {
  return {
      {"few descriptors", [](CheckFacts& f) { f.told.descriptors.limit = 1024; }, "descriptors",
       kSoon, "LimitNOFILE"},
      {"descriptors used up", [](CheckFacts& f) { f.told.descriptors.open = 19'000; },
       "descriptors", kNow, "LimitNOFILE"},
      {"nobody serves", [](CheckFacts& f) { f.is_served = false; }, "port", kNow,
       "systemctl start"},
      {"it hangs", [](CheckFacts& f) { f.port.reset(); }, "port", kNow, "look at the log"},
      {"port closed", [](CheckFacts& f) { f.port->outcome = Outcome::kRefused; }, "port", kNow,
       "firewall"},
      {"no such name", [](CheckFacts& f) { f.name->outcome = Outcome::kNoName; }, "name", kNow,
       "DNS"},
      {"proxy does not answer", [](CheckFacts& f) { f.name->outcome = Outcome::kNoAnswer; }, "name",
       kSoon, "proxy"},
      {"DNS is slow", [](CheckFacts& f) { f.name->took_ms = 900; }, "name", kSoon, "DNS server"},
      {"never backed up", [](CheckFacts& f) { f.backup.reset(); }, "backup", kNow,
       "holdfastd backup DIR --data /var/lib/holdfast"},
      {"backup of three days", [](CheckFacts& f) { f.backup->made_at_ms -= 3 * limits::kDayMs; },
       "backup", kSoon, "systemctl status holdfastd-backup"},
      {"backup of two weeks", [](CheckFacts& f) { f.backup->made_at_ms -= 14 * limits::kDayMs; },
       "backup", kNow, "systemctl status holdfastd-backup"},
      {"backups' disk not mounted", [](CheckFacts& f) { f.backup_is_there = false; }, "backup",
       kNow, "mounted"},
      {"last-backup damaged", [](CheckFacts& f) { f.backup_known = Failed("damaged: make one"); },
       "backup", kNow, "make one"},
      {"the store is refused", [](CheckFacts& f) { f.practice = Failed("put back the backup"); },
       "store", kNow, "put back the backup"},
      {"a damaged row", [](CheckFacts& f) { f.told.findings = {"bond 12345678: check the disk"}; },
       "store", kNow, "bond 12345678"},
      {"timers late", [](CheckFacts& f) { f.told.standing.late_ms = 10 * limits::kMinuteMs; },
       "timers", kNow, "timer_failed"},
      {"promises missed", [](CheckFacts& f) { f.told.standing.missed_today = 2; }, "promises",
       kSoon, "2 missed today"},
      {"an old holdfastd serves", [](CheckFacts& f) { f.told.version = "0.1.0"; }, "versions",
       kSoon, "restart it"},
      {"another RocksDB than it was built with",
       [](CheckFacts& f) { f.told.libraries[1].built = "9.10.0"; }, "versions", kSoon,
       "built with 9.10.0"},
  };
}

std::vector<PlantedFault> PlantedFaults() {
  std::vector<PlantedFault> faults = MachineFaults();
  for (const PlantedFault& fault : PracticeFaults()) faults.push_back(fault);
  return faults;
}

}  // namespace

TEST_CASE("of a practice that is well, check has nothing but good to say") {
  const std::vector<CheckLine> lines = JudgeFacts(WellFacts());
  CHECK(lines.size() == 15);
  for (const CheckLine& line : lines) {
    INFO(line.name << " " << line.what);
    CHECK(line.severity == Severity::kGood);
  }
  CHECK(ExitOf(lines) == kExitOk);
}

TEST_CASE("each planted fault is named, with what to do, and nothing else is") {
  CHECK(PlantedFaults().size() >= 20);
  for (const PlantedFault& planted : PlantedFaults()) {
    INFO(planted.fault);
    CheckFacts facts = WellFacts();
    planted.plant(facts);
    const std::vector<CheckLine> lines = JudgeFacts(facts);
    const std::string words = InWords(lines);
    INFO(words);
    bool is_named = false;
    for (const CheckLine& line : lines) {
      if (line.severity == Severity::kGood) continue;
      CHECK(line.name == planted.name);
      CHECK(line.severity == planted.severity);
      CHECK(line.what.find(planted.words) != std::string::npos);
      is_named = true;
    }
    CHECK(is_named);
    CHECK(ExitOf(lines) == (planted.severity == Severity::kWrong ? kExitWrong : kExitAttention));
  }
}

TEST_CASE("a directory that cannot be looked at is the only line") {
  CheckFacts facts = WellFacts();
  facts.directory = Refuse(Reason::kUsage, "data", "others can read practice.key: chmod 600");
  const std::vector<CheckLine> lines = JudgeFacts(facts);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].name == "directory");
  CHECK(ExitOf(lines) == kExitWrong);
}

TEST_CASE("the exit code is the worst") {
  CheckFacts facts = WellFacts();
  facts.ballast_bytes = 0;
  CHECK(ExitOf(JudgeFacts(facts)) == kExitAttention);
  facts.backup.reset();
  CHECK(ExitOf(JudgeFacts(facts)) == kExitWrong);
}

TEST_CASE("what a practice says of itself comes over as it was said") {
  PracticeFacts facts = WellFacts().told;
  facts.standing = {1, 2, 3};
  facts.findings = {"a \"line\"", "\xff"};
  const auto read = ParsePracticeFacts(WritePracticeFacts(facts));
  REQUIRE(read.ok());
  CHECK(WritePracticeFacts(*read) == WritePracticeFacts(facts));
  CHECK(read->descriptors.open == 30);
  CHECK(read->standing.missed_yesterday == 3);
  CHECK(read->findings.size() == 2);
  for (const char* other : {"", "{}", "[]", "null", "{\"version\":1}"}) {
    CHECK(ReasonOf(ParsePracticeFacts(other).status()) == Reason::kUnreachable);
  }
}

TEST_CASE("what does not answer is not waited for") {
  const auto begin = std::chrono::steady_clock::now();
  const auto until = begin + std::chrono::milliseconds(300);
  CHECK(ReachProbe("127.0.0.1:1").Wait(until).outcome == ReachFacts::Outcome::kRefused);
  // Of the addresses for documents: nobody is there, or nothing leads there.
  CHECK(ReachProbe("192.0.2.1:7443").Wait(until).outcome != ReachFacts::Outcome::kReached);
  CHECK(ReachProbe("practice.invalid:7443").Wait(until).outcome == ReachFacts::Outcome::kNoName);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(1));
}

}  // namespace holdfast::server
