// The committer and its timers: fired without anybody asking, beside requests and
// never in their place.
#include <array>
#include <future>
#include <numeric>

#include "crypto/public/ledger.h"
#include "server/core/records/keys.h"
#include "server/runtime/committer_counts.h"
#include "unit/server/runtime/committer_support.h"

namespace holdfast::server {

TEST_CASE("what is due at start-up is done without anybody asking") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  KeepRhythm(world, bond, SoonRhythm(world, limits::kHourMs));
  world.clock.Advance(limits::kHourMs);
  Heard<DeviceId> woken;
  {
    Practice practice(world);
    Committer committer(*practice.core, world.store,
                        {[&](const DeviceId& device) { woken.Say(device); }, nullptr});
    CHECK(woken.WaitFor(2));
  }
  CHECK(woken.All() == std::vector<DeviceId>{bond.client.id, bond.therapist.id});
  CHECK(CheckedLedger(world, bond).kinds() == "act act opened");
}

TEST_CASE("the committer wakes by itself when the next timer is due") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  const Rhythm rhythm = SoonRhythm(world, limits::kHourMs);
  KeepRhythm(world, bond, rhythm);
  const std::uint64_t opens = ToUtc(rhythm.zone, rhythm.first);
  world.clock.Advance(opens - world.clock.wall_ms - 300);
  Heard<DeviceId> woken;
  {
    Practice practice(world);
    Committer committer(*practice.core, world.store,
                        {[&](const DeviceId& device) { woken.Say(device); }, nullptr});
    Nothing(committer);
    CHECK(woken.All().empty());
    CHECK(committer.counts().OverdueMs(SteadyMs()) == 0);
    CHECK(committer.counts().OverdueMs(SteadyMs() + 60'000) > 50'000);
    practice.clock.Advance(300);  // the committer sleeps by the steady clock
    CHECK(woken.WaitFor(2));
  }
  CHECK(CheckedLedger(world, bond).entries.back().at_ms == opens);
}

TEST_CASE("a timer that a request arms is heeded") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  const Rhythm rhythm = SoonRhythm(world, limits::kHourMs);
  const std::uint64_t opens = ToUtc(rhythm.zone, rhythm.first);
  const crypto::Signed proposal =
      SignedAct(bond.therapist, MakeAct(world, bond, bond.therapist, rhythm));
  v1::PerformResult response;
  REQUIRE(Perform(world, bond.therapist, proposal, response).ok());
  world.Restart();
  world.clock.Advance(opens - world.clock.wall_ms - 300);
  Heard<DeviceId> woken;
  {
    Practice practice(world);
    practice.LogIn(bond.client);
    v1::PerformRequest request;
    *request.add_acts() =
        Carried(SignedAct(bond.client, MakeAct(world, bond, bond.client,
                                               AcceptRhythm{1, crypto::ActHash(proposal)})));
    Committer committer(*practice.core, world.store,
                        {[&](const DeviceId& device) { woken.Say(device); }, nullptr});
    v1::PerformResponse performed;
    std::promise<absl::Status> accepted;
    REQUIRE(committer
                .Submit(
                    true,
                    [&](Core& core, Transaction& transaction) {
                      return core.Perform(transaction, bond.client.caller(), request, performed);
                    },
                    [&](const absl::Status& status) { accepted.set_value(status); })
                .ok());
    CHECK(accepted.get_future().get().ok());
    practice.clock.Advance(300);
    CHECK(woken.WaitFor(4));
  }
  CHECK(CheckedLedger(world, bond).kinds() == "act act opened");
}

TEST_CASE("a timer that fails is said, and neither spins nor stops the others") {
  ServerWorld world;
  const TestBond broken = world.FormBond();
  const TestBond whole = world.FormBond();
  const Rhythm rhythm = SoonRhythm(world, limits::kHourMs);
  KeepRhythm(world, broken, rhythm);
  KeepRhythm(world, whole, rhythm);
  MemoryStore::Rows rows = world.rows();
  for (auto& [key, value] : rows) {  // the proposal that the slot follows from
    if (key == "j" + broken.id.str() + Bytes("\0\0\0\0\0\0\0\1", 8)) value = "damaged";
  }
  world.store.Restore(std::move(rows));
  world.clock.Advance(limits::kHourMs);
  Heard<std::uint32_t> failures;
  Heard<DeviceId> woken;
  {
    Practice practice(world);
    Committer committer(
        *practice.core, world.store,
        {[&](const DeviceId& device) { woken.Say(device); }, nullptr,
         [&](const TimerFailure& failure) { failures.Say(failure.attempts); }, nullptr});
    CHECK(failures.WaitFor(1));
    CHECK(woken.WaitFor(2));
    for (int i = 0; i < 20; ++i) Nothing(committer);
    CHECK(failures.All() == std::vector<std::uint32_t>{1});
    practice.clock.Advance(kTimerRetryMs);
    Nothing(committer);
    committer.Drain();
  }
  CHECK(failures.All() == std::vector<std::uint32_t>{1, 2});
  CHECK(CheckedLedger(world, whole).kinds() == "act act opened");
}

