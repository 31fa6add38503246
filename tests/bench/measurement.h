// One thing that is measured. Rounds of all measurements take turns, so that what
// else the machine does meets them alike.
#pragma once

#include "bench/table.h"

namespace holdfast::bench {

class Measurement {
 public:
  virtual ~Measurement() = default;
  // Everything that must be there before the first round.
  virtual void Prepare() {}
  virtual void Round() = 0;
  virtual void Report(Table& table) const = 0;
};

}  // namespace holdfast::bench
