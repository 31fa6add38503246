// The world as the client's core sees it, so that one seed replays a year.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "rules/identifiers.h"
#include "rules/zone.h"

namespace holdfast::client {

class Transport;
class VaultStorage;

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

// What this device's operating system knows of time zones. Only an author's device
// asks; whoever reads what was signed does not.
class ZoneSource {
 public:
  virtual ~ZoneSource() = default;
  // Offsets from `from_ms` on, known until at least `until_ms`. usage naming
  // "zone" where there is no such zone.
  virtual absl::StatusOr<Zone> Read(const std::string& name, std::uint64_t from_ms,
                                    std::uint64_t until_ms) = 0;
};

// The one thread of an engine. What is posted runs later, in order, never inside
// the caller.
class Executor {
 public:
  virtual ~Executor() = default;
  virtual void Post(std::function<void()> work) = 0;
  virtual void After(std::uint64_t delay_ms, std::function<void()> work) = 0;
};

// All that an engine reaches of it.
struct World {
  VaultStorage& storage;
  Transport& transport;
  const Clock& clock;
  Executor& executor;
  Entropy& entropy;
  ZoneSource* zones = nullptr;  // none: nothing that needs a time zone can be signed here
};

}  // namespace holdfast::client
