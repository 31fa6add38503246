// Watches the space of the data directory. Below the floor sends are refused while
// reads, acknowledgements and logins go on, because a store that cannot write its
// own bookkeeping cannot be opened again.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>

#include "absl/status/statusor.h"

namespace holdfast::server {

struct DiskSpace {
  std::uint64_t total_bytes = 0;
  std::uint64_t free_bytes = 0;  // for this user
};

absl::StatusOr<DiskSpace> MeasureDisk(const std::filesystem::path& path);

// The configured floor, or a tenth of the file system where that is less.
std::uint64_t FloorBytes(std::uint64_t configured_bytes, std::uint64_t total_bytes);

class DiskGuard {
 public:
  using Measure = std::function<absl::StatusOr<DiskSpace>()>;
  // Called on every change, and with true when it starts above the floor; never
  // twice with the same value; on the thread that measured.
  using Changed = std::function<void(bool admit)>;

  DiskGuard(std::uint64_t configured_floor_bytes, Measure measure, Changed changed);

  // Once a second, and before serving. Space that cannot be measured changes
  // nothing.
  void Check();

  // So many bytes are about to be written. Between two seconds a fast disk could
  // run far below the floor, so this measures again for every 1/kChargesPerFloor
  // of it. Any thread; mostly one addition.
  void Charge(std::size_t bytes);

 private:
  const std::uint64_t configured_floor_bytes_;
  const Measure measure_;
  const Changed changed_;
  std::mutex mutex_;
  bool known_ = false;
  bool admit_ = false;
  std::atomic<std::uint64_t> charged_bytes_{0};
  std::atomic<std::uint64_t> measure_after_bytes_{0};
};

// Admitted again only with this much more than the floor, so that it does not
// flicker.
inline constexpr std::uint64_t kResumePercent = 125;
inline constexpr std::uint64_t kChargesPerFloor = 16;
inline constexpr std::uint64_t kChargeBytesMin = std::uint64_t{64} * 1024;

}  // namespace holdfast::server
