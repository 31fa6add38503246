#include "bench/engine/start_up.h"

#include <algorithm>

#include "bench/engine/population.h"
#include "bench/engine/start_process.h"

namespace holdfast::bench {
namespace {

constexpr std::uint64_t kWeekMinutes = std::uint64_t{7} * 24 * 60;
// Between one start and the next; what was due meanwhile is caught up with.
constexpr std::uint64_t kDownMs = limits::kHourMs;

// Spread over the week: each client of the real caseload has a part of it,
constexpr std::uint64_t kPartMinutes = kWeekMinutes / kClientsPerTherapist;
// and the copies have its minutes.
std::uint64_t LaterOf(std::uint64_t copy) { return copy % kPartMinutes * limits::kMinuteMs; }

Caseload MakeWeek() {
  return MakeCaseload(kClientsPerTherapist, [](std::size_t client, std::uint64_t now_ms) {
    return WeeklyRhythm(now_ms, kDownMs + client * kPartMinutes * limits::kMinuteMs);
  });
}

std::size_t DueBefore(const std::vector<std::uint64_t>& opens_at_ms, std::uint64_t at_ms) {
  return static_cast<std::size_t>(std::ranges::upper_bound(opens_at_ms, at_ms) -
                                  opens_at_ms.begin());
}

}  // namespace

std::size_t StartUp::Practice::bonds() const { return caseloads * kClientsPerTherapist; }

StartUp::StartUp(const EngineOptions& options, const std::filesystem::path& directory)
    : whole_{directory / "bonds", options.bonds / kClientsPerTherapist},
      tenth_{directory / "tenth", whole_.caseloads / 10} {}

void StartUp::Populate(Practice& practice) {
  const Caseload caseload = MakeWeek();
  for (std::uint64_t copy = 0; copy < practice.caseloads; ++copy) {
    for (const std::uint64_t opens_ms : caseload.opens_at_ms) {
      practice.opens_at_ms.push_back(opens_ms + LaterOf(copy));
    }
  }
  std::ranges::sort(practice.opens_at_ms);
  bench::Populate(practice.directory, caseload, practice.caseloads, LaterOf);
}

void StartUp::Prepare() {
  Populate(tenth_);
  Populate(whole_);
  begin_ms_ = whole_.opens_at_ms.front();
}

void StartUp::Start(Practice& practice) const {
  constexpr double kMiB = 1 << 20;
  const std::uint64_t at_ms = begin_ms_ + static_cast<std::uint64_t>(rounds_) * kDownMs;
  const std::size_t before = rounds_ == 0 ? 0 : DueBefore(practice.opens_at_ms, at_ms - kDownMs);
  const bench::Start start =
      StartOver(practice.directory, at_ms, DueBefore(practice.opens_at_ms, at_ms) - before);
  practice.open_s.push_back(start.open_s);
  practice.ready_s.push_back(start.ready_s);
  practice.grown_mib.push_back(start.grown_bytes / kMiB);
}

void StartUp::Round() {
  Start(tenth_);
  Start(whole_);
  ++rounds_;
}

void StartUp::Report(Table& table) const {
  const std::string whole = ", " + std::to_string(whole_.bonds()) + " bonds";
  const std::string tenth = ", " + std::to_string(tenth_.bonds()) + " bonds";
  table.Add({"opening the database" + whole, "s", whole_.open_s, {}, ""});
  table.Add({"from there to ready" + whole, "s", whole_.ready_s, Target{Target::Kind::kAtMost, 5},
             "timers that fire first, and two syncs"});
  table.Add({"from there to ready" + tenth, "s", tenth_.ready_s, {}, ""});
  table.Add({"memory that this takes" + whole,
             "MiB",
             whole_.grown_mib,
             {},
             "blocks of the database that were read"});
  table.Add({"memory that this takes" + tenth, "MiB", tenth_.grown_mib, {}, ""});
  table.Add({"memory, ten times the bonds", "ratio", Ratios(whole_.grown_mib, tenth_.grown_mib),
             Target{Target::Kind::kAtMost, 2}, ""});
}

}  // namespace holdfast::bench
