#include "bench/batch_entry.h"

#include "bench/bare_database.h"
#include "bench/meter.h"

namespace holdfast::bench {

void BatchEntry::Round() {
  const RecordedSends& recorded = setting_.recorded();
  const auto directory = setting_.directory() / "bare";
  {
    BareDatabase database(directory);
    const Meter meter;
    for (const Batch& batch : recorded.batches) database.Replay(batch);
    const Cost cost = meter.Stop();
    const auto sends = static_cast<double>(recorded.sends);
    cpu_s_.push_back(cost.cpu_s / sends);
    per_s_.push_back(sends / cost.wall_s);
  }
  std::filesystem::remove_all(directory);
}

void BatchEntry::Report(Table& table) const {
  const RecordedSends& recorded = setting_.recorded();
  table.Add(
      {"batch entry, bare RocksDB", "us CPU", Microseconds(cpu_s_), {}, "memtable and log writes"});
  table.Add({"batch entries, one thread", "entries/s", per_s_, {}, "the sync of each batch"});
  table.Add({"written for one send", "bytes", {recorded.BytesPerSend()}, {}, ""});
  table.Add({"sends in one batch, as recorded",
             "sends",
             {recorded.SendsPerBatch()},
             {},
             "what arrives while the batch before is synced"});
}

}  // namespace holdfast::bench
