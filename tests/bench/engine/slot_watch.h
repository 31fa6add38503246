// A store that sees how many slots have been opened durably, and when.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "server/store/store.h"

namespace holdfast::bench {

using Steady = std::chrono::steady_clock;

class SlotWatch : public server::Store {
 public:
  explicit SlotWatch(server::Store& inner) : inner_(inner) {}

  std::unique_ptr<server::Transaction> Begin() override;

  struct Seen {
    std::size_t slots = 0;
    std::size_t batches = 0;  // with slots in them
    Steady::time_point first_begun;
    Steady::time_point last_committed;
  };
  // Any thread, as is WaitFor.
  Seen seen() const;
  // Until so many have been opened; throws if that takes too long.
  Seen WaitFor(std::size_t slots) const;

 private:
  class Watcher;
  void Note(std::size_t slots, Steady::time_point begun);

  server::Store& inner_;
  mutable std::mutex mutex_;
  mutable std::condition_variable more_;
  Seen seen_;
};

}  // namespace holdfast::bench
