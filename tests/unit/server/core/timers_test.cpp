// Timers: at or after their time, once, in order, none lost.
#include "server/core/engine/timers.h"

#include <map>

#include "server/core/engine/context.h"
#include "server/core/records/limits.h"
#include "server/store/memory_store.h"
#include "support/catch.h"
#include "support/server_world.h"

namespace holdfast::server {
namespace {

constexpr std::uint64_t kStartMs = 1'790'000'000'000;

// A core's context over a store, and what its timers did.
class TimedContext {
 public:
  TimedContext() { Restart(); }

  void Restart() {
    store.Crash();
    context.emplace(
        CoreConfig{
            crypto::SigningKey(
                crypto::SigningSeed::From(Bytes(crypto::SigningSeed::size, 's'), "seed").value()),
            {},
            ""},
        clock, entropy);
    transaction = store.Begin();
    REQUIRE(context->engine_clock.Open(*transaction).ok());
    REQUIRE(transaction->Commit() == CommitOutcome::kCommitted);
  }

  void Begin() {
    context->engine_clock.Observe();
    context->schedule.BatchBegins();
    context->batch.Begin();
    transaction = store.Begin();
  }
  void Commit() {
    REQUIRE(transaction->Commit() == CommitOutcome::kCommitted);
    context->schedule.BatchCommitted();
  }
  // The batch is run, and the process dies before it is committed.
  void Die() { Restart(); }

  void Arm(std::uint64_t due_ms, const Bytes& owner) {
    Begin();
    ArmHere(due_ms, owner);
    Commit();
  }
  void ArmHere(std::uint64_t due_ms, const Bytes& owner) {
    REQUIRE(server::Arm(*context, *transaction, {due_ms, TimerKind::kPromiseDue, owner, 1}).ok());
  }

  TimersFired FireHere(std::size_t max = 1000) {
    const auto fired = FireDueTimers(*context, *transaction, max, [&](const Timer& timer) {
      transaction->Put("did " + timer.owner, "");
      transaction->Put("count", std::to_string(done.size()));
      done.push_back(timer.owner);
      return effect ? effect(timer) : absl::OkStatus();
    });
    REQUIRE(fired.ok());
    return *fired;
  }
  TimersFired Fire(std::size_t max = 1000) {
    Begin();
    TimersFired fired = FireHere(max);
    Commit();
    return fired;
  }
  std::uint64_t NextDelay() {
    Begin();
    const auto delay = NextTimerDelay(*context, *transaction);
    REQUIRE(delay.ok());
    transaction.reset();
    return *delay;
  }
  bool Did(const Bytes& owner) const { return store.rows().count("did " + owner) != 0; }

  FakeClock clock;
  FakeEntropy entropy;
  MemoryStore store;
  std::optional<Context> context;
  std::unique_ptr<Transaction> transaction;
  std::vector<Bytes> done;  // in the order fired, whatever became of the batch
  TimerEffect effect;
};

// Any read of it fails the test.
class UnreadTransaction : public Transaction {
 public:
  absl::StatusOr<std::optional<Bytes>> Get(BytesView) override { return Read(); }
  absl::Status Scan(BytesView, BytesView, std::size_t,
                    const std::function<bool(BytesView, BytesView)>&) override {
    return Read();
  }
  void Put(BytesView, BytesView) override {}
  void Erase(BytesView) override {}
  void SetSavepoint() override {}
  void RollbackToSavepoint() override {}
  void ReleaseSavepoint() override {}
  bool has_writes() const override { return false; }
  bool has_writes_since_savepoint() const override { return false; }
  CommitOutcome Commit() override { return CommitOutcome::kCommitted; }

