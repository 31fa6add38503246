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

DiskGuard::DiskGuard(std::uint64_t configured_floor_bytes, Hooks hooks)
    : configured_floor_bytes_(configured_floor_bytes), hooks_(std::move(hooks)) {}

void DiskGuard::Check() {
  asked_ = false;
  const absl::StatusOr<DiskSpace> space = hooks_.measure();
  if (space.ok()) return Judge(*space);
  Log(LogLevel::kWarning, "disk_not_measured", {{"error", space.status()}});
}

void DiskGuard::Judge(const DiskSpace& space) {
  const std::uint64_t floor = FloorBytes(configured_floor_bytes_, space.total_bytes);
  const std::uint64_t spoken_for = std::min(space.spoken_for_bytes, floor * kSpokenForFloorsMax);
  const std::uint64_t margin = known_ && !admit_ ? floor / 100 * (kResumePercent - 100) : 0;
  const std::uint64_t needed = floor + spoken_for + margin;
  const std::uint64_t last = floor / kLastShareOfFloor;
  space_ = space;
  needed_bytes_ = needed;
  is_short_ =
      space.free_bytes < std::min(floor, last + space.tables_bytes) + (is_short_ ? last : 0);
  has_room_to_copy_ =
      space.free_bytes >= floor + space.spoken_for_bytes + (has_room_to_copy_ ? 0 : last);
  charged_bytes_ = 0;
  look_after_bytes_ = std::max(floor / kChargesPerFloor, kChargeBytesMin);
  room_bytes_ = space.free_bytes - std::min(space.free_bytes, floor + spoken_for);
  const bool was_stopped = stopped_.exchange(false);
  const bool admit = space.free_bytes >= needed;
  if (known_ && admit == admit_ && !was_stopped) return;
  if (admit != (known_ ? admit_ : true)) {
    Log(admit ? LogLevel::kInfo : LogLevel::kError,
        admit ? "disk_space_returned" : "disk_floor_reached",
        {{"free_bytes", space.free_bytes},
         {"floor_bytes", floor},
         {"spoken_for_bytes", spoken_for}});
  }
  known_ = true;
  admit_ = admit;
  hooks_.changed(admit);
}

void DiskGuard::Charge(std::size_t bytes) {
  const std::uint64_t charged = charged_bytes_.fetch_add(bytes) + bytes;
  if (charged * kWritesPerByte > room_bytes_ + kChargeBytesMin && !stopped_.exchange(true)) {
    hooks_.stop();
  }
  if (charged >= look_after_bytes_ && !asked_.exchange(true)) hooks_.check_soon();
}

}  // namespace holdfast::server
