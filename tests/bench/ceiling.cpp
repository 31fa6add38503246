#include "bench/ceiling.h"

#include "bench/cores.h"

namespace holdfast::bench {

void ReportCeiling(const Echo& echo, const BatchEntry& entry, const Sync& sync, const Sends& sends,
                   Table& table) {
  std::vector<double> bare_cpu_s;
  std::vector<double> ceiling_per_s;
  for (std::size_t i = 0; i < echo.cpu_s().size(); ++i) {
    bare_cpu_s.push_back(echo.cpu_s()[i] + entry.cpu_s()[i]);
    ceiling_per_s.push_back(Cores() / bare_cpu_s.back());
  }
  table.Add({"ceiling: cores / (echo + batch entry)", "sends/s", ceiling_per_s, {}, "CPU"});
  table.Add({"durable sends at 128 against the ceiling", "ratio",
             Ratios(sends.per_s(), ceiling_per_s), Target{Target::Kind::kAtLeast, 0.80},
             "checks, hashes and records of each send; cores that rest during a sync"});
  table.Add({"CPU of echo + batch entry against a send's",
             "ratio",
             Ratios(bare_cpu_s, sends.cpu_s()),
             {},
             "checks, hashes and records of each send"});
  table.Add({"durable sends at 128 against the echo",
             "ratio",
             Ratios(sends.per_s(), echo.per_s()),
             {},
             "what a send does beside travelling"});
  table.Add({"durable sends at 1 against fdatasync",
             "ratio",
             Ratios(sends.one_by_one(), sync.one_by_one()),
             {},
             "the way there and back"});
  table.Add({"durable sends at 128 against fdatasync",
             "ratio",
             Ratios(sends.per_s(), sync.in_batches()),
             {},
             "CPU, not the disk"});
}

}  // namespace holdfast::bench
