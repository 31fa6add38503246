// The one thread on which the core runs. Requests queue up; the thread takes what
// is there, fires the timers that are due and runs each request in one transaction,
// each under a savepoint of its own, commits with one fsync, and only then lets the
// answers out, on a second thread. Without requests it sleeps until the next timer.
// Where only timers were fired and more are due, a third thread writes the batch while
// the next one is worked out; that one is written, and its answers leave, after it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "server/core/core.h"

namespace holdfast::server {

// What to ask the core. May run more than once (a batch that met a conflict is
// run again), so it writes its whole response each time. Runs on the committer's
// thread and must not block.
using Request = std::function<absl::Status(Core&, Transaction&)>;
// The outcome, after the commit. Runs on one of the committer's threads and must not
// block. Called exactly once for every request accepted, in
// the order in which they were committed.
using Answer = std::function<void(absl::Status)>;

// Called on the committer's threads, one at a time.
struct CommitterHooks {
  // Devices whose mailboxes grew, after a commit.
  std::function<void(const DeviceId&)> wake;
  // A write failed and nobody knows how far it got: nothing is answered any more
  // and the process must end.
  std::function<void(absl::Status)> failed;
  // A timer failed; it is tried again by itself. Also where timers could not be read
  // or stored, with an empty owner.
  std::function<void(const TimerFailure&)> timer_failed = nullptr;
  // Whether timers go on or are held, when that changes; at first they go on.
  std::function<void(ClockState)> clock = nullptr;
  // A body that the store cannot read was passed over.
  std::function<void(const DamagedBody&)> body_damaged = nullptr;
  // The engine's time was put to the wall clock's.
  std::function<void(const ClockStep&)> clock_step = nullptr;
};

class CommitterCounts;

class Committer {
 public:
  // Neither is owned. Starts the thread.
  Committer(Core& core, Store& store, CommitterHooks hooks);
  ~Committer();  // Drain() and join

  // server_busy with a delay when kQueueRequestsMax, or kQueueStepsMax, are waiting; shutting_down
  // after Drain. Any thread. A refused request is never run and `answer` never
  // called. `writes` says whether it makes the store grow: see SetAdmitWrites. `steps`:
  // so many things are asked for at once; kBatchRequestsMax at most.
  absl::Status Submit(bool writes, Request request, Answer answer, std::size_t steps = 1);

  // Below the disk floor, requests that would make the store grow are refused with
  // storage_full, while reads, acknowledgements and retries of what is stored
  // already go on. Any thread.
  void SetAdmitWrites(bool admit);

  // A sign of life: `beat` is called after everything that waits now was answered, as an Answer
  // is, also where the queue is full. False, and never called, while the last one is still to
  // come, and after Drain; not called either once a write has failed. Any thread.
  bool Heartbeat(std::function<void()> beat);

  // Refuses what comes, finishes what waits, stops the thread. Any thread but its
  // own; repeatable.
  void Drain();

  std::uint64_t batches() const;  // committed so far
  // Since it was started. Any thread.
  const CommitterCounts& counts() const;
  std::size_t waiting() const;  // requests in the queue, or taken and not yet answered

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// About a quarter of a second of work at the measured rate; more would only make
// people wait longer for the same answer.
inline constexpr std::size_t kQueueRequestsMax = 4096;
inline constexpr std::size_t kQueueStepsMax = 4096;  // of these requests together
// One fsync's worth, in steps: past this the gain is small and the wait grows. Whatever
// they add, the leaves of a batch have room for it.
inline constexpr std::size_t kBatchRequestsMax = 128;
static_assert(kBatchRequestsMax >= limits::kActsPerCallMax);
// Timers that a batch fires where no request waits.
inline constexpr std::size_t kBatchTimersMax = 128;
// And where some do: so many, or a quarter of the requests if that is more. Firing one
// costs about as much as two sends, and every request of the batch waits for it.
inline constexpr std::size_t kBatchTimersBusy = 8;
// After timers could not be read or stored.
inline constexpr std::uint64_t kTimersRetryMs = 1000;
inline constexpr std::uint64_t kBusyRetryMs = 500;

}  // namespace holdfast::server
