#include "bench/sync.h"

#include <fcntl.h>
#include <unistd.h>

#include "bench/meter.h"

namespace holdfast::bench {
namespace {

constexpr int kSyncs = 300;
constexpr int kSyncsQuick = 20;

}  // namespace

double Sync::SyncsPerSecond(std::size_t bytes) const {
  const std::string file = (setting_.directory() / "sync").string();
  const int descriptor = open(file.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor < 0) throw std::runtime_error("cannot write " + file);
  const Bytes piece = test::RandomBytes(bytes);
  const int syncs = setting_.options().quick ? kSyncsQuick : kSyncs;
  const auto write_at = [&](int i) {
    const auto offset = static_cast<off_t>(i) * static_cast<off_t>(bytes);
    return pwrite(descriptor, piece.data(), bytes, offset) == static_cast<ssize_t>(bytes);
  };
  bool written = true;
  // Once beforehand, so that the measured writes change nothing but bytes.
  for (int i = 0; i < syncs && written; ++i) written = write_at(i);
  written = written && fsync(descriptor) == 0;
  const Meter meter;
  for (int i = 0; i < syncs && written; ++i) written = write_at(i) && fdatasync(descriptor) == 0;
  const double seconds = meter.Stop().wall_s;
  close(descriptor);
  std::filesystem::remove(file);
  if (!written) throw std::runtime_error("cannot write and sync " + file);
  return syncs / seconds;
}

void Sync::Round() {
  const RecordedSends& recorded = setting_.recorded();
  const double entry = recorded.BytesPerSend();
  const double per_batch = recorded.SendsPerBatch();
  one_by_one_.push_back(SyncsPerSecond(static_cast<std::size_t>(entry)));
  in_batches_.push_back(SyncsPerSecond(static_cast<std::size_t>(entry * per_batch)) * per_batch);
}

void Sync::Report(Table& table) const {
  table.Add({"fdatasync after the bytes of each send", "sends/s", one_by_one_, {}, "the disk"});
  table.Add({"fdatasync after the bytes of each batch", "sends/s", in_batches_, {}, "the disk"});
}

}  // namespace holdfast::bench
