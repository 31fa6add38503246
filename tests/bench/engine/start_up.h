// How long a practice takes from the opened database until it answers, and what
// memory that takes, with all bonds and with a tenth of them.
#pragma once

#include <filesystem>

#include "bench/engine/options.h"
#include "bench/measurement.h"

namespace holdfast::bench {

class StartUp : public Measurement {
 public:
  StartUp(const EngineOptions& options, const std::filesystem::path& directory);
  void Prepare() override;
  void Round() override;
  void Report(Table& table) const override;

 private:
  struct Practice {
    std::filesystem::path directory;
    std::size_t caseloads = 0;
    std::vector<std::uint64_t> opens_at_ms = {};  // ascending
    std::vector<double> open_s = {};
    std::vector<double> ready_s = {};
    std::vector<double> grown_mib = {};

    std::size_t bonds() const;
  };

  static void Populate(Practice& practice);
  void Start(Practice& practice) const;

  Practice whole_;
  Practice tenth_;
  std::uint64_t begin_ms_ = 0;
  int rounds_ = 0;
};

}  // namespace holdfast::bench
