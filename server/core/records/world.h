// The world as the core sees it. Everything that is not a stored record or a
// request comes through these two, so that one seed replays a year.
#pragma once

#include <cstdint>

#include "rules/identifiers.h"

namespace holdfast::server {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::uint64_t WallMs() const = 0;  // since 1970, UTC; people may set it
  virtual std::uint64_t BootMs() const = 0;  // since some start, sleep included; nobody can
  // Which start that is; empty where it cannot be told. Equal: BootMs goes on.
  virtual Bytes BootId() const { return {}; }
  // Whether the system vouches for the wall clock (NTP); false where it cannot tell.
  virtual bool Synchronised() const { return false; }
};

class Entropy {
 public:
  virtual ~Entropy() = default;
  virtual Bytes Draw(std::size_t bytes) = 0;
};

}  // namespace holdfast::server
