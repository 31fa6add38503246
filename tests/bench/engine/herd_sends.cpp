#include "bench/engine/herd_sends.h"

#include <algorithm>
#include <iterator>

#include "bench/engine/engine_practice.h"

namespace holdfast::bench {
namespace {

constexpr std::size_t kInFlight = 128;
// Of what the committer does at most: busy, and far from full.
constexpr double kRateOfTop = 0.25;
constexpr std::size_t kTopSends = 20'000;
constexpr std::size_t kTopSendsQuick = 500;
// A herd that takes longer has sends beside it for so long.
constexpr double kLoadSecondsMax = 10;
constexpr double kLoadSecondsMaxQuick = 1;
// Sends go on before the herd is due, until caches are warm.
constexpr std::uint64_t kBeforeMs = 500;

// Of the sends that were due in this time.
std::vector<double> Milliseconds(const std::vector<TimedSend>& sends, Steady::time_point from,
                                 Steady::time_point until) {
  std::vector<double> took;
  for (const TimedSend& send : sends) {
    if (send.due < from || send.due >= until) continue;
    took.push_back(std::chrono::duration<double, std::milli>(send.answered - send.due).count());
  }
  std::ranges::sort(took);
  return took;
}

}  // namespace

// A practice over a fresh copy, with the writers logged in.
struct HerdSends::Load {
  explicit Load(HerdGround& ground)
      : directory(ground.Fresh()),
        database(OpenDatabase(directory)),
        watch(*database),
        practice(ground.world(), watch, ground.due_ms() - kBeforeMs) {
    for (const server::TestBond& bond : ground.writers()) practice.LogIn(bond.client);
  }
  ~Load() { std::filesystem::remove_all(directory); }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  std::filesystem::path directory;
  std::unique_ptr<server::RocksDbStore> database;
  SlotWatch watch;
  EnginePractice practice;
};

std::vector<PreparedSend> HerdSends::Prepared() const {
  std::vector<PreparedSend> sends;
  for (std::size_t i = 0; i < envelopes_.size(); ++i) {
    sends.push_back({&envelopes_[i], ground_.writers()[i % kWriters].client.caller()});
  }
  return sends;
}

double HerdSends::MeasureTop() {
  Load load(ground_);
  return ClosedLoop(load.practice.Serve(), Prepared(), kInFlight);
}

void HerdSends::Prepare() {
  ground_.Prepare();
  envelopes_ = ground_.Envelopes(quick_ ? kTopSendsQuick : kTopSends);
  top_per_s_ = MeasureTop();
  rate_per_s_ = top_per_s_ * kRateOfTop;
  const double seconds = quick_ ? kLoadSecondsMaxQuick : kLoadSecondsMax;
  const auto needed = static_cast<std::size_t>(rate_per_s_ * seconds);
  if (needed > envelopes_.size()) {
    std::ranges::move(ground_.Envelopes(needed - envelopes_.size()),
                      std::back_inserter(envelopes_));
  }
}

void HerdSends::WithHerd() {
  Load load(ground_);
  const std::vector<PreparedSend> sends = Prepared();
  server::Committer& committer = load.practice.Serve();
  load.practice.clock().Go();
  const auto is_over = [&] { return load.watch.seen().slots >= ground_.slots(); };
  const auto timed = OpenLoop(committer, sends, rate_per_s_, is_over);
  const SlotWatch::Seen seen = load.watch.WaitFor(ground_.slots());
  herd_ = seen.last_committed - seen.first_begun;
  const auto took = Milliseconds(timed, seen.first_begun, seen.last_committed);
  p99_ms_.push_back(Quantile(took, 0.99));
  median_ms_.push_back(Quantile(took, 0.5));
  herd_slots_per_s_.push_back(static_cast<double>(ground_.slots()) / herd_.count());
}

// For as long as the herd took.
void HerdSends::WithoutHerd() {
  Load load(ground_);
  const std::vector<PreparedSend> sends = Prepared();
  server::Committer& committer = load.practice.Serve();
  const Steady::time_point from = Steady::now() + std::chrono::milliseconds(kBeforeMs);
  const Steady::time_point until = from + std::chrono::duration_cast<Steady::duration>(herd_);
  const auto timed =
      OpenLoop(committer, sends, rate_per_s_, [&] { return Steady::now() >= until; });
  const auto took = Milliseconds(timed, from, until);
  p99_alone_ms_.push_back(Quantile(took, 0.99));
  median_alone_ms_.push_back(Quantile(took, 0.5));
}

void HerdSends::Round() {
  WithHerd();
  WithoutHerd();
}

void HerdSends::Report(Table& table) const {
  table.Add({"sends, " + std::to_string(kInFlight) + " in flight",
             "sends/s",
             {top_per_s_},
             {},
             "what one committer does without a network"});
  table.Add({"sends at a fixed rate", "sends/s", {rate_per_s_}, {}, "a quarter of that"});
  table.Add({"until half are answered, without the herd", "ms", median_alone_ms_, {}, ""});
  table.Add({"until half are answered, beside the herd", "ms", median_ms_, {}, ""});
  table.Add({"until 99 % are answered, without the herd", "ms", p99_alone_ms_, {}, "the sync"});
  table.Add({"until 99 % are answered, beside the herd",
             "ms",
             p99_ms_,
             {},
             "the timers that share each batch, and its sync"});
  table.Add({"99 % beside the herd against without", "ratio", Ratios(p99_ms_, p99_alone_ms_),
             Target{Target::Kind::kAtMost, 3}, ""});
  table.Add({"slots opened beside the sends", "slots/s", herd_slots_per_s_, {}, ""});
}

}  // namespace holdfast::bench
