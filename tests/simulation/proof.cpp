#include "simulation/proof.h"

#include <cinttypes>
#include <cstdio>
#include <cstdlib>

#include "rules/planted.h"
#include "simulation/herd.h"
#include "simulation/year.h"

namespace holdfast::simulation {

#ifdef HOLDFAST_PLANTED_DEFECTS

namespace {

Finding LiveWith(const Options& options, std::size_t number) {
  planted::active = planted::kDefects[number].first;
  Finding finding;
  for (std::uint64_t seed = options.first; seed <= options.last; ++seed) {
    const YearResult result =
        LiveYear({seed, options.weeks, options.bonds, false, options.devices});
    ++finding.done;
    if (!result.violation) continue;
    finding.found = true;
    finding.what = "seed " + std::to_string(seed) + ", " + result.violation->promise + ": " +
                   result.violation->what;
    break;
  }
  return finding;
}

}  // namespace

bool PlantDefect(const std::string& number) {
  const std::size_t index = std::strtoul(number.c_str(), nullptr, 10);
  if (number.empty()) return true;
  if (index == 0 || index > planted::kDefects.size()) {
    std::fprintf(stderr, "defects have numbers from 1 to %zu\n", planted::kDefects.size());
    return false;
  }
  planted::active = planted::kDefects[index - 1].first;
  return true;
}

int ProveDefects(const Options& options) {
  const auto findings = RunProcesses(planted::kDefects.size(), options.jobs, false,
                                     [&](std::size_t number) { return LiveWith(options, number); });
  int missed = 0;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const Finding& finding = findings[i];
    missed += finding.found ? 0 : 1;
    std::printf("%2zu %s\n     %s\n", i + 1, std::string(planted::kDefects[i].second).c_str(),
                finding.found ? finding.what.c_str() : "NOT FOUND");
  }
  std::printf("%zu planted defects, %d not found by %" PRIu64 " seeds\n", findings.size(), missed,
              options.last - options.first + 1);
  return missed == 0 ? 0 : 1;
}

#else

bool PlantDefect(const std::string&) { return true; }
int ProveDefects(const Options&) { return 2; }

#endif

}  // namespace holdfast::simulation
