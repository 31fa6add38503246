#include "server/ops/ballast.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>

#include "server/ops/files.h"
#include "server/runtime/log.h"

namespace holdfast::server {

namespace fs = std::filesystem;

std::uint64_t BallastBytes(std::uint64_t total_bytes) {
  return std::min(kBallastBytes, total_bytes / 20);
}

bool ReleaseBallast(const fs::path& ballast, const DiskSpace& space, std::uint64_t floor_bytes) {
  if (space.free_bytes >= std::max(floor_bytes, BallastBytes(space.total_bytes))) return false;
  std::error_code error;
  if (!fs::remove(ballast, error)) return false;
  Log(LogLevel::kWarning, "ballast_released", {{"free_bytes", space.free_bytes}});
  return true;
}

bool RestoreBallast(const fs::path& ballast, const DiskSpace& space, std::uint64_t floor_bytes) {
  const std::uint64_t size = BallastBytes(space.total_bytes);
  std::error_code error;
  if (fs::exists(ballast, error) || space.free_bytes < size + floor_bytes / 100 * kResumePercent)
    return false;
  const FileDescriptor file(::open(ballast.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file.ok()) return false;
  // Allocated, not written: a hole would keep nothing back.
  if (::posix_fallocate(file.get(), 0, static_cast<off_t>(size)) != 0) {
    fs::remove(ballast, error);
    return false;
  }
  Log(LogLevel::kInfo, "ballast_made", {{"bytes", size}});
  return true;
}

}  // namespace holdfast::server
