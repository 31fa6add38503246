// A full disk: writing is refused cleanly, reading goes on, and all is well again
// when there is space. On a small file system of its own, which needs root.
#include <sys/mount.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <fstream>
#include <thread>

#include "support/catch.h"
#include "support/couple.h"
#include "support/wire_device.h"

namespace holdfast::test {
namespace {

constexpr std::uint64_t kDiskBytes = 128ULL << 20U;
// Far below the floor (a tenth of the disk), but not the very last byte.
constexpr std::uint64_t kLeftBytes = 3ULL << 20U;

class SmallDisk {
 public:
  SmallDisk() {
    const std::string options = "size=" + std::to_string(kDiskBytes);
    mounted_ = mount("tmpfs", where_.path().c_str(), "tmpfs", 0, options.c_str()) == 0;
  }
  ~SmallDisk() {
    if (mounted_) umount2(where_.path().c_str(), MNT_DETACH);
  }
  bool mounted() const { return mounted_; }
  std::filesystem::path operator/(const std::string& name) const { return where_ / name; }

  // Takes all space but `left` bytes; with 0 to the last byte.
  void Fill(std::uint64_t left) const {
    const std::string block(1 << 16U, 'f');
    std::ofstream filler(where_ / "filler", std::ios::binary | std::ios::app);
    while (FreeBytes() > left &&
           filler.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
  }
  // The same to a page.
  void FillExactly(std::uint64_t left) const {
    constexpr std::size_t kPageBytes = 4096;
    Fill(left + (1U << 20U));
    const std::string page(kPageBytes, 'p');
    std::ofstream filler(where_ / "filler", std::ios::binary | std::ios::app);
    while (FreeBytes() > left && filler.write(page.data(), kPageBytes).flush()) {
    }
  }
  void Free() const { std::filesystem::remove(where_ / "filler"); }
  std::uint64_t FreeBytes() const {
    struct statvfs space {};
    statvfs(where_.path().c_str(), &space);
    return std::uint64_t{space.f_bavail} * space.f_frsize;
  }

 private:
  TempDir where_;
  bool mounted_ = false;
};

#define REQUIRE_MOUNTED(disk)                                 \
  if (!(disk).mounted()) {                                    \
    WARN("skipped: mounting a small file system needs root"); \
    return;                                                   \
  }

struct FullDiskSetting {
  SmallDisk& disk;
  PracticeProcess practice{disk / "practice"};
  WireDevice therapist, client;

