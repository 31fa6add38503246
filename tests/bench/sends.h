// Durable sends to a real holdfastd: sealed beforehand, each answered only after
// it was synced.
#pragma once

#include <array>

#include "bench/measurement.h"
#include "bench/recorded_sends.h"
#include "bench/setting.h"

namespace holdfast::bench {

class Sends : public Measurement {
 public:
  explicit Sends(Setting& setting) : setting_(setting) {}
  // Learns how many envelopes a round takes.
  void Prepare() override;
  void Round() override;
  void Report(Table& table) const override;

  // Sends a second with 1 and 128 in flight; CPU of one at 128, both sides.
  const std::vector<double>& one_by_one() const { return levels_.front().per_s; }
  const std::vector<double>& per_s() const { return levels_.back().per_s; }
  const std::vector<double>& cpu_s() const { return cpu_s_; }
  // By the newest round, or by Prepare().
  double expected_top() const { return levels_.back().expected_per_s; }

 private:
  struct Level {
    std::size_t in_flight;
    double expected_per_s = 0;
    std::vector<double> per_s = {};
  };

  LoadResult Run(Level& level, std::chrono::milliseconds round);

  Setting& setting_;
  std::array<Level, 3> levels_{Level{1}, Level{16}, Level{kTopInFlight}};
  std::vector<double> cpu_s_;
  std::vector<double> server_cpu_s_;
  std::vector<double> per_batch_;
};

}  // namespace holdfast::bench
