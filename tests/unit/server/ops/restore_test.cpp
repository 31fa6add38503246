// What is restored from a backup is what was backed up, and knows that it was restored.
#include "server/ops/backup/restore.h"

#include <filesystem>
#include <string>

#include "rules/errors.h"
#include "server/ops/backup/backup_files.h"
#include "server/ops/backup/backup_key.h"
#include "unit/server/ops/backed_practice.h"

namespace holdfast::server {

TEST_CASE("a restored practice begins one new life, with its first start") {
  Backed practice;
  const Bytes before = Backed::LifeOf(practice.data);
  const fs::path backup = practice.Make().path;
  REQUIRE(practice.Restore(practice.folder).ok());
  CHECK(fs::exists(practice.target / "restored"));
  const Bytes after = Backed::LifeOf(practice.target);
  CHECK(after != before);
  CHECK_FALSE(fs::exists(practice.target / "restored"));
  CHECK(Backed::LifeOf(practice.target) == after);
  // The same backup once more is another life again.
  fs::remove_all(practice.target);
  REQUIRE(practice.Restore(backup).ok());
  CHECK(Backed::LifeOf(practice.target) != after);
  practice.CheckRestoreRefused(backup, "a practice's directory already");
}

TEST_CASE("a backup of another practice than the key that is named is refused, keys and all") {
  Backed practice;
  const Backed other;
  const fs::path backup = practice.Make().path;
  practice.CheckRestoreRefused(backup, "another practice's key", nullptr,
                               ReadFile(other.data / "practice.key"));
  CHECK(practice.Restore(backup, nullptr, ReadFile(practice.data / "practice.key")).ok());
}

TEST_CASE("a restored store that lost its end before its first start is not served as whole") {
  Backed practice;
  const fs::path backup = practice.Make().path;
  REQUIRE(practice.Restore(backup).ok());
  fs::remove_all(practice.target / "db");
  const auto directory = DataDirectory::Open(practice.target);
  const auto tls = ReadTlsIdentity(*directory);
  CHECK(Refuses(Practice::Open(*directory, *tls, "127.0.0.1:1", Configuration()).status(),
                "put the copy there first"));
}

TEST_CASE("a restore that was interrupted is refused at the start, and can be repeated") {
  Backed practice;
  const fs::path backup = practice.Make().path;
  // As a kill leaves it: in the middle, and right before the end.
  fs::create_directory(practice.target);
  fs::permissions(practice.target, fs::perms::owner_all);
  WriteFile(practice.target / "restoring", backup.string());
  SECTION("at the beginning") {}
  SECTION("in the middle") {
    fs::create_directory(practice.target / "db");
    WriteFile(practice.target / "db" / "CURRENT", "MANIF");
    WriteFile(practice.target / "store", "half");
  }
  SECTION("right before the end") {
    fs::copy(practice.data, practice.target, fs::copy_options::recursive);
    fs::permissions(practice.target, fs::perms::owner_all);
    WriteFile(practice.target / "restored", backup.string());
  }
  CHECK(Refuses(DataDirectory::Open(practice.target).status(), "was interrupted"));
  CHECK(Refuses(InitPractice(practice.target, ""), ""));
  REQUIRE(practice.Restore(backup).ok());
  CHECK(Backed::LifeOf(practice.target) != Backed::LifeOf(practice.data));
}

TEST_CASE("what lies in the target is never touched") {
  Backed practice;
  const fs::path backup = practice.Make().path;
  fs::create_directory(practice.target);
  WriteFile(practice.target / "letter", "mine");
  practice.CheckRestoreRefused(backup, "not empty");
}

TEST_CASE(
    "a target that another restore holds, or that cannot be locked, is not marked or filled") {
  Backed practice;
  const fs::path backup = practice.Make().path;
  {
    const auto directory = DataDirectory::CreateToRestore(practice.target);
    REQUIRE(directory.ok());
    const auto held = directory->TryLock();
    REQUIRE((held.ok() && *held));
    practice.CheckRestoreRefused(backup, "by another holdfastd");
  }
  // Killed right behind the lock, it can be repeated.
  CHECK(TreeOf(practice.target).size() == 1);
  fs::remove(practice.target / "lock");
  fs::create_directory(practice.target / "lock");
  WriteFile(practice.target / "restoring", "x");
  practice.CheckRestoreRefused(backup, "cannot open");
  fs::remove(practice.target / "lock");
  fs::remove(practice.target / "restoring");
  WriteFile(practice.target / "lock", "");
  CHECK(practice.Restore(backup).ok());
}

}  // namespace holdfast::server