TEST_CASE("timers that cannot be read are said now and then, and requests go on") {
  ServerWorld world;
  const Rhythm rhythm = SoonRhythm(world, limits::kHourMs);
  for (int i = 0; i < 3; ++i) KeepRhythm(world, world.FormBond(), rhythm);
  MemoryStore::Rows rows = world.rows();
  // Behind those that show what is due.
  const auto timers_end = rows.lower_bound(keys::TimersEnd(kTimerPartition));
  std::prev(timers_end)->second = "\xff";
  world.store.Restore(std::move(rows));
  world.clock.Advance(limits::kHourMs);
  Heard<std::uint64_t> failures;
  {
    Practice practice(world);
    Committer committer(
        *practice.core, world.store,
        {nullptr, nullptr, [&](const TimerFailure& failure) { failures.Say(failure.retry_in_ms); },
         nullptr});
    CHECK(failures.WaitFor(1));
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    CHECK(failures.All() == std::vector<std::uint64_t>{kTimersRetryMs});
    Nothing(committer);
  }
}

TEST_CASE("timers on a full disk wait, are said, and do not spin") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  KeepRhythm(world, bond, SoonRhythm(world, limits::kHourMs));
  world.clock.Advance(limits::kHourMs);
  std::atomic<int> commits = 0;
  std::atomic<bool> is_full = true;
  Heard<int> failures;
  Heard<DeviceId> woken;
  {
    Practice practice(world);
    world.store.SetFaultHook([&] {
      ++commits;
      return MemoryStore::CommitFault{
          is_full ? CommitOutcome::kNotCommitted : CommitOutcome::kCommitted, true};
    });
    Committer committer(*practice.core, world.store,
                        {[&](const DeviceId& device) { woken.Say(device); }, nullptr,
                         [&](const TimerFailure&) { failures.Say(1); }, nullptr});
    CHECK(failures.WaitFor(1));
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    CHECK(commits <= 2);
    CHECK(committer.counts().timers_failed == 1);
    CHECK(committer.counts().timers_fired == 0);
    CHECK(committer.counts().OverdueMs(SteadyMs()) >= 20 * limits::kSecondMs);
    is_full = false;
    CHECK(woken.WaitFor(2));
  }
  world.store.SetFaultHook(nullptr);
  CHECK(CheckedLedger(world, bond).kinds() == "act act opened");
}

TEST_CASE("a held clock is said once, and again when it is believed") {
  ServerWorld world;
  Practice practice(world);
  Heard<ClockState> states;
  Committer committer(*practice.core, world.store,
                      {nullptr, nullptr, nullptr, [&](ClockState state) { states.Say(state); }});
  Nothing(committer);
  CHECK(states.All().empty());
  practice.clock.wall_ms += limits::kHourMs;
  Nothing(committer);
  Nothing(committer);
  CHECK(committer.counts().timers_held);
  practice.clock.synchronised = true;
  Nothing(committer);
  committer.Drain();
  CHECK(states.All() == std::vector<ClockState>{ClockState::kAhead, ClockState::kSteady});
}

TEST_CASE("what the committer does is counted, and how late it was") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  REQUIRE(Do(world, bond, bond.therapist, TestAvailability(1)).ok());
  SendAs(world, bond, bond.client, {Kind::kCheckIn, true, {}, {}});
  world.clock.Advance(30 * limits::kDayMs);
  Practice practice(world);
  Heard<DeviceId> woken;
  Committer committer(*practice.core, world.store,
                      {[&](const DeviceId& device) { woken.Say(device); }, nullptr});
  CHECK(woken.WaitFor(2));
  Nothing(committer);
  committer.Drain();
  const CommitterCounts& counts = committer.counts();
  CHECK(counts.promises_made == 0);  // before it was started
  CHECK(counts.promises_missed == 1);
  CHECK(counts.timers_fired == 2);  // a reminder, too late to be given, and the due time
  CHECK(counts.timers_failed == 0);
  CHECK(counts.batches == committer.batches());
  CHECK(counts.requests == 1);
  CHECK_FALSE(counts.timers_held);
  const HistogramReading syncs = counts.syncs.Read();
  CHECK(std::accumulate(syncs.counts.begin(), syncs.counts.end(), std::uint64_t{0}) ==
        counts.batches);
  const HistogramReading late = counts.lateness.Read();
  CHECK(late.counts.back() == 2);  // later than a day
  CHECK(late.sum_us > 40 * limits::kDayMs * 1000);
  CHECK(counts.OverdueMs(INT64_MAX) == 0);  // nothing is armed any more
}

TEST_CASE("how long the first timer has waited grows while nobody fires it") {
  BatchRun batch;
  CommitterCounts counts;
  CHECK(counts.OverdueMs(1'000'000) == 0);
  batch.next_due_ms = 500;
  counts.Left(batch, 1'000'000);
  CHECK(counts.OverdueMs(1'000'400) == 0);
  CHECK(counts.OverdueMs(1'060'500) == 60'000);
  batch.next_due_ms = 0;
  batch.overdue_ms = 7000;
  counts.Left(batch, 2'000'000);
  CHECK(counts.OverdueMs(2'000'001) == 7001);
  batch.next_due_ms = kNoTimerMs;
  batch.overdue_ms = 0;
  counts.Left(batch, 3'000'000);
  CHECK(counts.OverdueMs(9'000'000) == 0);
}

TEST_CASE("what took as long as a bound is counted in its bucket") {
  constexpr std::array<std::uint64_t, 3> bounds = {10, 20, 30};
  Histogram histogram(bounds);
  for (const std::uint64_t us : std::vector<std::uint64_t>{0, 10, 11, 30, 31, 1000})
    histogram.Add(us);
  const HistogramReading reading = histogram.Read();
  CHECK(reading.bounds_us == std::vector<std::uint64_t>{10, 20, 30});
  CHECK(reading.counts == std::vector<std::uint64_t>{2, 1, 1, 2});
  CHECK(reading.sum_us == 1082);
}

}  // namespace holdfast::server
