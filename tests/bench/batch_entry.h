// A bare RocksDB entry: what one send writes, replayed into a database of the
// product's options, in the batches that were recorded, each synced.
#pragma once

#include "bench/measurement.h"
#include "bench/setting.h"

namespace holdfast::bench {

class BatchEntry : public Measurement {
 public:
  explicit BatchEntry(Setting& setting) : setting_(setting) {}
  void Prepare() override { setting_.recorded(); }
  void Round() override;
  void Report(Table& table) const override;

  // CPU for the writes of one send, in seconds; one value a round.
  const std::vector<double>& cpu_s() const { return cpu_s_; }

 private:
  Setting& setting_;
  std::vector<double> cpu_s_;
  std::vector<double> per_s_;
};

}  // namespace holdfast::bench
