// The store over RocksDB keeps the contract, and what is its own.
#include "server/store/rocksdb_store.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <thread>

#include "rules/errors.h"
#include "server/core/records/tables.h"
#include "support/catch.h"
#include "support/temp_dir.h"
#include "support/wait.h"
#include "unit/server/store/store_conformance.h"

namespace holdfast::server {
namespace {

std::unique_ptr<RocksDbStore> Open(const std::string& directory) {
  auto store = RocksDbStore::Open({directory, std::string(kLargeTables)});
  INFO(store.status());
  REQUIRE(store.ok());
  return *std::move(store);
}

bool Says(const absl::Status& status, std::string_view words) {
  return std::string(status.message()).find(words) != std::string::npos;
}

// With large values.
std::filesystem::path FirstBlobFile(const std::filesystem::path& directory) {
  std::filesystem::path first;
  for (const auto& file : std::filesystem::directory_iterator(directory)) {
    if (file.path().extension() != ".blob") continue;
    if (first.empty() || file.path() < first) first = file.path();
  }
  return first;
}

using test::TempDir;

}  // namespace

TEST_CASE("RocksDB keeps what every store promises") {
  const TempDir temp;
  CheckStoreConformance(*Open(temp.path() / "db"));
}

TEST_CASE("large and small tables commit as one and read alike") {
  const TempDir temp;
  const std::string directory = temp.path() / "db";
  {
    const auto store = Open(directory);
    const auto transaction = store->Begin();
    transaction->Put("B1", Bytes(5000, 'b'));
    transaction->Put("v1", "row");
    transaction->SetSavepoint();
    transaction->Put("B2", "undone");
    transaction->RollbackToSavepoint();
    REQUIRE(transaction->Commit() == CommitOutcome::kCommitted);
  }
  const auto store = Open(directory);
  CHECK(ReadCommitted(*store, "B1") == Bytes(5000, 'b'));
  CHECK(ReadCommitted(*store, "v1") == "row");
  CHECK(ReadCommitted(*store, "B2") == "(none)");
}

TEST_CASE("what was committed survives kill -9") {
  const TempDir temp;
  const std::string directory = temp.path() / "db";
  constexpr int kCommits = 20;
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    auto store = RocksDbStore::Open({directory, std::string(kLargeTables)});
    if (!store.ok()) _exit(1);
    for (int i = 0; i < kCommits; ++i) {
      const auto transaction = (*store)->Begin();
      transaction->Put("a" + std::to_string(i), "kept");
      transaction->Put("B" + std::to_string(i), "kept");
      if (transaction->Commit() != CommitOutcome::kCommitted) _exit(1);
    }
    const auto open = (*store)->Begin();
    open->Put("never", "committed");
    kill(getpid(), SIGKILL);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
  const auto store = Open(directory);
  for (int i = 0; i < kCommits; ++i) {
    CHECK(ReadCommitted(*store, "a" + std::to_string(i)) == "kept");
    CHECK(ReadCommitted(*store, "B" + std::to_string(i)) == "kept");
  }
  CHECK(ReadCommitted(*store, "never") == "(none)");
}

TEST_CASE("a database that another process holds is refused, saying so") {
  const TempDir temp;
  const std::string directory = temp.path() / "db";
  const auto holder = Open(directory);
  const auto second = RocksDbStore::Open({directory, std::string(kLargeTables)});
  CHECK(ReasonOf(second.status()) == Reason::kStorageFailed);
  CHECK(Says(second.status(), "in use"));
}

TEST_CASE("a damaged database is refused, saying what to do") {
  const TempDir temp;
  const std::string directory = temp.path() / "db";
  PutCommitted(*Open(directory), "a", "1");
  std::ofstream(directory + "/CURRENT", std::ios::trunc) << "not a manifest\n";
  const auto store = RocksDbStore::Open({directory, std::string(kLargeTables)});
  CHECK(ReasonOf(store.status()) == Reason::kStorageFailed);
  CHECK(Says(store.status(), "damaged"));
}

TEST_CASE("a directory that cannot be made is refused, naming it") {
  const TempDir temp;
  const auto store = RocksDbStore::Open({temp.path() / "no" / "such" / "db", "B"});
  CHECK(ReasonOf(store.status()) == Reason::kStorageFailed);
}

TEST_CASE("a checkpoint is a whole database of that moment") {
  const TempDir temp;
  const auto store = Open(temp.path() / "db");
  PutCommitted(*store, "a", "1");
  PutCommitted(*store, "B1", "body");
  REQUIRE(store->Checkpoint(temp.path() / "copy").ok());
  PutCommitted(*store, "a", "2");
  const auto copy = Open(temp.path() / "copy");
  CHECK(ReadCommitted(*copy, "a") == "1");
  CHECK(ReadCommitted(*copy, "B1") == "body");
  CHECK_FALSE(store->Checkpoint(temp.path() / "copy").ok());
}

TEST_CASE("a bit of a file with large values is seen where all files are verified") {
  const TempDir temp;
  const std::string directory = temp.path() / "db";
  {
    const auto store = Open(directory);
    PutCommitted(*store, "B1", Bytes(100'000, 'b'));
    REQUIRE(store->Compact().ok());
    CHECK(store->VerifyFiles().ok());
  }
  const auto blob = FirstBlobFile(directory);
  std::string bytes = test::ReadFile(blob);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  test::WriteFile(blob, bytes);
  const absl::Status verified = Open(directory)->VerifyFiles();
  INFO(verified);
  CHECK(ReasonOf(verified) == Reason::kStorageFailed);
  CHECK(Says(verified, "damaged"));
}

TEST_CASE("compaction keeps every row, and the sizes are told") {
  const TempDir temp;
  const auto store = Open(temp.path() / "db");
  PutCommitted(*store, "B1", Bytes(100'000, 'b'));
  PutCommitted(*store, "a", "1");
  REQUIRE(store->Compact().ok());
  CHECK(ReadCommitted(*store, "B1").size() == 100'000);
  const RocksDbStats stats = store->Stats();
  CHECK(stats.large_bytes >= 100'000);
  CHECK(stats.table_bytes > 0);
  CHECK_FALSE(stats.writes_held);
}

TEST_CASE("want of descriptors is told apart from a bad disk, and loses nothing") {
  const TempDir temp;
  const std::string directory = temp.path() / "db";
  {
    const auto store = Open(directory);
    const auto put = [&](const char* key) {
      const auto transaction = store->Begin();
      transaction->Put(key, "row");
      return transaction->Commit();
    };
    REQUIRE(put("v1") == CommitOutcome::kCommitted);
    CHECK_FALSE(store->ran_out_of_descriptors());
    rlimit before{};
    REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
    const int next = open("/dev/null", O_RDONLY | O_CLOEXEC);
    close(next);
    const rlimit none_left{static_cast<rlim_t>(next), before.rlim_max};
    REQUIRE(setrlimit(RLIMIT_NOFILE, &none_left) == 0);
    CHECK_FALSE(store->Compact().ok());
    REQUIRE(setrlimit(RLIMIT_NOFILE, &before) == 0);
    CHECK(put("v2") == CommitOutcome::kUnknown);
    CHECK(store->ran_out_of_descriptors());
  }
  CHECK(ReadCommitted(*Open(directory), "v1") == "row");
}

TEST_CASE("what is worked out while the batch before is written reads it as committed") {
  const TempDir temp;
  const auto store = Open(temp.path() / "db");
  std::map<Bytes, Bytes> model;
  std::minstd_rand random(1);
  const auto key = [&](std::uint32_t number) {
    return Bytes(number % 2 == 0 ? "B" : "v") + std::to_string(number);
  };
  const auto check = [&](Transaction& transaction) {
    transaction.ReadAhead({key(1), key(3), key(5)});
    for (std::uint32_t number = 0; number < 100; ++number) {
      const auto row = model.find(key(number));
      const auto read = transaction.Get(key(number));
      REQUIRE(read.ok());
      REQUIRE(*read == (row == model.end() ? std::nullopt : std::optional<Bytes>(row->second)));
    }
    for (const char* table : {"B", "v"}) {
      auto row = model.lower_bound(table);
      REQUIRE(transaction
                  .Scan(table, Bytes(1, static_cast<char>(table[0] + 1)), 1000,
                        [&](BytesView name, BytesView value) {
                          REQUIRE(row != model.end());
                          REQUIRE((row->first == name && row->second == value));
                          ++row;
                          return true;
                        })
                  .ok());
      REQUIRE((row == model.end() || row->first.front() != table[0]));
    }
  };
  std::unique_ptr<Transaction> before;
  for (int round = 0; round < 200; ++round) {
    auto transaction = store->Begin();
    std::thread writer([&] {
      if (before && before->Write() != CommitOutcome::kCommitted) std::abort();
    });
    check(*transaction);
    for (int change = 0; change < 30; ++change) {
      const Bytes name = key(static_cast<std::uint32_t>(random() % 100));
      if (random() % 3 == 0) {
        transaction->Erase(name);
        model.erase(name);
      } else {
        model[name] = Bytes(random() % 700, static_cast<char>('a' + round % 26));
        transaction->Put(name, model[name]);
      }
    }
    check(*transaction);
    writer.join();
    REQUIRE(transaction->Prepare() == CommitOutcome::kCommitted);
    before = std::move(transaction);
  }
  REQUIRE(before->Write() == CommitOutcome::kCommitted);
  check(*store->Begin());
}

TEST_CASE("where a write fails, what was worked out on it is void") {
  const TempDir temp;
  const std::string directory = temp.path() / "db";
  {
    const auto store = Open(directory);
    PutCommitted(*store, "v1", "kept");
    const auto first = store->Begin();
    first->Put("v1", Bytes(std::size_t{1} << 20, 'x'));
    REQUIRE(first->Prepare() == CommitOutcome::kCommitted);
    const auto second = store->Begin();
    second->Put("v2", "on it");
    rlimit before{};
    REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit no_more{rlim_t{256} << 10, before.rlim_max};  // enough for its log of events
    REQUIRE(setrlimit(RLIMIT_FSIZE, &no_more) == 0);
    const CommitOutcome written = first->Write();
    REQUIRE(setrlimit(RLIMIT_FSIZE, &before) == 0);
    std::signal(SIGXFSZ, handler);
    CHECK(written == CommitOutcome::kUnknown);
    CHECK(second->Prepare() == CommitOutcome::kUnknown);
  }
  CHECK(ReadCommitted(*Open(directory), "v2") == "(none)");
}

TEST_CASE("where room is short, tables give back what was erased and no large value is copied") {
  const TempDir temp;
  RocksDbOptions options{temp.path() / "db", "B"};
  options.unwritten_bytes_max = std::uint64_t{1} << 20;
  auto opened = RocksDbStore::Open(options);
  REQUIRE(opened.ok());
  RocksDbStore& store = **opened;
  std::minstd_rand random(1);
  const auto value = [&](std::size_t size) {
    Bytes bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    return bytes;
  };
  // Of the large values every second one is written again, so that every file keeps some.
  int kept = 0;
  const auto write = [&](int rounds) {
    for (int round = 0; round < rounds; ++round) {
      for (int row = 0; row < 64; ++row) {
        const auto transaction = store.Begin();
        transaction->Put("v" + std::to_string(row), value(16 << 10));
        transaction->Put("B" + std::to_string(row % 2 == 0 ? row : row + 64 * ++kept),
                         value(16 << 10));
        REQUIRE(transaction->Commit() == CommitOutcome::kCommitted);
      }
    }
  };
  store.SetUpkeep(Upkeep::kNone);
  write(20);
  const std::uint64_t held_bytes = store.Stats().table_bytes;
  CHECK(held_bytes > std::uint64_t{8} << 20);  // a copy of every row a round
  // Half of it is wanted for ever: the file only goes where that is copied.
  const std::filesystem::path oldest = FirstBlobFile(options.directory);
  store.SetUpkeep(Upkeep::kTables);
  CHECK(test::Eventually([&] { return store.Stats().table_bytes < held_bytes / 2; }));
  write(20);
  CHECK(std::filesystem::exists(oldest));
  store.SetUpkeep(Upkeep::kAll);
  CHECK(test::Eventually([&] {
    write(5);
    return !std::filesystem::exists(oldest);
  }));
}

}  // namespace holdfast::server
