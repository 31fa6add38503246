// The floor below which nothing new is stored.
#include "server/ops/disk_guard.h"

#include <filesystem>
#include <vector>

#include "rules/errors.h"
#include "server/ops/ballast.h"
#include "support/catch.h"
#include "support/temp_dir.h"

namespace holdfast::server {
namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1024} * 1024;

// A disk whose free space the test sets, and what the guard said about it.
struct FakeDisk {
  DiskSpace space{10'000 * kMiB, 5'000 * kMiB};
  bool broken = false;
  int measured = 0;
  int asked = 0;
  int stopped = 0;
  std::vector<bool> said;
  DiskGuard guard{
      256 * kMiB,
      {[this]() -> absl::StatusOr<DiskSpace> {
         ++measured;
         if (broken) return Refuse(Reason::kStorageFailed, "", "no disk");
         return space;
       },
       [this](bool admit) { said.push_back(admit); }, [this] { ++asked; }, [this] { ++stopped; }}};
};

TEST_CASE("sends are refused below the floor and admitted well above it, each said once") {
  FakeDisk disk;
  disk.guard.Check();
  disk.guard.Check();
  CHECK(disk.said == std::vector<bool>{true});
  disk.space.free_bytes = 255 * kMiB;
  disk.guard.Check();
  disk.guard.Check();
  CHECK(disk.said == std::vector<bool>{true, false});
  disk.space.free_bytes = 300 * kMiB;  // above the floor, but not by enough
  disk.guard.Check();
  CHECK(disk.said.size() == 2);
  disk.space.free_bytes = 321 * kMiB;
  disk.guard.Check();
  CHECK(disk.said == std::vector<bool>{true, false, true});
}

TEST_CASE("a practice that starts on a full disk refuses sends from the first moment") {
  FakeDisk disk;
  disk.space.free_bytes = 0;
  disk.guard.Check();
  CHECK(disk.said == std::vector<bool>{false});
}

TEST_CASE("a small disk keeps a tenth") {
  CHECK(FloorBytes(256 * kMiB, 64 * kMiB) == 64 * kMiB / 10);
  CHECK(FloorBytes(256 * kMiB, 100'000 * kMiB) == 256 * kMiB);
  CHECK(BallastBytes(64 * kMiB) == 64 * kMiB / 20);
  CHECK(BallastBytes(100'000 * kMiB) == kBallastBytes);
}

TEST_CASE("a disk that fills between two seconds is noticed by what is written, without waiting") {
  FakeDisk disk;
  disk.guard.Check();
  disk.space.free_bytes = 100 * kMiB;
  for (int i = 0; i < 15; ++i) disk.guard.Charge(kMiB);
  CHECK(disk.asked == 0);
  for (int i = 0; i < 20; ++i) disk.guard.Charge(kMiB);
  CHECK(disk.asked == 1);  // once, until somebody looked
  CHECK(disk.measured == 1);
  disk.guard.Check();
  CHECK(disk.said == std::vector<bool>{true, false});
  for (int i = 0; i < 20; ++i) disk.guard.Charge(kMiB);
  CHECK(disk.asked == 2);
}

TEST_CASE("more than the room that was found is not admitted before somebody looked") {
  FakeDisk disk;
  disk.space.free_bytes = 276 * kMiB;  // 20 above the floor
  disk.guard.Check();
  for (int i = 0; i < 10; ++i) disk.guard.Charge(kMiB);
  CHECK(disk.stopped == 0);
  for (int i = 0; i < 10; ++i) disk.guard.Charge(kMiB);
  CHECK(disk.stopped == 1);
  CHECK(disk.said == std::vector<bool>{true});
  disk.guard.Check();  // and there is room after all
  CHECK(disk.said == std::vector<bool>{true, true});
}

TEST_CASE("what the store may write by itself stands above the floor") {
  FakeDisk disk;
  disk.space.free_bytes = 300 * kMiB;
  disk.guard.Check();
  CHECK(disk.said == std::vector<bool>{true});
  disk.space.spoken_for_bytes = 50 * kMiB;
  disk.guard.Check();
  CHECK(disk.said == std::vector<bool>{true, false});
  CHECK_FALSE(disk.guard.is_short());
  disk.space = {10'000 * kMiB, 5'000 * kMiB, 100'000 * kMiB};  // far more than it ever does at once
  disk.guard.Check();
  CHECK(disk.said == std::vector<bool>{true, false, true});
}

TEST_CASE("below the floor the tables are compacted as long as their copy has room") {
  FakeDisk disk;
  disk.space = {10'000 * kMiB, 200 * kMiB, 500 * kMiB, 100 * kMiB};
  const auto is_short = [&](std::uint64_t free_bytes) {
    disk.space.free_bytes = free_bytes;
    disk.guard.Check();
    return disk.guard.is_short();
  };
  CHECK_FALSE(is_short(200 * kMiB));
  CHECK_FALSE(disk.guard.has_room_to_copy());
  CHECK_FALSE(is_short(164 * kMiB));  // the copy and a quarter of the floor
  CHECK(is_short(163 * kMiB));
  CHECK(is_short(200 * kMiB));  // it does not flicker
  CHECK_FALSE(is_short(228 * kMiB));
  CHECK_FALSE(is_short(200 * kMiB));
  // However much the store would like to copy, above the floor it is not held.
  disk.space.tables_bytes = 5'000 * kMiB;
  CHECK_FALSE(is_short(256 * kMiB));
  CHECK(is_short(255 * kMiB));
}

TEST_CASE("large values are copied only where all of them have room above the floor") {
  FakeDisk disk;
  const auto has_room = [&](std::uint64_t free_bytes) {
    disk.space.free_bytes = free_bytes;
    disk.guard.Check();
    return disk.guard.has_room_to_copy();
  };
  // Far more than counts for sends: a quarter of a large practice.
  disk.space = {1'000'000 * kMiB, 0, 25'000 * kMiB, 10 * kMiB};
  CHECK(has_room(25'256 * kMiB));
  CHECK_FALSE(has_room(25'255 * kMiB));
  CHECK(disk.said == std::vector<bool>{true});
  CHECK_FALSE(disk.guard.is_short());
  CHECK_FALSE(has_room(25'300 * kMiB));  // it does not flicker
  CHECK(has_room(25'320 * kMiB));
}

TEST_CASE("space that cannot be measured changes nothing") {
  FakeDisk disk;
  disk.guard.Check();
  disk.broken = true;
  disk.guard.Check();
  CHECK(disk.said == std::vector<bool>{true});
}

TEST_CASE("ballast takes real space, goes on a full disk and comes back with space") {
  const test::TempDir temp;
  const auto ballast = temp / "ballast";
  const DiskSpace plenty{100 * kMiB, 80 * kMiB};
  const DiskSpace full{100 * kMiB, 1 * kMiB};
  const std::uint64_t floor = 10 * kMiB;
  CHECK(RestoreBallast(ballast, plenty, floor));
  CHECK(std::filesystem::file_size(ballast) == 5 * kMiB);
  CHECK_FALSE(RestoreBallast(ballast, plenty, floor));
  CHECK_FALSE(ReleaseBallast(ballast, plenty, floor));
  CHECK(ReleaseBallast(ballast, full, floor));
  CHECK_FALSE(std::filesystem::exists(ballast));
  CHECK_FALSE(ReleaseBallast(ballast, full, floor));
  CHECK_FALSE(RestoreBallast(ballast, full, floor));
}

}  // namespace
}  // namespace holdfast::server
