#include "bench/engine/start_process.h"

#include <unistd.h>

#include <fstream>
#include <future>
#include <iostream>
#include <nlohmann/json.hpp>

#include "bench/engine/engine_practice.h"
#include "bench/engine/slot_watch.h"
#include "bench/meter.h"
#include "bench/must.h"
#include "support/process.h"

namespace holdfast::bench {
namespace {

constexpr std::chrono::minutes kStartMax{10};

double ResidentBytes() {
  std::ifstream statm("/proc/self/statm");
  double size = 0;
  double resident = 0;
  statm >> size >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

struct Ready {
  Steady::time_point at;
  double resident_bytes = 0;
};

Ready FirstAnswer(server::Committer& committer) {
  std::promise<Ready> ready;
  std::future<Ready> answer = ready.get_future();
  Must(committer.Submit(
           true,
           [](server::Core& core, server::Transaction& transaction) {
             return core.AddTherapist(transaction).status();
           },
           [&](const absl::Status& status) {
             Must(status, "answer the first request");
             ready.set_value({Steady::now(), ResidentBytes()});
           }),
       "ask something");
  return answer.get();
}

}  // namespace

Start StartOver(const std::filesystem::path& directory, std::uint64_t at_ms, std::size_t slots) {
  test::Command command;
  command.program = std::filesystem::read_symlink("/proc/self/exe").string();
  command.arguments = {kStartArgument, directory.string(), std::to_string(at_ms),
                       std::to_string(slots)};
  test::Process process(command);
  const std::optional<test::Outcome> outcome = process.Wait(kStartMax);
  if (!outcome || outcome->exit_code != 0) {
    throw std::runtime_error("a start failed: " + (outcome ? outcome->err : "it did not end"));
  }
  const auto said = nlohmann::json::parse(outcome->out);
  return {said.at("open_s"), said.at("ready_s"), said.at("grown_bytes")};
}

int RunStart(int argc, char** argv) {
  if (argc != 5) return 2;
  const std::size_t slots = std::stoull(argv[4]);
  const server::ServerWorld world;  // for the practice's keys, always the same
  const Steady::time_point begun = Steady::now();
  const auto database = OpenDatabase(argv[2]);
  const Steady::time_point opened = Steady::now();
  const double resident_bytes = ResidentBytes();
  SlotWatch watch(*database);
  EnginePractice practice(world, watch, std::stoull(argv[3]));
  server::Committer& committer = practice.Serve();
  const Ready ready = FirstAnswer(committer);
  if (slots != 0) watch.WaitFor(slots);
  committer.Drain();
  if (watch.seen().slots != slots) {
    throw std::runtime_error(std::to_string(watch.seen().slots) + " slots were opened, not " +
                             std::to_string(slots));
  }
  std::cout << nlohmann::json{{"open_s", Seconds(opened - begun)},
                              {"ready_s", Seconds(ready.at - opened)},
                              {"grown_bytes", ready.resident_bytes - resident_bytes}};
  return 0;
}

}  // namespace holdfast::bench
