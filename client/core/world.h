// The world as the client's core sees it, so that one seed replays a year.
#pragma once

#include <cstdint>
#include <functional>

#include "rules/identifiers.h"

namespace holdfast::client {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::uint64_t WallMs() const = 0;  // since 1970, UTC
};

class Entropy {
 public:
  virtual ~Entropy() = default;
  virtual Bytes Draw(std::size_t bytes) = 0;
};

// The one thread of an engine. What is posted runs later, in order, never inside
// the caller.
class Executor {
 public:
  virtual ~Executor() = default;
  virtual void Post(std::function<void()> work) = 0;
  virtual void After(std::uint64_t delay_ms, std::function<void()> work) = 0;
};

}  // namespace holdfast::client
