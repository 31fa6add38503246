// The engine's inside: one root coroutine, and what was asked for in a queue.
// Private to engine*.cpp.
#pragma once

#include <deque>

#include "client/core/engine.h"
#include "client/core/exchange.h"
#include "client/core/ledger/acts.h"
#include "client/core/watching.h"

namespace holdfast::client {

// One root coroutine does everything that waits, one thing after the other: what
// was asked for first, then the watch.
class Engine::Impl {
 public:
  Impl(std::unique_ptr<Vault> vault, World world)
      : vault_(std::move(vault)),
        context_{*vault_, world.transport, world.clock, world.executor, world.entropy, world.zones},
        exchange_(context_, wake_),
        watch_(
            context_, exchange_, [this](std::uint64_t delay_ms) { WakeAfter(delay_ms); },
            [this](std::function<void()> work) { Later(std::move(work)); }),
        root_(Run()) {
    root_.Start();
  }
  ~Impl() {
    alive_.reset();
    context_.transport.Close();
  }

  Context& context() { return context_; }
  Exchange& exchange() { return exchange_; }
  Watching& watch() { return watch_; }

  // Runs `operation` when its turn comes and hands its result to `done`.
  template <class Result>
  void Enqueue(std::function<Task<absl::StatusOr<Result>>()> operation, Done<Result> done) {
    operations_.push_back(
        [this, operation = std::move(operation), done = std::move(done)]() -> Task<absl::Status> {
          return RunOne<Result>(operation, done);
        });
    WakeAfter(0);
  }
  // Signs what `what` makes of the bond's ledger and queues it.
  absl::StatusOr<ActId> Decide(
      const BondId& bond,
      const std::function<absl::StatusOr<Decision>(const VaultReader&, const LedgerBook&)>& what);
  // In one commit, up to the first that cannot be.
  absl::StatusOr<DecidedForAll> DecideForAll(std::vector<std::pair<BondId, Decision>> all);
  void Wake() { WakeAfter(0); }
  // Something new waits to be sent.
  void NoteWritten() {
    if (context_.vault.rehearses()) return;
    watch_.NoteWritten();
    Wake();
  }

 private:
  template <class Result>
  Task<absl::Status> RunOne(std::function<Task<absl::StatusOr<Result>>()> operation,
                            Done<Result> done) {
    Task<absl::StatusOr<Result>> task = operation();
    auto result = co_await task;
    auto shared = std::make_shared<absl::StatusOr<Result>>(std::move(result));
    Later([done, shared] { done(std::move(*shared)); });
    co_return absl::OkStatus();
  }

  Task<absl::Status> Run() {
    for (;;) {
      if (!operations_.empty()) {
        auto operation = std::move(operations_.front());
        operations_.pop_front();
        Task<absl::Status> task = operation();
        auto ignored = co_await task;
        static_cast<void>(ignored);
        if (!watch_.active()) exchange_.Close();
        continue;
      }
      if (watch_.active()) {
        auto more = co_await watch_.Step();
        if (more) continue;
      }
      if (operations_.empty()) co_await wake_;
    }
  }

  // From the executor, unless the engine is gone by then.
  void Later(std::function<void()> work) {
    context_.executor.Post([alive = std::weak_ptr<int>(alive_), work = std::move(work)] {
      if (!alive.expired()) work();
    });
  }
  void WakeAfter(std::uint64_t delay_ms) {
    auto wake = [alive = std::weak_ptr<int>(alive_), this] {
      if (!alive.expired()) wake_.Raise();
    };
    if (delay_ms == 0) {
      context_.executor.Post(std::move(wake));
    } else {
      context_.executor.After(delay_ms, std::move(wake));
    }
  }

  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
  std::unique_ptr<Vault> vault_;
  Context context_;
  Signal wake_;
  Exchange exchange_;
  Watching watch_;
  std::deque<std::function<Task<absl::Status>()>> operations_;
  Task<absl::Status> root_;  // last: goes first, with all that it waits in
};

}  // namespace holdfast::client
