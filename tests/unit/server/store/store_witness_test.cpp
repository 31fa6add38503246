// The count beside the store, and what lies in the store's directory.
#include "server/store/store_witness.h"

#include <filesystem>
#include <fstream>

#include "rules/errors.h"
#include "server/store/store_files.h"
#include "support/catch.h"
#include "support/temp_dir.h"

namespace holdfast::server {

using test::TempDir;
using test::WriteFile;

TEST_CASE("what was noted of a store is read back at once, also by another process") {
  const TempDir temp;
  CHECK(StoreWitness::Read(temp / "store").value() == std::nullopt);
  const auto witness = StoreWitness::Open(temp / "store", 7);
  REQUIRE(witness.ok());
  CHECK(StoreWitness::Read(temp / "store").value() == 7U);
  (*witness)->Note(18'000'000'000'000'000'000U);
  CHECK(StoreWitness::Read(temp / "store").value() == 18'000'000'000'000'000'000U);
}

TEST_CASE("a count that was torn or damaged still says that there was a store") {
  const TempDir temp;
  REQUIRE(StoreWitness::Open(temp / "store", 123).ok());
  const std::string whole = test::ReadFile(temp / "store");
  for (const std::string& bad :
       {std::string(), whole.substr(0, 30), std::string(60, '\0'),
        whole.substr(0, 57) + "9" + whole.substr(58), std::string("something else")}) {
    WriteFile(temp / "store", bad);
    CHECK(StoreWitness::Read(temp / "store").value() == 0U);
  }
}

TEST_CASE("what a start was told of the store is known to the next one, and not from a copy") {
  const TempDir temp;
  REQUIRE(StoreWitness::Open(temp / "store", 123, "restored").ok());
  CHECK(StoreWitness::WasTold(temp / "store", "restored"));
  CHECK_FALSE(StoreWitness::WasTold(temp / "store", "new-store"));
  CHECK_FALSE(StoreWitness::WasTold(temp / "store", ""));
  CHECK(StoreWitness::Read(temp / "store").value() == 123U);
  std::filesystem::copy_file(temp / "store", temp / "copy");
  CHECK_FALSE(StoreWitness::WasTold(temp / "copy", "restored"));
  REQUIRE(StoreWitness::Open(temp / "store", 124).ok());
  CHECK_FALSE(StoreWitness::WasTold(temp / "store", "restored"));
  CHECK_FALSE(StoreWitness::WasTold(temp / "nowhere", "restored"));
}

TEST_CASE("a store that was killed while it was begun counts as none") {
  const TempDir temp;
  WriteFile(temp / "IDENTITY", "one");
  WriteFile(temp / "MANIFEST-000001", "begun");
  WriteFile(temp / "000001.dbtmp", "MANIF");
  CHECK(LookForStore(temp.path().string())->files == StoreFiles::kNone);
  WriteFile(temp / "000004.log", "rows");
  CHECK(LookForStore(temp.path().string())->files == StoreFiles::kPartial);
}

TEST_CASE("a log that cannot be made durable is told before anything is built on it") {
  const TempDir temp;
  WriteFile(temp / "000004.log", "rows");
  CHECK(SyncLogs(temp.path().string()).ok());
  std::filesystem::create_symlink(temp / "nowhere", temp / "000005.log");
  const absl::Status refused = SyncLogs(temp.path().string());
  CHECK(ReasonOf(refused) == Reason::kStorageFailed);
  CHECK(std::string(refused.message()).find("000005.log") != std::string::npos);
}

TEST_CASE("a part of a store is told from none and from a whole one") {
  const TempDir temp;
  const auto found = [&] { return LookForStore(temp.path().string()).value(); };
  CHECK(LookForStore((temp / "nowhere").string())->files == StoreFiles::kNone);
  CHECK(found().files == StoreFiles::kNone);
  WriteFile(temp / "LOCK", "");
  WriteFile(temp / "LOG", "a diary");
  CHECK(found().files == StoreFiles::kNone);
  WriteFile(temp / "000012.sst", "rows");
  CHECK(found().files == StoreFiles::kPartial);
  CHECK(found().missing == "CURRENT");
  WriteFile(temp / "CURRENT", "MANIFEST-000004\n");
  CHECK(found().missing == "MANIFEST-000004");
  WriteFile(temp / "MANIFEST-000004", "");
  CHECK(found().files == StoreFiles::kWhole);
}

}  // namespace holdfast::server
