// One batch from its requests to their answers: what the committer asks of the core,
// in one transaction, on the core's thread.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "server/runtime/answers.h"
#include "server/runtime/committer.h"

namespace holdfast::server {

struct BatchRun {
  struct Item {
    bool writes = false;
    std::size_t steps = 1;
    Request request;
    Answer answer;
  };

  // Fires timers, runs the items and seals; prepares and writes nothing. May be
  // repeated: what was worked out before is forgotten.
  void WorkOut(Core& core, Store& store, bool has_room, bool timers_too);
  // Once. Each item's answer with its outcome.
  std::vector<DueAnswer> TakeAnswers();

  std::vector<Item> items;

  // As the newest WorkOut left them.
  std::vector<absl::Status> outcomes;  // one for each item
  absl::Status sealed;
  TimersFired fired;
  std::uint64_t next_due_ms = 0;  // from the batch's end
  std::uint64_t overdue_ms = 0;   // by then: the first that has not fired
  PromiseCounts promises;
  ClockState clock = ClockState::kSteady;
  std::optional<ClockStep> clock_step;
  std::vector<DamagedBody> damaged;
  std::unique_ptr<Transaction> transaction;

  std::vector<DeviceId> wakes;  // once it is prepared
};

}  // namespace holdfast::server
