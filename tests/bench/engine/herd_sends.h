// What a herd of slots does to those who send meanwhile: at a fixed rate, whether
// answers come or not, the time until a send is answered with and without the herd.
#pragma once

#include "bench/engine/herd_ground.h"
#include "bench/engine/send_load.h"
#include "bench/measurement.h"

namespace holdfast::bench {

class HerdSends : public Measurement {
 public:
  HerdSends(HerdGround& ground, bool quick) : ground_(ground), quick_(quick) {}
  // Learns what the committer does at most.
  void Prepare() override;
  void Round() override;
  void Report(Table& table) const override;

 private:
  struct Load;
  // All envelopes, after their writers have logged in.
  std::vector<PreparedSend> Prepared() const;
  double MeasureTop();
  void WithHerd();
  void WithoutHerd();

  HerdGround& ground_;
  bool quick_;
  std::vector<v1::SendRequest> envelopes_;
  double top_per_s_ = 0;
  double rate_per_s_ = 0;
  std::chrono::duration<double> herd_{0};  // how long the newest one took
  std::vector<double> herd_slots_per_s_;
  std::vector<double> p99_ms_;
  std::vector<double> p99_alone_ms_;
  std::vector<double> median_ms_;
  std::vector<double> median_alone_ms_;
};

}  // namespace holdfast::bench
