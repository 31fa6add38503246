#include "bench/footprint.h"

#include <sys/stat.h>

#include "bench/must.h"
#include "server/core/records/tables.h"
#include "server/store/rocksdb_store.h"

namespace holdfast::bench {
namespace {

constexpr std::size_t kStoredPerLine = 4096;
constexpr std::size_t kStoredPerLineQuick = 64;
// Ends by itself when every envelope has been sent.
constexpr std::chrono::minutes kFillMax{10};

double BytesOnDisk(const std::filesystem::path& directory) {
  constexpr double kBlockBytes = 512;  // the unit of st_blocks, whatever the disk's
  double bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    struct stat status {};
    if (lstat(entry.path().c_str(), &status) == 0) {
      bytes += static_cast<double>(status.st_blocks) * kBlockBytes;
    }
  }
  return bytes;
}

// Bodies and capsules.
double BytesSent(const Lines& lines) {
  std::size_t bytes = 0;
  for (const auto& line : lines) {
    for (const v1::SendRequest& envelope : line->envelopes) {
      bytes += envelope.body().size();
      for (const v1::Capsule& capsule : envelope.capsules()) bytes += capsule.sealed().size();
    }
  }
  return static_cast<double>(bytes);
}

}  // namespace

void Footprint::Round() {
  if (!ratio_.empty()) return;
  test::PracticeProcess practice(setting_.directory() / "footprint");
  practice.Start();
  People people = MakePeople(practice, kPairs);
  Lines lines = LinesOf(people, practice.address(), kPairs,
                        setting_.options().quick ? kStoredPerLineQuick : kStoredPerLine);
  RunLoad(lines, kTopInFlight, kFillMax, Supply::kOnce, practice.pid());
  practice.Stop();
  const std::filesystem::path database = practice.data() / "db";
  {
    const auto store =
        Must(server::RocksDbStore::Open({database.string(), std::string(server::kLargeTables)}),
             "open the database");
    Must(store->Compact(), "compact the database");
  }
  ratio_.push_back(BytesOnDisk(database) / BytesSent(lines));
}

void Footprint::Report(Table& table) const {
  table.Add({"on disk for each byte of body and capsules", "bytes", ratio_,
             Target{Target::Kind::kAtMost, 1.3}, "header, receipt and index of each envelope"});
}

}  // namespace holdfast::bench
