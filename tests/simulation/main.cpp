// The simulation: one seed told as a story, or many seeds side by side.
#include <cinttypes>
#include <cstdio>

#include "simulation/herd.h"
#include "simulation/options.h"
#include "simulation/proof.h"
#include "simulation/year.h"

namespace holdfast::simulation {
namespace {

YearOptions YearOf(const Options& options, std::uint64_t seed) {
  return {seed, options.weeks, options.bonds, false, options.devices};
}

std::string HowToReplay(const Options& options, std::uint64_t seed) {
  const std::string program = options.defect.empty()
                                  ? "holdfast-simulation"
                                  : "holdfast-simulation-planted --defect " + options.defect;
  return program + " --seed " + std::to_string(seed) + " --weeks " + std::to_string(options.weeks) +
         " --bonds " + std::to_string(options.bonds) + " --devices " +
         std::to_string(options.devices);
}

std::string InWords(const Violation& violation) {
  return violation.promise + ": " + violation.what + " (" + TimeInWords(violation.at_ms) + ")";
}

int TellOne(const Options& options) {
  YearOptions year = YearOf(options, options.first);
  year.prints = !options.prints_hash;
  const YearResult result = LiveYear(year);
  if (options.prints_hash) {
    std::printf("%016" PRIx64 "\n", result.trace_hash);
  } else {
    std::printf("%zu messages of people, %zu envelopes, %" PRIu64 " steps\n", result.letters,
                result.envelopes, result.steps);
  }
  if (result.violation) std::printf("BROKEN %s\n", InWords(*result.violation).c_str());
  return result.violation ? 1 : 0;
}

// One process's share of the seeds.
Finding LiveShare(const Options& options, std::size_t share) {
  Finding finding;
  for (std::uint64_t seed = options.first + share; seed <= options.last; seed += options.jobs) {
    const YearResult result = LiveYear(YearOf(options, seed));
    ++finding.done;
    std::string what;
    if (result.violation) {
      what = InWords(*result.violation);
    } else if (options.replay_every > 0 && seed % options.replay_every == 0 &&
               LiveYear(YearOf(options, seed)).trace_hash != result.trace_hash) {
      what = "the same seed lived another year the second time";
    }
    if (what.empty()) continue;
    finding.found = true;
    finding.what =
        "seed " + std::to_string(seed) + ": " + what + "\n  replay: " + HowToReplay(options, seed);
    break;
  }
  return finding;
}

int LiveMany(const Options& options) {
  const auto findings = RunProcesses(options.jobs, options.jobs, true,
                                     [&](std::size_t share) { return LiveShare(options, share); });
  std::uint64_t done = 0;
  bool found = false;
  for (const Finding& finding : findings) {
    done += finding.done;
    found = found || finding.found;
    if (finding.found) std::printf("%s\n", finding.what.c_str());
  }
  std::printf("%" PRIu64 " seeds of %" PRIu64 " weeks and %" PRIu64 " bonds%s\n", done,
              options.weeks, options.bonds, found ? "" : ": every promise was kept");
  return found ? 1 : 0;
}

}  // namespace
}  // namespace holdfast::simulation

int main(int count, char** arguments) {
  namespace simulation = holdfast::simulation;
  const auto options = simulation::ReadOptions(count, arguments);
  if (!options) return 2;
  if (options->defect == "all") return simulation::ProveDefects(*options);
  if (!simulation::PlantDefect(options->defect)) return 2;
  return options->prints ? simulation::TellOne(*options) : simulation::LiveMany(*options);
}
