// Bytes on disk for each byte that people sent, after compaction.
#pragma once

#include "bench/measurement.h"
#include "bench/setting.h"

namespace holdfast::bench {

// One value, not five: nothing in it varies with time.
class Footprint : public Measurement {
 public:
  explicit Footprint(Setting& setting) : setting_(setting) {}
  void Round() override;
  void Report(Table& table) const override;

 private:
  Setting& setting_;
  std::vector<double> ratio_;
};

}  // namespace holdfast::bench
