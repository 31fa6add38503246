// How long from the moment a send was due to the moment a subscriber has the
// envelope, at a quarter of the top rate. An open loop: sends are due at fixed
// times whether or not earlier ones have been answered, so that a stall counts.
#pragma once

#include <memory>

#include "bench/follower.h"
#include "bench/measurement.h"
#include "bench/sends.h"

namespace holdfast::bench {

class Delivery : public Measurement {
 public:
  Delivery(Setting& setting, Sends& sends) : setting_(setting), sends_(sends) {}
  void Prepare() override;
  void Round() override;
  void Report(Table& table) const override;

 private:
  std::vector<std::unique_ptr<Follower>> Follow();
  // Milliseconds, one value an envelope, in ascending order.
  std::vector<double> Deliver(double per_s);

  Setting& setting_;
  Sends& sends_;  // knows the top rate
  std::unique_ptr<test::PracticeProcess> practice_;
  People people_;
  std::vector<v1::Cursor> cursors_;  // of each therapist
  std::vector<double> per_s_;
  std::vector<double> median_ms_;
  std::vector<double> p99_ms_;
};

}  // namespace holdfast::bench
