// holdfast-bench: how fast the product is, always beside what the same machine
// allows in the same run.
#include <CLI/CLI.hpp>
#include <functional>
#include <iostream>

#include "bench/caseload.h"
#include "bench/ceiling.h"
#include "bench/cores.h"
#include "bench/delivery.h"
#include "bench/file_system.h"
#include "bench/footprint.h"
#include "bench/must.h"
#include "bench/sealing.h"
#include "client/transport/grpc_log.h"

namespace holdfast::bench {
namespace {

constexpr std::chrono::milliseconds kQuickRound{150};

constexpr std::string_view kBuild = HOLDFAST_BUILD;

class Bench {
 public:
  explicit Bench(const Options& options)
      : options_(options),
        setting_(options),
        sealing_(options),
        sync_(setting_),
        entry_(setting_),
        echo_(setting_),
        sends_(setting_),
        delivery_(setting_, sends_),
        footprint_(setting_),
        caseload_(setting_) {}

  void Run() {
    for (const auto& [name, measurement] : Chosen()) {
      Say("preparing " + name);
      measurement->Prepare();
    }
    for (int round = 1; round <= kRounds; ++round) {
      for (const auto& [name, measurement] : Chosen()) {
        Say("round " + std::to_string(round) + " of " + std::to_string(kRounds) + ": " + name);
        measurement->Round();
      }
    }
    for (const auto& [name, measurement] : Chosen()) measurement->Report(table_);
    if (options_.only.empty()) ReportCeiling(echo_, entry_, sync_, sends_, table_);
  }

  void Print() const {
    const std::string file_system = FileSystemOf(setting_.directory());
    const bool on_disk = IsOnDisk(file_system);
    if (options_.json) {
      const nlohmann::json document = {{"cores", Cores()},   {"file_system", file_system},
                                       {"on_disk", on_disk}, {"rounds", kRounds},
                                       {"build", kBuild},    {"figures", table_.ToJson()}};
      std::cout << document.dump(2) << "\n";
      return;
    }
    std::cout << "holdfast-bench: " << Cores() << " cores, data on " << file_system
              << ", median of " << kRounds << " rounds\n";
    if (!on_disk) std::cout << "This is no disk: a sync costs nothing here. Use --data DIR.\n";
    if (kBuild != "Release") std::cout << "This is no release build: the figures say little.\n";
    std::cout << "\n";
    table_.Print(std::cout);
  }

  // Empty where every figure came out.
  std::vector<std::string> Missing() const { return table_.Missing(); }

 private:
  using Named = std::vector<std::pair<std::string, Measurement*>>;

  Named Chosen() {
    const Named all = {{"sealing", &sealing_},     {"sync", &sync_},
                       {"entry", &entry_},         {"echo", &echo_},
                       {"sends", &sends_},         {"delivery", &delivery_},
                       {"footprint", &footprint_}, {"caseload", &caseload_}};
    if (options_.only.empty()) return all;
    Named chosen;
    for (const auto& one : all) {
      if (one.first == options_.only) chosen.push_back(one);
    }
    return chosen;
  }

  void Say(const std::string& what) const { std::cerr << what << "\n"; }

  Options options_;
  Setting setting_;
  Sealing sealing_;
  Sync sync_;
  BatchEntry entry_;
  Echo echo_;
  Sends sends_;
  Delivery delivery_;
  Footprint footprint_;
  Caseload caseload_;
  Table table_;
};

int Main(int argc, char** argv) {
  Options options;
  double seconds = 0;
  CLI::App app("Measures Holdfast against what the same machine allows in the same run.");
  app.add_option("--only", options.only, "One measurement alone")
      ->check(CLI::IsMember(
          {"sealing", "sync", "entry", "echo", "sends", "delivery", "footprint", "caseload"}));
  app.add_option("--seconds", seconds, "How long each round of a load lasts; 2 by default")
      ->check(CLI::Range(0.05, 30.0));
  app.add_option("--data", options.data, "A directory on the disk to measure; . by default")
      ->check(CLI::ExistingDirectory);
  app.add_flag("--json", options.json, "One JSON document on standard output");
  app.add_flag("--quick", options.quick, "Short rounds: shows that it works, not how fast it is");
  CLI11_PARSE(app, argc, argv);
  if (options.quick) options.round = kQuickRound;
  if (seconds > 0) {
    options.round = std::chrono::milliseconds(static_cast<int>(seconds * 1000));
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
    holdfast::client::QuietenGrpc();
    holdfast::bench::Must(holdfast::crypto::Initialise(), "initialise");
    if (argc == 3 && std::string(argv[1]) == holdfast::bench::kServeEchoArgument) {
      holdfast::bench::ServeEcho(argv[2]);
    }
    return holdfast::bench::Main(argc, argv);
  } catch (const std::exception& exception) {
    std::cerr << "holdfast-bench: " << exception.what() << "\n";
    return 1;
  }
}
