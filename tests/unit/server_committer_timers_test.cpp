// The committer and its timers: fired without anybody asking, beside requests and
// never in their place.
#include <chrono>
#include <future>
#include <mutex>
#include <thread>

#include "crypto/public/ledger.h"
#include "crypto/public/login.h"
#include "server/core/limits.h"
#include "server/runtime/committer.h"
#include "support/catch.h"
#include "support/server_ledger.h"

namespace holdfast::server {
namespace {

using std::chrono::milliseconds;

// A clock that the committer's thread may read while a test sets it.
class SharedClock : public Clock {
 public:
  std::uint64_t WallMs() const override { return wall_ms; }
  std::uint64_t BootMs() const override { return boot_ms; }
  Bytes BootId() const override { return "a start"; }
  bool Synchronised() const override { return synchronised; }
  void Advance(std::uint64_t ms) {
    boot_ms += ms;
    wall_ms += ms;
  }
  std::atomic<std::uint64_t> wall_ms = 1'790'000'000'000;
  std::atomic<std::uint64_t> boot_ms = 1'000'000;
  std::atomic<bool> synchronised = false;
};

// A second core over a world's store, with a clock of its own.
struct Practice {
  explicit Practice(ServerWorld& the_world) : world(the_world) {
    clock.wall_ms = world.clock.wall_ms;
    clock.boot_ms = world.clock.boot_ms;
    core.emplace(
        CoreConfig{crypto::SigningKey(world.practice_seed.Clone()), {}, {world.tls_key}, ""}, clock,
        entropy);
    const auto transaction = world.store.Begin();
    REQUIRE(core->Open(*transaction).ok());
    REQUIRE(transaction->Commit() == CommitOutcome::kCommitted);
  }

  // With this core; before there is a committer.
  void LogIn(const TestDevice& device) {
    v1::ChallengeResponse challenge;
    v1::AuthenticateRequest request;
    v1::AuthenticateResponse response;
    core->BeginBatch();
    const auto transaction = world.store.Begin();
    REQUIRE(core->Challenge(*transaction, {}, challenge).ok());
    *request.mutable_login() = Carried(crypto::SignLogin(
        device.device_key,
        {world.practice, world.tls_key, device.account, device.id,
         LoginNonce::From(challenge.nonce(), "nonce").value(), challenge.expires_at_ms(), 1}));
    REQUIRE(core->Authenticate(*transaction, request, response).ok());
    REQUIRE(transaction->Commit() == CommitOutcome::kCommitted);
    core->TakeWakes();
    device.token = response.token();
  }

  ServerWorld& world;
  SharedClock clock;
  FakeEntropy entropy;
  std::optional<Core> core;
};

// What a hook has said so far, to be waited for.
template <class Value>
class Heard {
 public:
  void Say(Value value) {
    const std::lock_guard lock(mutex_);
    values_.push_back(std::move(value));
  }
  std::vector<Value> All() const {
    const std::lock_guard lock(mutex_);
    return values_;
  }
  // Whether there are so many within ten seconds.
  bool WaitFor(std::size_t count) const {
    for (int i = 0; i < 1000; ++i) {
      if (All().size() >= count) return true;
      std::this_thread::sleep_for(milliseconds(10));
    }
    return false;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Value> values_;
};

void Nothing(Committer& committer, std::function<void()> then = nullptr) {
  std::promise<void> done;
  REQUIRE(committer
              .Submit(
                  false,
                  [&](Core&, Transaction&) {
                    if (then) then();
                    return absl::OkStatus();
                  },
                  [&](const absl::Status&) { done.set_value(); })
              .ok());
  done.get_future().wait();
}

Rhythm SoonRhythm(const ServerWorld& world, std::uint64_t in_ms) {
  const std::uint64_t opens = (world.clock.wall_ms + in_ms) / limits::kMinuteMs * limits::kMinuteMs;
  return TestRhythm(ToLocal(TestZone(), opens));
}

}  // namespace

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
  v1::PerformResponse response;
  REQUIRE(Perform(world, bond.therapist, proposal, response).ok());
  world.Restart();
  world.clock.Advance(opens - world.clock.wall_ms - 300);
  Heard<DeviceId> woken;
  {
    Practice practice(world);
    practice.LogIn(bond.client);
    v1::PerformRequest request;
    *request.mutable_act() =
        Carried(SignedAct(bond.client, MakeAct(world, bond, bond.client,
                                               AcceptRhythm{1, crypto::ActHash(proposal)})));
    Committer committer(*practice.core, world.store,
                        {[&](const DeviceId& device) { woken.Say(device); }, nullptr});
    std::promise<absl::Status> accepted;
    REQUIRE(committer
                .Submit(
                    true,
                    [&](Core& core, Transaction& transaction) {
                      return core.Perform(transaction, bond.client.caller(), request, response);
                    },
                    [&](const absl::Status& status) { accepted.set_value(status); })
                .ok());
    CHECK(accepted.get_future().get().ok());
    practice.clock.Advance(300);
    CHECK(woken.WaitFor(4));
  }
  CHECK(CheckedLedger(world, bond).kinds() == "act act opened");
}

TEST_CASE("a herd of timers is worked off in batches, and sends go on beside it") {
  ServerWorld world;
  constexpr std::size_t kBonds = 3 * kBatchTimersMax;
  std::vector<TestBond> bonds;
  const Rhythm rhythm = SoonRhythm(world, limits::kHourMs);
  for (std::size_t i = 0; i < kBonds; ++i) {
    bonds.push_back(world.FormBond());
    KeepRhythm(world, bonds.back(), rhythm);
  }
  world.clock.Advance(limits::kHourMs);
  std::atomic<int> sent = 0;
  std::uint64_t batches = 0;
  {
    Practice practice(world);
    Committer committer(*practice.core, world.store, {});
    for (int i = 0; i < 50; ++i) {
      Nothing(committer, [&] { ++sent; });
    }
    // Until nothing is due any more.
    std::uint64_t delay = 0;
    for (int i = 0; i < 2000 && delay == 0; ++i) {
      std::promise<void> done;
      REQUIRE(committer
                  .Submit(
                      false,
                      [&](Core& core, Transaction& transaction) {
                        delay = core.NextDue(transaction).value();
                        return absl::OkStatus();
                      },
                      [&](const absl::Status&) { done.set_value(); })
                  .ok());
      done.get_future().wait();
    }
    CHECK(delay > 0);
    committer.Drain();
    batches = committer.batches();
  }
  CHECK(sent == 50);
  CHECK(batches >= kBonds / kBatchTimersMax);
  CHECK(batches <= kBonds / kBatchTimersBusyMax + 1);
  for (const TestBond& bond : bonds) {
    CHECK(CheckedLedger(world, bond).kinds() == "act act opened");
  }
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
    std::this_thread::sleep_for(milliseconds(200));
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
