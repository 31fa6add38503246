// The committer and its timers: fired without anybody asking, beside requests and
// never in their place.
#include <future>

#include "crypto/public/ledger.h"
#include "server/core/records/keys.h"
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
  practice.clock.synchronised = true;
  Nothing(committer);
  committer.Drain();
  CHECK(states.All() == std::vector<ClockState>{ClockState::kAhead, ClockState::kSteady});
}

}  // namespace holdfast::server
