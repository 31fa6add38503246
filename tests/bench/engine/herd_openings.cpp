#include "bench/engine/herd_openings.h"

#include <algorithm>
#include <map>

#include "bench/bare_database.h"
#include "bench/engine/engine_practice.h"
#include "bench/engine/slot_watch.h"
#include "bench/meter.h"
#include "server/core/records/keys.h"

namespace holdfast::bench {
namespace {

// Before the slots are due: the committer is ready by then and waits for them.
constexpr std::uint64_t kReadyMs = 200;

struct Opened {
  double seconds = 0;
  Cost cost;
};

Opened OpenHerd(const HerdGround& ground, server::Store& store) {
  SlotWatch watch(store);
  EnginePractice practice(ground.world(), watch, ground.due_ms() - kReadyMs);
  practice.Serve();
  practice.clock().Go();
  const Meter meter;
  const SlotWatch::Seen seen = watch.WaitFor(ground.slots());
  return {std::chrono::duration<double>(seen.last_committed - seen.first_begun).count(),
          meter.Stop()};
}

bool OpensSlots(const Batch& batch) {
  const char table = server::keys::Slot({}, {}).front();
  return std::ranges::any_of(batch, [&](const Write& write) { return write.key.front() == table; });
}

// Each key once, in order, as a transaction commits it.
Batch AsCommitted(const Batch& batch) {
  std::map<Bytes, std::optional<Bytes>> last;
  for (const Write& write : batch) last[write.key] = write.value;
  Batch committed;
  for (auto& [key, value] : last) committed.push_back({key, std::move(value)});
  return committed;
}

}  // namespace

void HerdOpenings::Prepare() {
  ground_.Prepare();
  const auto directory = ground_.Fresh();
  {
    const auto database = OpenDatabase(directory);
    RecordingStore recorder(*database);
    recorder.Record();
    OpenHerd(ground_, recorder);
    for (const Batch& batch : recorder.TakeBatches()) {
      if (OpensSlots(batch)) batches_.push_back(AsCommitted(batch));
    }
  }
  std::filesystem::remove_all(directory);
  for (const Batch& batch : batches_) {
    rows_ += static_cast<double>(batch.size());
    for (const Write& write : batch) {
      bytes_ += static_cast<double>(write.key.size() + (write.value ? write.value->size() : 0));
    }
  }
}

void HerdOpenings::Open() {
  const auto directory = ground_.Fresh();
  {
    const auto database = OpenDatabase(directory);
    const Opened opened = OpenHerd(ground_, *database);
    const auto slots = static_cast<double>(ground_.slots());
    per_s_.push_back(slots / opened.seconds);
    cpu_s_.push_back(opened.cost.cpu_s / slots);
  }
  std::filesystem::remove_all(directory);
}

void HerdOpenings::Replay() {
  const auto directory = ground_.Fresh();
  {
    BareDatabase database(directory);
    const Meter meter;
    for (const Batch& batch : batches_) database.Replay(batch);
    const Cost cost = meter.Stop();
    const auto slots = static_cast<double>(ground_.slots());
    bare_per_s_.push_back(slots / cost.wall_s);
    bare_cpu_s_.push_back(cost.cpu_s / slots);
  }
  std::filesystem::remove_all(directory);
}

void HerdOpenings::Round() {
  Open();
  Replay();
}

void HerdOpenings::Report(Table& table) const {
  const auto slots = static_cast<double>(ground_.slots());
  table.Add({std::to_string(ground_.slots()) + " slots due at once, opened",
             "slots/s",
             per_s_,
             {},
             "reads, dates, hashes and records of each slot"});
  table.Add({"their rows in bare batches, synced",
             "slots/s",
             bare_per_s_,
             {},
             "memtable and log writes, and the sync of each batch"});
  table.Add({"opened against bare", "ratio", Ratios(per_s_, bare_per_s_),
             Target{Target::Kind::kAtLeast, 0.5}, ""});
  table.Add({"opening a slot", "us CPU", Microseconds(cpu_s_), {}, ""});
  table.Add({"its rows alone", "us CPU", Microseconds(bare_cpu_s_), {}, ""});
  table.Add({"rows written for one slot", "rows", {rows_ / slots}, {}, ""});
  table.Add({"written for one slot", "bytes", {bytes_ / slots}, {}, ""});
  table.Add(
      {"slots in one batch", "slots", {slots / static_cast<double>(batches_.size())}, {}, ""});
}

}  // namespace holdfast::bench
