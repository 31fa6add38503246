// How fast many slots that are due in the same second are opened durably, against
// the same rows written by a bare RocksDB in the same batches, each synced.
#pragma once

#include "bench/engine/herd_ground.h"
#include "bench/measurement.h"
#include "bench/recording_store.h"

namespace holdfast::bench {

class HerdOpenings : public Measurement {
 public:
  explicit HerdOpenings(HerdGround& ground) : ground_(ground) {}
  // Records what is written.
  void Prepare() override;
  void Round() override;
  void Report(Table& table) const override;

 private:
  void Open();
  void Replay();

  HerdGround& ground_;
  std::vector<Batch> batches_;
  double bytes_ = 0;  // of all keys and values
  double rows_ = 0;
  std::vector<double> per_s_;
  std::vector<double> bare_per_s_;
  std::vector<double> cpu_s_;  // of one slot
  std::vector<double> bare_cpu_s_;
};

}  // namespace holdfast::bench
