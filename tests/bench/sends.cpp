#include "bench/sends.h"

#include <algorithm>

namespace holdfast::bench {
namespace {

constexpr std::chrono::milliseconds kFirstRound{300};
constexpr double kFirstGuessPerS = 20'000;
// More than expected is sealed, so that no line runs dry.
constexpr double kReserve = 1.3;

}  // namespace

LoadResult Sends::Run(Level& level, std::chrono::milliseconds round) {
  test::PracticeProcess& practice = setting_.practice();
  const std::size_t lines_used = std::min(level.in_flight, kPairs);
  const double seconds = std::chrono::duration<double>(round).count();
  const double each =
      level.expected_per_s * kReserve * seconds / static_cast<double>(lines_used) + 1;
  Lines lines = LinesOf(setting_.people(), practice.address(), lines_used,
                        std::min(static_cast<std::size_t>(each), kEnvelopesPerLineMax));
  const LoadResult result = RunLoad(lines, level.in_flight, round, Supply::kOnce, practice.pid());
  level.expected_per_s = static_cast<double>(result.answered) / result.cost.wall_s;
  return result;
}

void Sends::Prepare() {
  for (Level& level : levels_) {
    level.expected_per_s = kFirstGuessPerS;
    Run(level, std::min(kFirstRound, setting_.options().round));
  }
}

void Sends::Round() {
  for (Level& level : levels_) {
    const LoadResult result = Run(level, setting_.options().round);
    level.per_s.push_back(level.expected_per_s);
    if (level.in_flight != kTopInFlight) continue;
    const auto answered = static_cast<double>(result.answered);
    cpu_s_.push_back(result.cost.cpu_s / answered);
    server_cpu_s_.push_back(result.cost.other_cpu_s / answered);
    per_batch_.push_back(answered / static_cast<double>(result.batches));
  }
}

void Sends::Report(Table& table) const {
  constexpr std::array<const char*, 3> kLimits = {
      "one sync a send", "one sync for what came meanwhile", "CPU of gRPC on both sides"};
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    table.Add({"durable sends, " + std::to_string(levels_[i].in_flight) + " in flight",
               "sends/s",
               levels_[i].per_s,
               {},
               kLimits[i]});
  }
  table.Add({"durable send, both sides, 128 in flight", "us CPU", Microseconds(cpu_s_), {}, ""});
  table.Add({"durable send, the server's side", "us CPU", Microseconds(server_cpu_s_), {}, ""});
  table.Add({"durable sends in one batch, 128 in flight", "sends", per_batch_, {}, ""});
}

}  // namespace holdfast::bench
