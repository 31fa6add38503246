// Whether the ten-thousandth day fires as fast as the first: bonds with daily
// rhythms, by a made clock, on devices that fetch what they are told.
#pragma once

#include <filesystem>

#include "bench/engine/caseload.h"
#include "bench/engine/engine_practice.h"
#include "bench/engine/options.h"
#include "bench/measurement.h"

namespace holdfast::bench {

class Days : public Measurement {
 public:
  Days(const EngineOptions& options, const std::filesystem::path& directory)
      : days_(options.days), directory_(directory / "days") {}
  // One run, whatever the number of rounds: it is made of medians already.
  void Round() override;
  void Report(Table& table) const override;

 private:
  struct Day {
    double firing_s = 0;   // of all timers, until the batches are ready to be committed
    double durable_s = 0;  // with the commits
  };

  Day Live(EnginePractice& practice, server::Store& store) const;
  void Fetch(EnginePractice& practice, server::Store& store);
  void CheckLedgers(server::Store& store) const;

  std::size_t days_;
  std::filesystem::path directory_;
  Caseload caseload_;
  std::vector<v1::Cursor> cursors_;  // of the therapist's device, then the clients'
  std::vector<Day> lived_;
};

}  // namespace holdfast::bench
