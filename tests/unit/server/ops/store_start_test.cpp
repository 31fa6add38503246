// A start that refuses changes nothing, and no store is ever begun in another one's place.
#include <rocksdb/db.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "crypto/public/secret.h"
#include "rules/errors.h"
#include "server/ops/init.h"
#include "server/ops/practice.h"
#include "server/ops/practice_key.h"
#include "support/catch.h"
#include "support/temp_dir.h"

namespace holdfast::server {
namespace {

namespace fs = std::filesystem;
using test::ReadFile;
using test::TempDir;

// Every file below, with its bytes.
using Files = std::map<std::string, std::string>;
Files FilesOf(const fs::path& folder) {
  Files files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files[entry.path().string()] = ReadFile(entry.path());
  }
  return files;
}

struct Stopped {
  TempDir temp;
  fs::path data = temp / "practice";

  Stopped() {
    REQUIRE(crypto::Initialise().ok());
    REQUIRE(InitPractice(data, "").ok());
  }

  absl::StatusOr<std::unique_ptr<Practice>> Open(StoreStart start = StoreStart::kGoesOn) const {
    const auto directory = DataDirectory::Open(data);
    if (!directory.ok()) return directory.status();
    const auto tls = ReadTlsIdentity(*directory);
    REQUIRE(tls.ok());
    return Practice::Open(*directory, *tls, "127.0.0.1:1", Configuration(), start);
  }
  // A therapist's code: something that was acknowledged.
  void Serve() const {
    const auto practice = Open();
    INFO(practice.status());
    REQUIRE(practice.ok());
    const auto transaction = (*practice)->store().Begin();
    (*practice)->core().BeginBatch();
    REQUIRE((*practice)->core().AddTherapist(*transaction).ok());
    REQUIRE((*practice)->core().SealBatch(*transaction).ok());
    REQUIRE(transaction->Commit() == CommitOutcome::kCommitted);
  }
  Bytes Life(StoreStart start = StoreStart::kGoesOn) const {
    const auto practice = Open(start);
    INFO(practice.status());
    REQUIRE(practice.ok());
    v1::DescribeResponse response;
    (*practice)->core().BeginBatch();
    REQUIRE((*practice)->core().Describe(*(*practice)->store().Begin(), {}, response).ok());
    return response.incarnation();
  }
  // Refused with these words, twice, and no byte is another.
  void CheckRefused(std::string_view words, StoreStart start = StoreStart::kGoesOn) const {
    const Files before = FilesOf(data);
    for (int i = 0; i < 2; ++i) {
      const absl::Status refused = Open(start).status();
      INFO(refused);
      CHECK_FALSE(refused.ok());
      CHECK(std::string(refused.message()).find(words) != std::string::npos);
      CHECK(FilesOf(data) == before);
    }
  }
  fs::path NewestLog() const {
    fs::path newest;
    for (const auto& entry : fs::directory_iterator(data / "db")) {
      if (entry.path().extension() == ".log" && entry.path() > newest) newest = entry.path();
    }
    REQUIRE_FALSE(newest.empty());
    return newest;
  }
};

void FlipBit(const fs::path& file, std::size_t at) {
  std::string bytes = ReadFile(file);
  REQUIRE(bytes.size() > at);
  bytes[at] = static_cast<char>(bytes[at] ^ 4);
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

}  // namespace

TEST_CASE("an incomplete copy of the store is refused, however often it is started") {
  const Stopped practice;
  practice.Serve();
  const fs::path database = practice.data / "db";
  SECTION("without CURRENT") {
    const std::string current = ReadFile(database / "CURRENT");
    fs::remove(database / "CURRENT");
    practice.CheckRefused("CURRENT is missing");
    practice.CheckRefused("CURRENT is missing", StoreStart::kNewStore);
    practice.CheckRefused("CURRENT is missing", StoreStart::kRestored);
    // Whoever puts it back has everything.
    std::ofstream(database / "CURRENT") << current;
    CHECK(practice.Open().ok());
  }
  SECTION("without the manifest") {
    for (const auto& entry : fs::directory_iterator(database)) {
      if (entry.path().filename().string().starts_with("MANIFEST-")) fs::remove(entry.path());
    }
    practice.CheckRefused("MANIFEST-");
  }
  SECTION("without anything but a log") {
    for (const auto& entry : fs::directory_iterator(database)) {
      if (entry.path().extension() != ".log") fs::remove(entry.path());
    }
    practice.CheckRefused("CURRENT is missing");
  }
}

TEST_CASE("a practice knows that it had a store, and is begun anew only when told to") {
  const Stopped practice;
  practice.Serve();
  const Bytes before = practice.Life();
  SECTION("its directory is gone") { fs::remove_all(practice.data / "db"); }
  SECTION("its directory is empty, as where a disk is not mounted") {
    fs::remove_all(practice.data / "db");
    fs::create_directory(practice.data / "db");
  }
  practice.CheckRefused("--new-store");
  practice.CheckRefused("put the copy there first", StoreStart::kRestored);
  const Bytes after = practice.Life(StoreStart::kNewStore);
  CHECK(after != before);
  CHECK(practice.Life() == after);
  practice.CheckRefused("only for the first start", StoreStart::kNewStore);
}

TEST_CASE("a practice that was never served begins by itself") {
  const Stopped practice;
  CHECK(practice.Open().ok());
  CHECK(fs::exists(practice.data / "store"));
}

TEST_CASE("a practice of an earlier version, which kept no count, is served and keeps one") {
  const Stopped practice;
  practice.Serve();
  fs::remove(practice.data / "store");
  CHECK(practice.Open().ok());
  CHECK(fs::exists(practice.data / "store"));
}

TEST_CASE("a store that lost its acknowledged end is refused until it is said to be restored") {
  const Stopped practice;
  practice.Serve();
  const Bytes before = practice.Life();
  practice.Serve();
  const fs::path log = practice.NewestLog();
  SECTION("the newest log was deleted") { fs::remove(log); }
  SECTION("it was emptied") { fs::resize_file(log, 0); }
  SECTION("it was cut") { fs::resize_file(log, fs::file_size(log) - 9); }
  SECTION("a bit flipped in it") { FlipBit(log, 20); }
  practice.CheckRefused("ends with batch");
  const Bytes after = practice.Life(StoreStart::kRestored);
  CHECK(after != before);
  CHECK(practice.Life() == after);
}

TEST_CASE("one bit in the first record of a small practice's only log is no new practice") {
  const Stopped practice;
  practice.Serve();
  FlipBit(practice.NewestLog(), 12);
  SECTION("with the count") { practice.CheckRefused("ends with batch 0"); }
  // Of an earlier version, or of a first start that a power loss ended: then all is there.
  SECTION("without one") {
    fs::remove(practice.data / "store");
    practice.CheckRefused("Where this practice was only just made, nothing is lost");
    CHECK(practice.Open(StoreStart::kRestored).ok());
  }
}

TEST_CASE("a flag that was left where it stood begins one life, not one with each start") {
  const Stopped practice;
  practice.Serve();
  const Bytes before = practice.Life();
  const StoreStart flag = GENERATE(StoreStart::kRestored, StoreStart::kNewStore);
  if (flag == StoreStart::kNewStore) fs::remove_all(practice.data / "db");
  const Bytes after = practice.Life(flag);
  CHECK(after != before);
  CHECK(practice.Life(flag) == after);
  CHECK(practice.Life(flag) == after);
  SECTION("the database is lost while it stands there") {
    fs::copy(practice.data / "db", practice.temp / "older", fs::copy_options::recursive);
    practice.Life(flag);
    {
      const auto open = practice.Open(flag);
      REQUIRE(open.ok());
      const auto transaction = (*open)->store().Begin();
      transaction->Put("a", "acknowledged");
      REQUIRE(transaction->Commit() == CommitOutcome::kCommitted);
    }
    fs::remove_all(practice.data / "db");
    fs::rename(practice.temp / "older", practice.data / "db");
    if (flag == StoreStart::kRestored) CHECK(practice.Life(flag) != after);
    if (flag == StoreStart::kNewStore) practice.CheckRefused("ends with batch", flag);
  }
  SECTION("a backup of the whole directory is put back") {
    fs::copy(practice.data, practice.temp / "backup", fs::copy_options::recursive);
    fs::rename(practice.data, practice.temp / "aside");
    fs::rename(practice.temp / "backup", practice.data);
    fs::permissions(practice.data, fs::perms::owner_all);
    if (flag == StoreStart::kRestored) CHECK(practice.Life(flag) != after);
    if (flag == StoreStart::kNewStore) practice.CheckRefused("only for the first start", flag);
  }
  SECTION("it was taken out in between") {
    CHECK(practice.Life() == after);
    if (flag == StoreStart::kRestored) CHECK(practice.Life(flag) != after);
  }
}

TEST_CASE("a store that was killed while it was begun is begun by the next start") {
  const Stopped practice;
  const fs::path database = practice.data / "db";
  SECTION("before it could be opened") {
    fs::create_directory(database);
    std::ofstream(database / "MANIFEST-000001") << "begun";
  }
  SECTION("with one of its families") {
    rocksdb::DB* begun = nullptr;
    rocksdb::Options options;
    options.create_if_missing = true;
    REQUIRE(rocksdb::DB::Open(options, database.string(), &begun).ok());
    delete begun;
  }
  practice.Serve();
}

TEST_CASE("an older copy of the database alone is refused until it is said to be restored") {
  const Stopped practice;
  practice.Serve();
  fs::copy(practice.data / "db", practice.temp / "older", fs::copy_options::recursive);
  practice.Serve();
  fs::remove_all(practice.data / "db");
  fs::copy(practice.temp / "older", practice.data / "db", fs::copy_options::recursive);
  practice.CheckRefused("--restored");
  CHECK(practice.Open(StoreStart::kRestored).ok());
}

TEST_CASE("a copy of the whole directory is served as it is") {
  const Stopped practice;
  practice.Serve();
  const Bytes before = practice.Life();
  fs::copy(practice.data, practice.temp / "backup", fs::copy_options::recursive);
  practice.Serve();
  fs::remove_all(practice.data);
  fs::rename(practice.temp / "backup", practice.data);
  fs::permissions(practice.data, fs::perms::owner_all);
  CHECK(practice.Life() == before);
}

TEST_CASE("a store of another practice's key is refused and not touched") {
  const Stopped practice;
  practice.Serve();
  REQUIRE(WritePracticeKey(practice.data / "practice.key", crypto::SigningKey::Generate()).ok());
  practice.CheckRefused("another practice key");
}

TEST_CASE("a table that is missing is refused and nothing is touched") {
  const Stopped practice;
  practice.Serve();
  {
    const auto open = practice.Open();
    REQUIRE(open.ok());
    REQUIRE((*open)->store().Compact().ok());
  }
  for (const auto& entry : fs::directory_iterator(practice.data / "db")) {
    if (entry.path().extension() == ".sst") fs::remove(entry.path());
  }
  practice.CheckRefused("could not open");
}

}  // namespace holdfast::server
