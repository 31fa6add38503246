// A committer over a practice in memory whose clock a test sets.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "crypto/public/login.h"
#include "server/core/records/limits.h"
#include "server/runtime/committer.h"
#include "support/catch.h"
#include "support/server_ledger.h"

namespace holdfast::server {

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
    core.emplace(CoreConfig{crypto::SigningKey(world.practice_seed.Clone()), {{world.tls_key}}, ""},
                 clock, entropy);
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

// What was said so far, to be waited for.
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
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Value> values_;
};

inline void Nothing(Committer& committer, std::function<void()> then = nullptr) {
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

inline Rhythm SoonRhythm(const ServerWorld& world, std::uint64_t in_ms) {
  const std::uint64_t opens = (world.clock.wall_ms + in_ms) / limits::kMinuteMs * limits::kMinuteMs;
  return TestRhythm(ToLocal(TestZone(), opens));
}

}  // namespace holdfast::server
