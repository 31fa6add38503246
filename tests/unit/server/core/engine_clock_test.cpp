// The engine's time: never ahead of either clock, never back.
#include "server/core/engine/engine_clock.h"

#include "server/core/records/limits.h"
#include "server/store/memory_store.h"
#include "support/catch.h"
#include "support/server_world.h"

namespace holdfast::server {
namespace {

struct Process {
  explicit Process(FakeClock& the_clock) : clock(the_clock) { Restart(); }

  void Restart() {
    engine_clock = std::make_unique<EngineClock>(clock);
    Write([&](Transaction& transaction) { REQUIRE(engine_clock->Open(transaction).ok()); });
  }
  void Reboot(std::uint64_t wall_ms) {
    clock.wall_ms = wall_ms;
    clock.boot_ms = 5000;
    clock.boot_id += "+";
    Restart();
  }
  std::uint64_t Now() {
    engine_clock->Observe();
    return engine_clock->now_ms();
  }
  void Confirm() {
    Write([&](Transaction& transaction) { engine_clock->Confirm(transaction); });
  }
  void Write(const std::function<void(Transaction&)>& step) {
    const auto transaction = store.Begin();
    step(*transaction);
    REQUIRE(transaction->Commit() == CommitOutcome::kCommitted);
    engine_clock->BatchCommitted();
  }

  FakeClock& clock;
  MemoryStore store;
  std::unique_ptr<EngineClock> engine_clock;
};

}  // namespace

TEST_CASE("time follows the clocks while they agree") {
  FakeClock clock;
  Process process(clock);
  CHECK(process.Now() == clock.wall_ms);
  clock.Advance(limits::kDayMs);
  CHECK(process.Now() == clock.wall_ms);
  CHECK(process.engine_clock->state() == ClockState::kSteady);
}

TEST_CASE("a wall clock that jumps ahead is not followed until somebody vouches for it") {
  FakeClock clock;
  Process process(clock);
  const std::uint64_t start = clock.wall_ms;
  clock.wall_ms += 30 * limits::kSecondMs;
  CHECK(process.Now() == start);
  CHECK(process.engine_clock->state() == ClockState::kSteady);
  clock.wall_ms += 3 * limits::kHourMs;
  clock.Advance(limits::kMinuteMs);
  CHECK(process.Now() == start + limits::kMinuteMs);
  CHECK(process.engine_clock->state() == ClockState::kAhead);
  SECTION("the system") { clock.synchronised = true; }
  SECTION("the operator") { process.Confirm(); }
  CHECK(process.Now() == clock.wall_ms);
  CHECK(process.engine_clock->state() == ClockState::kSteady);
  clock.synchronised = false;
  clock.Advance(limits::kMinuteMs);
  CHECK(process.Now() == clock.wall_ms);
  process.Write(
      [&](Transaction& transaction) { process.engine_clock->WriteSometimes(transaction); });
  process.Restart();
  CHECK(process.Now() == clock.wall_ms);
}

TEST_CASE("a restart of the process does not make a jump believed") {
  FakeClock clock;
  Process process(clock);
  const std::uint64_t start = clock.wall_ms;
  clock.wall_ms += 3 * limits::kHourMs;
  clock.Advance(10 * limits::kMinuteMs);
  process.Restart();
  CHECK(process.Now() == start + 10 * limits::kMinuteMs);
  CHECK(process.engine_clock->state() == ClockState::kAhead);
}

TEST_CASE("a wall clock that is set back holds time until it has caught up") {
  FakeClock clock;
  Process process(clock);
  clock.Advance(limits::kMinuteMs);
  const std::uint64_t reached = process.Now();
  clock.wall_ms -= limits::kHourMs;
  clock.Advance(limits::kMinuteMs);
  CHECK(process.Now() == reached);
  CHECK(process.engine_clock->state() == ClockState::kBehind);
  SECTION("by itself") {
    clock.Advance(limits::kHourMs);
    CHECK(process.Now() == clock.wall_ms);
    CHECK(process.Now() > reached);
  }
  SECTION("put right again, it goes on as if nothing had been") {
    clock.wall_ms += limits::kHourMs;
    CHECK(process.Now() == clock.wall_ms);
    CHECK(process.engine_clock->state() == ClockState::kSteady);
  }
  SECTION("the system vouches for the earlier time") {
    clock.synchronised = true;
    CHECK(process.Now() == clock.wall_ms);
    CHECK(process.engine_clock->state() == ClockState::kSteady);
  }
}

TEST_CASE("after a restart of the machine an older clock does not turn time back") {
  FakeClock clock;
  Process process(clock);
  clock.Advance(limits::kDayMs);
  const std::uint64_t reached = process.Now();
  process.Write(
      [&](Transaction& transaction) { process.engine_clock->WriteSometimes(transaction); });
  SECTION("a clock that lost its battery") {
    process.Reboot(limits::kTimeMinMs);
    CHECK(process.Now() == reached);
    clock.Advance(limits::kMinuteMs);
    CHECK(process.Now() == reached);
    clock.wall_ms = reached + limits::kHourMs;
    CHECK(process.engine_clock->state() == ClockState::kBehind);
    CHECK(process.Now() <= reached + limits::kMinuteMs);
    CHECK(process.engine_clock->state() == ClockState::kAhead);
    clock.synchronised = true;
    CHECK(process.Now() == clock.wall_ms);
  }
  SECTION("a clock that went on") {
    process.Reboot(reached + limits::kDayMs);
    CHECK(process.Now() == reached + limits::kDayMs);
  }
}

TEST_CASE("what a batch wrote that was not committed is written by the next") {
  FakeClock clock;
  Process process(clock);
  clock.wall_ms += 3 * limits::kHourMs;
  clock.synchronised = true;
  CHECK(process.Now() == clock.wall_ms);
  process.engine_clock->WriteSometimes(*process.store.Begin());  // and nobody commits
  clock.synchronised = false;
  CHECK(process.Now() == clock.wall_ms);
  process.Write(
      [&](Transaction& transaction) { process.engine_clock->WriteSometimes(transaction); });
  process.Restart();
  CHECK(process.Now() == clock.wall_ms);
  CHECK(process.engine_clock->state() == ClockState::kSteady);
}

TEST_CASE("what is written is a minute old at most") {
  FakeClock clock;
  Process process(clock);
  clock.Advance(kEngineClockWriteMs - 1);
  process.Now();
  const MemoryStore::Rows rows = process.store.rows();
  process.Write(
      [&](Transaction& transaction) { process.engine_clock->WriteSometimes(transaction); });
  CHECK(process.store.rows() == rows);
  clock.Advance(1);
  process.Now();
  process.Write(
      [&](Transaction& transaction) { process.engine_clock->WriteSometimes(transaction); });
  CHECK(process.store.rows() != rows);
}

}  // namespace holdfast::server