  explicit FullDiskSetting(SmallDisk& small_disk) : disk(small_disk) {
    // The disk is what runs out here.
    practice.Configure("mib_per_day", "1000");
    practice.Configure("envelopes_per_day", "1000000");
    practice.Start();
    REQUIRE(therapist.Enroll(practice.EnrolmentCode()).ok());
    REQUIRE(client.Join(therapist.Invite()).ok());
  }
  v1::SendRequest Message() const { return client.Message(client.bond(), therapist.id(), 30'000); }
  grpc::Status SendOne() {
    v1::SendResponse response;
    return client.Send(Message(), response);
  }
  std::size_t Unread(bool acknowledge) {
    std::vector<v1::Entry> entries;
    CHECK(therapist.Read(cursor, acknowledge, entries).ok());
    return entries.size();
  }
  v1::Cursor cursor;
};

TEST_CASE("on a full disk sends are refused, reads and acknowledgements go on", "[full_disk]") {
  SmallDisk disk;
  REQUIRE_MOUNTED(disk);
  FullDiskSetting fixture(disk);
  for (int i = 0; i < 20; ++i) REQUIRE(fixture.SendOne().ok());
  const v1::SendRequest stored = fixture.Message();
  v1::SendResponse receipt;
  REQUIRE(fixture.client.Send(stored, receipt).ok());

  disk.Fill(kLeftBytes);
  grpc::Status refused;
  REQUIRE(Eventually([&] {
    refused = fixture.SendOne();
    return !refused.ok();
  }));
  INFO(refused.error_message());
  CHECK(refused.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED);
  CHECK(ReasonIn(refused) == "storage_full");
  v1::ErrorDetail detail;
  REQUIRE(detail.ParseFromString(refused.error_details()));
  CHECK(detail.retry_after_ms() > 0);

  // Whoever lost the answer still learns that it is stored.
  v1::SendResponse again;
  CHECK(fixture.client.Send(stored, again).ok());
  CHECK(again.SerializeAsString() == receipt.SerializeAsString());
  CHECK(fixture.Unread(true) >= 22);
  CHECK(fixture.client.LogIn().ok());
  CHECK(fixture.Unread(true) == 0);
  CHECK(fixture.practice.running());

  disk.Free();
  CHECK(Eventually([&] { return fixture.SendOne().ok(); }));
  CHECK(fixture.Unread(true) == 1);
  CHECK(fixture.practice.Stop().exit_code == 0);
}

TEST_CASE("a disk that fills up under load is refused before it is full", "[full_disk]") {
  SmallDisk disk;
  REQUIRE_MOUNTED(disk);
  FullDiskSetting fixture(disk);
  disk.Fill(24ULL << 20U);
  std::size_t stored = 0;
  grpc::Status status;
  while ((status = fixture.SendOne()).ok()) {
    ++stored;
    REQUIRE(stored < 4000);
  }
  INFO(stored << " stored, then " << status.error_message() << ", " << disk.FreeBytes() << " left\n"
              << fixture.practice.log());
  CHECK(ReasonIn(status) == "storage_full");
  CHECK(fixture.practice.running());
  CHECK(fixture.Unread(false) == stored + 1);
  CHECK(fixture.practice.Stop().exit_code == 0);
}

TEST_CASE("a small disk that sending fills keeps its floor, and acknowledgements go on",
          "[full_disk]") {
  SmallDisk disk;
  REQUIRE_MOUNTED(disk);
  FullDiskSetting fixture(disk);
  std::size_t stored = 0;
  grpc::Status status;
  while ((status = fixture.SendOne()).ok()) {
    ++stored;
    REQUIRE(stored < 5000);
    if (stored % 400 == 0) fixture.Unread(true);
  }
  CHECK(ReasonIn(status) == "storage_full");
  // What the store writes by itself afterwards was counted before.
  std::uint64_t least = disk.FreeBytes();
  for (int i = 0; i < 30; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    least = std::min(least, disk.FreeBytes());
  }
  INFO(stored << " stored, at least " << least << " free\n" << fixture.practice.log());
  CHECK(least > kDiskBytes / 10 / 2);
  CHECK(fixture.Unread(true) > 0);
  CHECK(fixture.Unread(true) == 0);
  CHECK(fixture.client.LogIn().ok());
  CHECK(fixture.practice.Stop().exit_code == 0);
}

TEST_CASE("a practice starts on a full disk, is read, and recovers", "[full_disk]") {
  SmallDisk disk;
  REQUIRE_MOUNTED(disk);
  FullDiskSetting fixture(disk);
  for (int i = 0; i < 20; ++i) REQUIRE(fixture.SendOne().ok());
  for (const bool clean : {true, false}) {
    if (clean) {
      REQUIRE(fixture.practice.Stop().exit_code == 0);
    } else {
      fixture.practice.Kill();
    }
    disk.Fill(0);
    INFO((clean ? "stopped" : "killed") << ", " << disk.FreeBytes() << " left");
    fixture.practice.Start();
    REQUIRE(Eventually([&] { return fixture.therapist.LogIn().ok(); }));
    REQUIRE(fixture.client.LogIn().ok());
    v1::Cursor from_start;
    std::vector<v1::Entry> entries;
    REQUIRE(fixture.therapist.Read(from_start, false, entries).ok());
    CHECK(entries.size() >= 21);
    // What a killed server had reserved comes free again; that may be enough.
    disk.Fill(kLeftBytes);
    grpc::Status refused;
    CHECK(Eventually([&] {
      refused = fixture.SendOne();
      return !refused.ok();
    }));
    CHECK(ReasonIn(refused) == "storage_full");
    disk.Free();
    CHECK(Eventually([&] { return fixture.SendOne().ok(); }));
  }
  CHECK(fixture.practice.Stop().exit_code == 0);
}

TEST_CASE("what this device's full disk keeps from going out is kept, and that alone is said",
          "[full_disk]") {
  SmallDisk disk;
  REQUIRE_MOUNTED(disk);
  Couple couple;
  Person client(disk / "client");
  client.Join(couple.therapist.Invite());
  client.Sync();
  // With a little more room each time: first nothing can be kept, then it can and no more.
  bool met = false;
  for (std::uint64_t left = 16U << 10U; !met && left < (1U << 20U); left += 16U << 10U) {
    const std::string text = "with " + std::to_string(left) + " left";
    disk.FillExactly(left);
    const Outcome sent = client.TryPlain({"send", "--text", text});
    disk.Free();
    const Json inbox = client.Inbox();
    const bool is_kept = !TextsFrom(inbox, "me").empty() && TextsFrom(inbox, "me").back() == text;
    INFO(text << "\n" << Describe(sent));
    REQUIRE_FALSE((is_kept && sent.exit_code == kExitOk));
    if (!is_kept) continue;
    met = true;
    CHECK(sent.exit_code == kExitDevice);
    CHECK(sent.out.empty());
    CHECK(sent.err.find("is kept on this device, so do not write it again") != std::string::npos);
    client.Sync();
    couple.therapist.Sync();
    CHECK(TextsFrom(couple.therapist.Inbox(), "client").size() == 1);
  }
  CHECK(met);
}

TEST_CASE("what is written while the practice's disk is full waits in the vault", "[full_disk]") {
  SmallDisk disk;
  REQUIRE_MOUNTED(disk);
  const TempDir files;
  PracticeProcess practice(disk / "practice");
  practice.Start();
  Person therapist(files / "therapist"), client(files / "client");
  therapist.Enroll(practice.EnrolmentCode());
  client.Join(therapist.Invite());
  therapist.Sync();
  WireDevice probe;
  REQUIRE(probe.Enroll(practice.EnrolmentCode()).ok());
  disk.Fill(kLeftBytes);
  REQUIRE(Eventually([&] {
    try {
      probe.Invite();
      return false;
    } catch (const std::exception&) {
      return true;
    }
  }));

  const Outcome written = client.Try(Person::CheckInCommand("when there is room"), "{}");
  INFO(Describe(written));
  CHECK(written.out.find("queued") != std::string::npos);
  CHECK(MessageWith(client.Inbox(), "when there is room").at("state") == "queued");
  disk.Free();
  CHECK(Eventually([&] {
    client.Try({"sync"});
    return MessageWith(client.Inbox(), "when there is room").at("state") != "queued";
  }));
  therapist.Sync();
  CHECK(TextsFrom(therapist.Inbox(), "client").size() == 1);
}

}  // namespace
}  // namespace holdfast::test
