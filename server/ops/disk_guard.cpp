#include "server/ops/disk_guard.h"

#include <sys/statvfs.h>

#include <algorithm>
#include <utility>

#include "server/ops/files.h"
#include "server/runtime/log.h"

namespace holdfast::server {

absl::StatusOr<DiskSpace> MeasureDisk(const std::filesystem::path& path) {
  struct statvfs facts {};
  if (::statvfs(path.c_str(), &facts) != 0) return FileFailure("measure the space of", path);
  return DiskSpace{facts.f_blocks * facts.f_frsize, facts.f_bavail * facts.f_frsize};
}

std::uint64_t FloorBytes(std::uint64_t configured_bytes, std::uint64_t total_bytes) {
  return std::min(configured_bytes, total_bytes / 10);
}

DiskGuard::DiskGuard(std::uint64_t configured_floor_bytes, Measure measure, Changed changed)
    : configured_floor_bytes_(configured_floor_bytes),
      measure_(std::move(measure)),
      changed_(std::move(changed)) {}

void DiskGuard::Check() {
  const std::lock_guard lock(mutex_);
  const absl::StatusOr<DiskSpace> space = measure_();
  if (!space.ok()) {
    Log(LogLevel::kWarning, "disk_not_measured", {{"error", space.status()}});
    return;
  }
  const std::uint64_t floor = FloorBytes(configured_floor_bytes_, space->total_bytes);
  charged_bytes_.store(0);
  measure_after_bytes_.store(std::max(floor / kChargesPerFloor, kChargeBytesMin));
  const std::uint64_t needed = known_ && !admit_ ? floor / 100 * kResumePercent : floor;
  const bool admit = space->free_bytes >= needed;
  if (known_ && admit == admit_) return;
  if (known_ || !admit) {
    Log(admit ? LogLevel::kInfo : LogLevel::kError,
        admit ? "disk_space_returned" : "disk_floor_reached",
        {{"free_bytes", space->free_bytes}, {"floor_bytes", floor}});
  }
  known_ = true;
  admit_ = admit;
  changed_(admit);
}

void DiskGuard::Charge(std::size_t bytes) {
  const std::uint64_t charged = charged_bytes_.fetch_add(bytes) + bytes;
  if (charged >= measure_after_bytes_.load()) Check();
}

}  // namespace holdfast::server
