// Whether an address can be reached from this machine, asked beside everything else and
// never waited for longer than was said.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "server/ops/check/check_facts.h"

namespace holdfast::server {

// Looks a name up and connects, on a thread of its own that nobody waits for: a DNS server
// may take as long as it likes.
class ReachProbe {
 public:
  // `address` is host:port.
  explicit ReachProbe(const std::string& address);

  // What is known at that time; kNoName or kNoAnswer where it is still being tried.
  ReachFacts Wait(std::chrono::steady_clock::time_point until);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace holdfast::server
