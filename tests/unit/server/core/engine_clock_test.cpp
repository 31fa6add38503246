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

TEST_CASE(
    "a clock that is years ahead when the machine starts waits for somebody to vouch for it") {
  FakeClock clock;
  Process process(clock);
  process.Write(
      [&](Transaction& transaction) { process.engine_clock->WriteSometimes(transaction); });
  const std::uint64_t reached = process.Now();
  const std::uint64_t wrong = reached + 10 * 365 * limits::kDayMs;
  process.Reboot(wrong);
  CHECK(process.Now() == reached);
  CHECK(process.engine_clock->state() == ClockState::kAhead);
  CHECK_FALSE(process.engine_clock->TakeStep());
  clock.Advance(limits::kHourMs);
  CHECK(process.Now() == reached + limits::kHourMs);
  SECTION("it is set right") {
    clock.wall_ms = reached + limits::kHourMs;
    CHECK(process.Now() == reached + limits::kHourMs);
    CHECK(process.engine_clock->state() == ClockState::kSteady);
  }
  SECTION("the system vouches for the right one") {
    clock.wall_ms = reached + limits::kDayMs;
    clock.synchronised = true;
    CHECK(process.Now() == clock.wall_ms);
  }
  SECTION("a person does") {
    process.Confirm();
    CHECK(process.Now() == clock.wall_ms);
    SECTION("and was wrong: the way back is the same") {
      clock.wall_ms = reached + limits::kHourMs;
      CHECK(process.engine_clock->state() == ClockState::kSteady);
      process.Now();
      CHECK(process.engine_clock->state() == ClockState::kBehind);
      process.Confirm();
      CHECK(process.Now() == reached + limits::kHourMs);
      CHECK(process.engine_clock->state() == ClockState::kSteady);
    }
  }
}

TEST_CASE("a practice that was off for some days goes on by the wall clock") {
  FakeClock clock;
  Process process(clock);
  const std::uint64_t reached = process.Now();
  process.Reboot(reached + 5 * limits::kDayMs);
  CHECK(process.Now() == reached + 5 * limits::kDayMs);
  const auto step = process.engine_clock->TakeStep();
  REQUIRE(step);
  CHECK(step->cause == ClockStep::Cause::kStart);
  CHECK(step->to_ms - step->from_ms == 5 * limits::kDayMs);
}

TEST_CASE("90 days are believed of a machine that was off, and no millisecond more") {
  FakeClock clock;
  Process process(clock);
  const std::uint64_t reached = process.Now();
  CHECK(kClockUntendedMsMax == 90 * limits::kDayMs);
  SECTION("just below") {
    process.Reboot(reached + kClockUntendedMsMax - 1);
    CHECK(process.Now() == clock.wall_ms);
    CHECK(process.engine_clock->state() == ClockState::kSteady);
  }
  SECTION("at it") {
    process.Reboot(reached + kClockUntendedMsMax);
    CHECK(process.Now() == clock.wall_ms);
  }
  SECTION("just above") {
    process.Reboot(reached + kClockUntendedMsMax + 1);
    CHECK(process.Now() == reached);
    CHECK(process.engine_clock->state() == ClockState::kAhead);
  }
}

TEST_CASE("each step of the engine's time is told, with who vouched for it") {
  FakeClock clock;
  Process process(clock);
  CHECK_FALSE(process.engine_clock->TakeStep());
  const std::uint64_t start = process.Now();
  clock.wall_ms += limits::kDayMs;
  process.Now();
  CHECK_FALSE(process.engine_clock->TakeStep());  // seen, and not taken
  SECTION("the system") {
    clock.synchronised = true;
    process.Now();
    const auto step = process.engine_clock->TakeStep();
    REQUIRE(step);
    CHECK(step->cause == ClockStep::Cause::kSystem);
    CHECK(step->from_ms == start);
    CHECK(step->to_ms == start + limits::kDayMs);
  }
  SECTION("the operator") {
    process.Confirm();
    const auto step = process.engine_clock->TakeStep();
    REQUIRE(step);
    CHECK(step->cause == ClockStep::Cause::kOperator);
  }
  CHECK_FALSE(process.engine_clock->TakeStep());
}

TEST_CASE(
    "a practice in which nothing happens still writes its time, so that it is not years old") {
  FakeClock clock;
  Process process(clock);
  clock.Advance(kEngineClockIdleWriteMs - 1);
  process.Now();
  CHECK_FALSE(process.engine_clock->wants_write());
  clock.Advance(1);
  process.Now();
  CHECK(process.engine_clock->wants_write());
}

}  // namespace holdfast::server