 private:
  static absl::Status Read() { return Refuse(Reason::kInternal, "", "was read"); }
};

using Owners = std::vector<Bytes>;

}  // namespace

TEST_CASE("timers fire at their time, in order, and once") {
  TimedContext practice;
  practice.Arm(kStartMs + 3000, "c");
  practice.Arm(kStartMs + 1000, "a");
  practice.Arm(kStartMs + 2000, "b");
  CHECK(practice.NextDelay() == 1000);
  CHECK(practice.Fire().count == 0);
  practice.clock.Advance(999);
  CHECK(practice.Fire().count == 0);
  practice.clock.Advance(1);
  CHECK(practice.Fire().count == 1);
  practice.clock.Advance(limits::kDayMs);
  CHECK(practice.NextDelay() == 0);
  CHECK(practice.Fire().count == 2);
  CHECK(practice.Fire().count == 0);
  CHECK(practice.NextDelay() == kNoTimerMs);
  CHECK(practice.done == Owners{"a", "b", "c"});
}

TEST_CASE("a batch fires no more than it is asked to, and knows that there are more") {
  TimedContext practice;
  practice.Begin();
  for (int i = 0; i < 100; ++i) practice.ArmHere(kStartMs + 1, std::to_string(1000 + i));
  practice.Commit();
  practice.clock.Advance(1);
  CHECK(practice.Fire(40).count == 40);
  CHECK(practice.NextDelay() == 0);
  CHECK(practice.Fire(40).count == 40);
  CHECK(practice.Fire(40).count == 20);
  CHECK(practice.NextDelay() == kNoTimerMs);
  CHECK(std::ranges::is_sorted(practice.done));
  CHECK(practice.done.size() == 100);
}

TEST_CASE("what an effect arms for the past takes its turn among the others") {
  TimedContext practice;
  for (const char* owner : {"a1", "a3", "a5"}) {
    practice.Arm(kStartMs + static_cast<std::uint64_t>(owner[1] - '0'), owner);
  }
  practice.effect = [&](const Timer& timer) {
    if (timer.owner == "a1") practice.ArmHere(kStartMs + 2, "armed 2");
    if (timer.owner == "a3") practice.ArmHere(kStartMs + 1, "armed late");
    return absl::OkStatus();
  };
  practice.clock.Advance(limits::kDayMs);
  CHECK(practice.Fire().count == 5);
  CHECK(practice.done == Owners{"a1", "armed 2", "a3", "armed late", "a5"});
}

TEST_CASE("what is armed for the past by a request is not skipped") {
  TimedContext practice;
  practice.Arm(kStartMs + 5000, "first");
  practice.clock.Advance(6000);
  practice.Fire();
  practice.Arm(kStartMs + 1, "late");
  CHECK(practice.NextDelay() == 0);
  practice.Restart();
  CHECK(practice.NextDelay() == 0);
  practice.Fire();
  CHECK(practice.done == Owners{"first", "late"});
}

TEST_CASE("a timer survives every crash until its effect is committed, and none after") {
  TimedContext practice;
  practice.effect = [&](const Timer& timer) {
    if (timer.owner == "a") practice.ArmHere(kStartMs + 2000, "b");
    return absl::OkStatus();
  };
  practice.Begin();
  practice.ArmHere(kStartMs + 1000, "a");
  practice.Die();  // between the write and the commit: never armed
  CHECK(practice.NextDelay() == kNoTimerMs);
  practice.Arm(kStartMs + 1000, "a");
  practice.Restart();
  practice.clock.Advance(1000);
  practice.Begin();
  CHECK(practice.FireHere().count == 1);
  practice.Die();  // between firing and the commit: nothing happened
  CHECK_FALSE(practice.Did("a"));
  CHECK(practice.Fire().count == 1);
  practice.Restart();
  CHECK(practice.Did("a"));
  CHECK(practice.Fire().count == 0);
  practice.clock.Advance(1000);
  CHECK(practice.Fire().count == 1);
  CHECK(practice.Did("b"));
  CHECK(practice.done == Owners{"a", "a", "b"});
}

TEST_CASE("a commit that did not happen leaves its timers due, without a restart") {
  TimedContext practice;
  practice.Arm(kStartMs + 1000, "a");
  practice.clock.Advance(1000);
  practice.Begin();
  CHECK(practice.FireHere().count == 1);
  practice.transaction.reset();
  CHECK(practice.NextDelay() == 0);
  CHECK(practice.Fire().count == 1);
  CHECK(practice.Fire().count == 0);
}

TEST_CASE("a timer that fails stops no other, leaves no trace, and is tried again ever later") {
  TimedContext practice;
  practice.Arm(kStartMs + 1, "bad");
  practice.Arm(kStartMs + 2, "good");
  bool is_broken = true;
  practice.effect = [&](const Timer& timer) -> absl::Status {
    if (timer.owner != "bad" || !is_broken) return absl::OkStatus();
    return Refuse(Reason::kStorageFailed, "", "cannot be read");
  };
  practice.clock.Advance(10);
  TimersFired fired = practice.Fire();
  CHECK(fired.count == 2);
  REQUIRE(fired.failures.size() == 1);
  CHECK(fired.failures[0].timer.owner == "bad");
  CHECK(fired.failures[0].attempts == 1);
  CHECK(practice.Did("good"));
  CHECK_FALSE(practice.Did("bad"));
  std::uint64_t waited = 0;
  for (std::uint32_t attempt = 2; attempt < 20; ++attempt) {
    const std::uint64_t delay = practice.NextDelay();
    CHECK(delay >= waited);
    CHECK(delay >= kTimerRetryMs);
    CHECK(delay <= kTimerRetryMsMax);
    waited = delay;
    practice.clock.Advance(delay);
    if (attempt == 10) practice.Restart();
    fired = practice.Fire();
    REQUIRE(fired.failures.size() == 1);
    CHECK(fired.failures[0].attempts == attempt);
  }
  CHECK(waited == kTimerRetryMsMax);
  is_broken = false;
  practice.effect = [](const Timer&) -> absl::Status { throw std::runtime_error("a defect"); };
  practice.clock.Advance(limits::kDayMs);
  CHECK(practice.Fire().failures.size() == 1);
  practice.effect = nullptr;
  practice.clock.Advance(limits::kDayMs);
  CHECK(practice.Fire().count == 1);
  CHECK(practice.Did("bad"));
}

TEST_CASE("while none is due, a batch reads nothing for timers") {
  TimedContext practice;
  practice.Arm(kStartMs + limits::kHourMs, "a");
  practice.NextDelay();
  practice.Fire();
  practice.Begin();
  UnreadTransaction unread;
  const auto nothing = [](const Timer&) { return absl::OkStatus(); };
  CHECK(FireDueTimers(*practice.context, unread, 10, nothing).ok());
  CHECK(NextTimerDelay(*practice.context, unread).value() == limits::kHourMs);
  practice.transaction.reset();
  practice.clock.Advance(limits::kHourMs);
  practice.Begin();
  CHECK_FALSE(FireDueTimers(*practice.context, unread, 10, nothing).ok());
}

TEST_CASE("a clock that jumps ahead holds every timer; once it is believed they catch up") {
  TimedContext practice;
  practice.Arm(kStartMs + limits::kHourMs, "a");
  practice.clock.wall_ms += 2 * limits::kHourMs;
  CHECK(practice.Fire().count == 0);
  practice.clock.Advance(limits::kHourMs);  // nobody knows which of the two is right
  CHECK(practice.NextDelay() == kNoTimerMs);
  CHECK(practice.Fire().count == 0);
  SECTION("by the system's word") { practice.clock.synchronised = true; }
  SECTION("by the operator's word") {
    practice.Begin();
    practice.context->engine_clock.Confirm(*practice.transaction);
    practice.Commit();
  }
  CHECK(practice.Fire().count == 1);
}

TEST_CASE("a clock that is set back fires nothing before it shows the time again") {
  TimedContext practice;
  practice.Arm(kStartMs + 30 * limits::kMinuteMs, "a");
  practice.clock.wall_ms -= limits::kHourMs;
  practice.clock.Advance(30 * limits::kMinuteMs);
  CHECK(practice.Fire().count == 0);
  practice.clock.Advance(limits::kHourMs);
  CHECK(practice.Fire().count == 1);
}

}  // namespace holdfast::server
