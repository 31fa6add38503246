// Bare fdatasync of the bytes of one send, and of a whole batch, into room that
// the file already has, in the same directory: the most that the disk allows.
#pragma once

#include "bench/measurement.h"
#include "bench/setting.h"

namespace holdfast::bench {

class Sync : public Measurement {
 public:
  explicit Sync(Setting& setting) : setting_(setting) {}
  void Prepare() override { setting_.recorded(); }
  void Round() override;
  void Report(Table& table) const override;

  // Sends a second that a file synced after each one, or after each batch, holds.
  const std::vector<double>& one_by_one() const { return one_by_one_; }
  const std::vector<double>& in_batches() const { return in_batches_; }

 private:
  double SyncsPerSecond(std::size_t bytes) const;

  Setting& setting_;
  std::vector<double> one_by_one_;
  std::vector<double> in_batches_;
};

}  // namespace holdfast::bench
