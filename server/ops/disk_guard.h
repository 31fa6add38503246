// Watches the space of the data directory. Below the floor sends are refused while
// reads, acknowledgements and logins go on, because a store that cannot write its
// own bookkeeping cannot be opened again. The floor stands above what the store may
// still write by itself at any moment.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>

#include "absl/status/statusor.h"

namespace holdfast::server {

struct DiskSpace {
  std::uint64_t total_bytes = 0;
  std::uint64_t free_bytes = 0;  // for this user
  // Of it, what the store may take without being asked: to write out what lies in
  // memory, and to copy while it compacts.
  std::uint64_t spoken_for_bytes = 0;
  // Of that, what it takes without copying large values: compacting its tables alone gives
  // back what was erased.
  std::uint64_t tables_bytes = 0;
};

// For whoever looks on.
struct DiskReading {
  DiskSpace space;
  std::uint64_t needed_bytes = 0;  // with less free, nothing that makes the store grow is taken
  bool admits = false;
};

absl::StatusOr<DiskSpace> MeasureDisk(const std::filesystem::path& path);

// The configured floor, or a tenth of the file system where that is less.
std::uint64_t FloorBytes(std::uint64_t configured_bytes, std::uint64_t total_bytes);

class DiskGuard {
 public:
  struct Hooks {
    // These two on the thread that calls Check.
    std::function<absl::StatusOr<DiskSpace>()> measure;
    // On every change, and with true when it starts above the floor.
    std::function<void(bool admit)> changed;
    // These two on any thread that charges, so neither may wait. Check is wanted; not
    // again before it has come.
    std::function<void()> check_soon;
    // More was charged than there was room for: nothing may be admitted until Check.
    std::function<void()> stop;
  };

  DiskGuard(std::uint64_t configured_floor_bytes, Hooks hooks);

  // Once a second, before serving, and where check_soon asked for it. One thread. Space
  // that cannot be measured changes nothing.
  void Check();

  // So many bytes are about to be written. Between two seconds a fast disk could
  // run far below the floor, so a look is asked for with every 1/kChargesPerFloor of
  // it, and nothing is admitted once the room that was found is used up. Any thread;
  // never waits.
  void Charge(std::size_t bytes);

  // As the newest Check found it; of its thread. Whether all that the store would like to
  // copy has room above the floor, however much that is: else it should leave large values
  // where they lie.
  bool has_room_to_copy() const { return has_room_to_copy_; }
  // Too little is left even to compact its tables: it should write no more by itself than
  // it must.
  bool is_short() const { return is_short_; }
  DiskReading Read() const { return {space_, needed_bytes_, admit_ && !stopped_}; }

 private:
  void Judge(const DiskSpace& space);

  const std::uint64_t configured_floor_bytes_;
  const Hooks hooks_;
  DiskSpace space_;
  std::uint64_t needed_bytes_ = 0;
  bool known_ = false;
  bool admit_ = false;
  bool is_short_ = false;
  bool has_room_to_copy_ = true;
  std::atomic<std::uint64_t> charged_bytes_{0};
  std::atomic<std::uint64_t> look_after_bytes_{0};
  std::atomic<std::uint64_t> room_bytes_{0};
  std::atomic<bool> asked_ = false;
  std::atomic<bool> stopped_ = false;
};

// Admitted again only with this much more than the floor, so that it does not
// flicker.
inline constexpr std::uint64_t kResumePercent = 125;
// Of the floor, what compaction leaves alone for acknowledgements and the store's own
// bookkeeping; what was held goes on with as much more.
inline constexpr std::uint64_t kLastShareOfFloor = 4;
inline constexpr std::uint64_t kChargesPerFloor = 16;
inline constexpr std::uint64_t kChargeBytesMin = std::uint64_t{64} * 1024;
// What the store may take by itself counts up to so many floors: where it would take more,
// it is held instead.
inline constexpr std::uint64_t kSpokenForFloorsMax = 2;
// A byte that is charged takes so much of the disk until it lies where it stays: the log,
// then a file.
inline constexpr std::uint64_t kWritesPerByte = 2;

}  // namespace holdfast::server
