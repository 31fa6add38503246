// holdfast-bench-engine: what the engine of rhythms and timers costs where there is
// much of it. Needs no network: core, committer and database alone.
#include <stdlib.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "bench/cores.h"
#include "bench/engine/days.h"
#include "bench/engine/herd_openings.h"
#include "bench/engine/herd_sends.h"
#include "bench/engine/start_process.h"
#include "bench/engine/start_up.h"
#include "bench/file_system.h"
#include "bench/must.h"

namespace holdfast::bench {
namespace {

constexpr std::string_view kBuild = HOLDFAST_BUILD;

class Scratch {
 public:
  explicit Scratch(const std::filesystem::path& data) : path_(MakeScratch(data)) {}
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Of processes that want a core, in the last minute.
double LoadAverage() {
  double load = 0;
  return getloadavg(&load, 1) == 1 ? load : 0;
}

class Bench {
 public:
  explicit Bench(const EngineOptions& options)
      : options_(options),
        scratch_(options.data),
        start_up_(options_, scratch_.path()),
        ground_(options_, scratch_.path()),
        openings_(ground_),
        sends_(ground_, options.quick),
        days_(options_, scratch_.path()) {}

  void Run() {
    load_before_ = LoadAverage();
    for (const auto& [name, measurement] : Chosen()) {
      std::cerr << "preparing " << name << "\n";
      measurement->Prepare();
    }
    for (int round = 1; round <= options_.rounds; ++round) {
      for (const auto& [name, measurement] : Chosen()) {
        std::cerr << "round " << round << " of " << options_.rounds << ": " << name << "\n";
        measurement->Round();
      }
    }
    for (const auto& [name, measurement] : Chosen()) measurement->Report(table_);
    load_after_ = LoadAverage();
  }

  void Print() const {
    const std::string file_system = FileSystemOf(scratch_.path());
    if (options_.json) {
      const nlohmann::json document = {{"cores", Cores()},
                                       {"file_system", file_system},
                                       {"on_disk", IsOnDisk(file_system)},
                                       {"rounds", options_.rounds},
                                       {"load_before", load_before_},
                                       {"load_after", load_after_},
                                       {"build", kBuild},
                                       {"figures", table_.ToJson()}};
      std::cout << document.dump(2) << "\n";
      return;
    }
    std::cout << "holdfast-bench-engine: " << Cores() << " cores, load " << load_before_
              << " before and " << load_after_ << " after, data on " << file_system
              << ", median of " << options_.rounds << " rounds\n";
    if (!IsOnDisk(file_system)) {
      std::cout << "This is no disk: a sync costs nothing here. Use --data DIR.\n";
    }
    if (kBuild != "Release") std::cout << "This is no release build: the figures say little.\n";
    std::cout << "\n";
    table_.Print(std::cout);
  }

  // Empty where every figure came out.
  std::vector<std::string> Missing() const { return table_.Missing(); }

 private:
  using Named = std::vector<std::pair<std::string, Measurement*>>;

  Named Chosen() {
    const Named all = {
        {"start", &start_up_}, {"herd", &openings_}, {"sends", &sends_}, {"days", &days_}};
    if (options_.only.empty()) return all;
    Named chosen;
    for (const auto& one : all) {
      if (one.first == options_.only) chosen.push_back(one);
    }
    return chosen;
  }

  EngineOptions options_;
  Scratch scratch_;
  StartUp start_up_;
  HerdGround ground_;
  HerdOpenings openings_;
  HerdSends sends_;
  Days days_;
  Table table_;
  double load_before_ = 0;
  double load_after_ = 0;
};

int Main(int argc, char** argv) {
  EngineOptions options;
  CLI::App app(
      "Measures the engine of rhythms and timers where there is much of it: starting with many "
      "bonds, many slots that are due at once, sends beside them, and years of days.");
  app.add_option("--only", options.only, "One measurement alone")
      ->check(CLI::IsMember({"start", "herd", "sends", "days"}));
  auto* bonds =
      app.add_option("--bonds", options.bonds,
                     "How many bonds a practice starts with; 1,000,000 by default, some 3 GB")
          ->check(CLI::Range(10 * kClientsPerTherapist, std::size_t{10'000'000}));
  auto* slots =
      app.add_option("--slots", options.slots, "How many slots are due at once; 10,000 by default")
          ->check(CLI::Range(kClientsPerTherapist, std::size_t{1'000'000}));
  auto* days = app.add_option("--days", options.days, "How many days are lived; 10,000 by default")
                   ->check(CLI::Range(std::size_t{8}, std::size_t{50'000}));
  app.add_option("--rounds", options.rounds, "How often each is measured; 5 by default")
      ->check(CLI::Range(1, 25));
  app.add_option("--data", options.data, "A directory on the disk to measure; . by default")
      ->check(CLI::ExistingDirectory);
  app.add_flag("--json", options.json, "One JSON document on standard output");
  app.add_flag("--quick", options.quick, "Small counts: shows that it works, not how fast it is");
  CLI11_PARSE(app, argc, argv);
  if (options.quick) {
    if (bonds->empty()) options.bonds = kQuickBonds;
    if (slots->empty()) options.slots = kQuickSlots;
    if (days->empty()) options.days = kQuickDays;
  }
  Bench bench(options);
  bench.Run();
  bench.Print();
  for (const std::string& name : bench.Missing()) {
    std::cerr << "did not come out: " << name << "\n";
  }
  return bench.Missing().empty() ? 0 : 1;
}

}  // namespace
}  // namespace holdfast::bench

int main(int argc, char** argv) {
  try {
    holdfast::bench::Must(holdfast::crypto::Initialise(), "initialise");
    if (argc > 1 && std::string(argv[1]) == holdfast::bench::kStartArgument) {
      return holdfast::bench::RunStart(argc, argv);
    }
    return holdfast::bench::Main(argc, argv);
  } catch (const std::exception& exception) {
    std::cerr << "holdfast-bench-engine: " << exception.what() << "\n";
    return 1;
  }
}
