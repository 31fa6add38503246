// The vault's file.
#include <poll.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include "client/core/vault/vault.h"
#include "client/storage/file_lock.h"
#include "client/storage/overwriting.h"
#include "client/storage/sqlite_storage.h"
#include "client/storage/vault_queue.h"
#include "support/catch.h"
#include "support/temp_dir.h"

namespace holdfast::client {
namespace {

namespace fs = std::filesystem;

constexpr crypto::PassphraseCost kCheap = {1, 8 * 1024 * 1024};

fs::path VaultIn(const test::TempDir& dir) { return fs::path(dir.path()) / "profile" / "vault"; }

unsigned ModeOf(const fs::path& path) {
  struct stat found {};
  REQUIRE(::stat(path.c_str(), &found) == 0);
  return found.st_mode & 0777U;
}

VaultStorage::Write Put(const Bytes& name, const Bytes& value) { return {name, value}; }

void RunSql(const fs::path& file, const std::string& sql) {
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open(file.c_str(), &database) == SQLITE_OK);
  REQUIRE(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(database);
}

TEST_CASE("What was committed is there after opening again") {
  const test::TempDir dir;
  {
    auto vault = CreateVault(VaultIn(dir), "open sesame", kCheap);
    REQUIRE(vault.ok());
    REQUIRE(vault->storage->Commit({Put("a", "1"), Put("b", Bytes("\0\xff", 2))}).ok());
    REQUIRE(vault->storage->Commit({Put("a", "2"), {"missing", std::nullopt}}).ok());
  }
  auto vault = OpenVault(VaultIn(dir), "open sesame");
  REQUIRE(vault.ok());
  CHECK(vault->storage->Get("a")->value() == "2");
  CHECK(vault->storage->Get("b")->value() == Bytes("\0\xff", 2));
  CHECK_FALSE(vault->storage->Get("c")->has_value());
  std::vector<Bytes> names;
  REQUIRE(vault->storage
              ->Scan("a", "z",
                     [&](BytesView name, BytesView) {
                       names.emplace_back(name);
                       return true;
                     })
              .ok());
  CHECK(names == std::vector<Bytes>{"a", "b"});
}

TEST_CASE("The file and its folder are its owner's alone") {
  const test::TempDir dir;
  auto vault = CreateVault(VaultIn(dir), "p", kCheap);
  REQUIRE(vault.ok());
  REQUIRE(vault->storage->Commit({Put("a", "1")}).ok());
  CHECK(ModeOf(VaultIn(dir).parent_path()) == 0700);
  for (const fs::directory_entry& entry : fs::directory_iterator(VaultIn(dir).parent_path())) {
    CHECK(ModeOf(entry.path()) == 0600);
  }
}

TEST_CASE("A wrong passphrase, no vault and a second vault are told apart") {
  const test::TempDir dir;
  CHECK(ReasonOf(OpenVault(VaultIn(dir), "p").status()) == Reason::kVaultMissing);
  REQUIRE(CreateVault(VaultIn(dir), "p", kCheap).ok());
  CHECK(ReasonOf(OpenVault(VaultIn(dir), "q").status()) == Reason::kWrongPassphrase);
  CHECK(ReasonOf(CreateVault(VaultIn(dir), "p", kCheap).status()) == Reason::kVaultExists);
  CHECK(OpenVault(VaultIn(dir), "p").ok());
}

TEST_CASE("A second process gets a kind no while the first holds the vault") {
  const test::TempDir dir;
  auto vault = CreateVault(VaultIn(dir), "p", kCheap);
  REQUIRE(vault.ok());
  const pid_t child = ::fork();
  if (child == 0) {
    const auto second = OpenVault(VaultIn(dir), "p");
    ::_exit(ReasonOf(second.status()) == Reason::kVaultBusy ? 0 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  vault->storage.reset();
  CHECK(OpenVault(VaultIn(dir), "p").ok());
}

TEST_CASE("Whoever keeps a vault knows whether others wait for it") {
  const test::TempDir dir;
  auto vault = CreateVault(VaultIn(dir), "p", kCheap);
  REQUIRE(vault.ok());
  auto queue = VaultQueue::Of(VaultIn(dir));
  REQUIRE(queue.ok());
  CHECK_FALSE(queue->HasOthers());
  constexpr int kWaiting = 3;
  std::vector<std::thread> others;
  std::atomic<int> had = 0;
  for (int i = 0; i < kWaiting; ++i) {
    others.emplace_back([&] {
      if (LockVault(VaultIn(dir), std::chrono::seconds(20)).ok()) ++had;
    });
  }
  const auto until = [&](bool wait) {
    pollfd heard{.fd = queue->fd(), .events = POLLIN, .revents = 0};
    for (int tries = 0; queue->HasOthers() != wait; ++tries) {
      if (tries == 400) return false;
      poll(&heard, 1, 50);
    }
    return true;
  };
  CHECK(until(true));
  CHECK(had == 0);
  vault->storage.reset();
  CHECK(until(false));
  for (std::thread& other : others) other.join();
  CHECK(had == kWaiting);
  CHECK_FALSE(queue->HasOthers());
}

TEST_CASE("A vault that links lead to is one vault, whatever name it is opened by") {
  const test::TempDir dir;
  REQUIRE(CreateVault(VaultIn(dir), "p", kCheap).ok());
  const fs::path other = fs::path(dir.path()) / "elsewhere";
  fs::create_directories(other);
  fs::create_symlink(VaultIn(dir), other / "vault");
  fs::create_directory_symlink(VaultIn(dir).parent_path(), fs::path(dir.path()) / "by-folder");
  const auto by_link = OpenVault(other / "vault", "p");
  REQUIRE(by_link.ok());
  for (const fs::path& name : {VaultIn(dir), fs::path(dir.path()) / "by-folder" / "vault"}) {
    CHECK(ReasonOf(OpenVault(name, "p").status()) == Reason::kVaultBusy);
  }
}

// As on a full disk: no file can grow.
class NoRoom {
 public:
  NoRoom() {
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before_) == 0);
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit none{0, before_.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &none) == 0);
  }
  ~NoRoom() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  NoRoom(const NoRoom&) = delete;
  NoRoom& operator=(const NoRoom&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int) = SIG_DFL;
};

TEST_CASE("Without room on the disk what was kept can be read, and nothing of it is lost") {
  const test::TempDir dir;
  {
    auto vault = CreateVault(VaultIn(dir), "p", kCheap);
    REQUIRE(vault->storage->Commit({Put("a", "kept")}).ok());
  }
  std::optional<Bytes> read;
  absl::Status opened, committed;
  {
    const NoRoom full;
    auto vault = OpenVault(VaultIn(dir), "p");
    opened = vault.status();
    if (vault.ok()) {
      read = vault->storage->Get("a").value_or(std::nullopt);
      committed = vault->storage->Commit({Put("a", "new"), Put("b", Bytes(100'000, 'b'))});
    }
  }
  CHECK(opened.ok());
  CHECK(read == "kept");
  CHECK(ReasonOf(committed) == Reason::kStorageFailed);
  auto vault = OpenVault(VaultIn(dir), "p");
  REQUIRE(vault.ok());
  CHECK(vault->storage->Get("a")->value() == "kept");
  CHECK(vault->storage->Commit({Put("a", "new")}).ok());
}

TEST_CASE("A vault that is let go opens again without the passphrase") {
  const test::TempDir dir;
  auto vault = CreateVault(VaultIn(dir), "p", kCheap);
  REQUIRE(vault.ok());
  REQUIRE(vault->storage->Commit({Put("a", "1")}).ok());
  CHECK(ReasonOf(LockVault(VaultIn(dir)).status()) == Reason::kVaultBusy);
  vault->storage.reset();
  const auto again = LockVault(VaultIn(dir));
  REQUIRE(again.ok());
  CHECK(again->storage->Get("a")->value() == "1");
}

// `wrapped` under another passphrase.
Bytes Rewrapped(const Bytes& wrapped, BytesView from, BytesView to) {
  auto key = crypto::UnwrapVaultKey(wrapped, from);
  REQUIRE(key.ok());
  return crypto::WrapVaultKey(*key, to, kCheap).value();
}

TEST_CASE("Another passphrase opens the same vault, and the old one nothing any more") {
  const test::TempDir dir;
  Bytes before;
  {
    auto vault = CreateVault(VaultIn(dir), "old", kCheap);
    REQUIRE(vault.ok());
    REQUIRE(vault->storage->Commit({Put("a", "1")}).ok());
    before = vault->wrapped_key;
    CHECK(ReasonOf(ReplaceWrappedKey(VaultIn(dir), before, before)) == Reason::kVaultBusy);
  }
  const Bytes after = Rewrapped(before, "old", "new");
  REQUIRE(ReplaceWrappedKey(VaultIn(dir), before, after).ok());
  CHECK(ReasonOf(OpenVault(VaultIn(dir), "old").status()) == Reason::kWrongPassphrase);
  {
    auto vault = OpenVault(VaultIn(dir), "new");
    REQUIRE(vault.ok());
    CHECK(vault->storage->Get("a")->value() == "1");
    CHECK(vault->wrapped_key == after);
    CHECK(vault->key == crypto::UnwrapVaultKey(before, "old").value());
  }
  // Nothing of the old wrapping is left, neither in the file nor beside it.
  CHECK(test::FilesContaining(dir.path(), before.substr(13)).empty());
  CHECK_FALSE(test::FilesContaining(dir.path(), after.substr(13)).empty());
  // Who knew it before another change does not undo that.
  CHECK(ReasonOf(ReplaceWrappedKey(VaultIn(dir), before, before)) == Reason::kVaultBusy);
  CHECK(OpenVault(VaultIn(dir), "new").ok());
}

TEST_CASE("Without room on the disk the old passphrase stays") {
  const test::TempDir dir;
  const Bytes before = CreateVault(VaultIn(dir), "old", kCheap)->wrapped_key;
  const Bytes after = Rewrapped(before, "old", "new");
  absl::Status status;
  {
    const NoRoom full;
    status = ReplaceWrappedKey(VaultIn(dir), before, after);
  }
  CHECK(ReasonOf(status) == Reason::kStorageFailed);
  CHECK(OpenVault(VaultIn(dir), "old").ok());
}

// Goes to and fro between two wrappings until it is killed.
[[noreturn]] void ChangeForEver(const fs::path& file, const Bytes& one, const Bytes& other) {
  for (;;) {
    if (!ReplaceWrappedKey(file, one, other).ok() || !ReplaceWrappedKey(file, other, one).ok()) {
      ::_exit(1);
    }
  }
}

TEST_CASE("Whenever the power goes, the old passphrase opens the vault or the new one does") {
  const test::TempDir dir;
  auto vault = CreateVault(VaultIn(dir), "old", kCheap);
  REQUIRE(vault->storage->Commit({Put("a", "1")}).ok());
  vault->storage.reset();
  const Bytes one = vault->wrapped_key;
  const Bytes other = Rewrapped(one, "old", "new");
  constexpr int kTrials = 150;
  int old = 0, fresh = 0;
  for (int trial = 0; trial < kTrials; ++trial) {
    const pid_t child = ::fork();
    if (child == 0) ChangeForEver(VaultIn(dir), one, other);
    std::this_thread::sleep_for(std::chrono::microseconds(3000 + trial * 97));
    ::kill(child, SIGKILL);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    // The end of the log may not have reached the disk.
    const fs::path log = VaultIn(dir).string() + "-wal";
    std::error_code error;
    const std::uintmax_t size = fs::file_size(log, error);
    if (!error && trial % 2 == 0) {
      fs::resize_file(log, size * static_cast<unsigned>(trial % 8) / 8, error);
    }
    auto locked = LockVault(VaultIn(dir));
    REQUIRE(locked.ok());
    CHECK(locked->storage->Get("a")->value() == "1");
    const bool is_old = locked->wrapped_key == one;
    CHECK((is_old || locked->wrapped_key == other));
    ++(is_old ? old : fresh);
    locked->storage.reset();
    if (!is_old) REQUIRE(ReplaceWrappedKey(VaultIn(dir), other, one).ok());
  }
  CHECK(old > 0);
  CHECK(fresh > 0);
  CHECK(OpenVault(VaultIn(dir), "old").ok());
}

TEST_CASE("A process that is through in time is waited for") {
  const test::TempDir dir;
  auto vault = CreateVault(VaultIn(dir), "p", kCheap);
  REQUIRE(vault.ok());
  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    vault->storage.reset();
  });
  CHECK(OpenVault(VaultIn(dir), "p", std::chrono::seconds(20)).ok());
  other.join();
}

TEST_CASE("A process that was killed leaves no lock behind") {
  const test::TempDir dir;
  REQUIRE(CreateVault(VaultIn(dir), "p", kCheap).ok());
  int ready[2];
  REQUIRE(::pipe(ready) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto held = OpenVault(VaultIn(dir), "p");
    const char answer = held.ok() ? 'y' : 'n';
    if (::write(ready[1], &answer, 1) != 1) ::_exit(1);
    ::pause();
    ::_exit(0);
  }
  char answer = 0;
  REQUIRE(::read(ready[0], &answer, 1) == 1);
  CHECK(answer == 'y');
  CHECK(ReasonOf(OpenVault(VaultIn(dir), "p").status()) == Reason::kVaultBusy);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  CHECK(OpenVault(VaultIn(dir), "p").ok());
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST_CASE("A vault of a newer version, or no vault at all, is refused untouched") {
  const test::TempDir dir;
  REQUIRE(CreateVault(VaultIn(dir), "p", kCheap).ok());
  RunSql(VaultIn(dir), "PRAGMA user_version = 2");
  CHECK(ReasonOf(OpenVault(VaultIn(dir), "p").status()) == Reason::kNewerFormat);
  RunSql(VaultIn(dir), "PRAGMA user_version = 1; PRAGMA application_id = 5");
  CHECK(ReasonOf(OpenVault(VaultIn(dir), "p").status()) == Reason::kVaultDamaged);
  RunSql(VaultIn(dir), "PRAGMA application_id = 0x48465654; DELETE FROM header");
  CHECK(ReasonOf(OpenVault(VaultIn(dir), "p").status()) == Reason::kVaultDamaged);
  std::ofstream(VaultIn(dir), std::ios::trunc) << "this is not a database at all, just text";
  CHECK(ReasonOf(OpenVault(VaultIn(dir), "p").status()) == Reason::kVaultDamaged);
  std::ofstream(VaultIn(dir), std::ios::trunc) << "";
  CHECK(ReasonOf(OpenVault(VaultIn(dir), "p").status()) == Reason::kVaultDamaged);
}

TEST_CASE("An attempt to create that was cut short is no vault, and does not stand in the way") {
  const test::TempDir dir;
  fs::create_directories(VaultIn(dir).parent_path());
  std::ofstream(VaultIn(dir).string() + ".new") << "half";
  CHECK(ReasonOf(OpenVault(VaultIn(dir), "p").status()) == Reason::kVaultMissing);
  CHECK(CreateVault(VaultIn(dir), "p", kCheap).ok());
}

std::string BytesOf(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::size_t CountIn(const std::string& bytes, const std::string& wanted) {
  std::size_t count = 0;
  for (std::size_t at = bytes.find(wanted); at != std::string::npos;
       at = bytes.find(wanted, at + 1)) {
    ++count;
  }
  return count;
}

// Values of many sizes, some on pages of their own, written over and moved about.
TEST_CASE("What was erased and purged is in no file of the vault, whatever stood around it") {
  const test::TempDir dir;
  auto vault = CreateVault(VaultIn(dir), "open sesame", kCheap);
  REQUIRE(vault.ok());
  VaultStorage& storage = *vault->storage;
  const auto name = [](int i) { return "message/" + std::to_string(1'000'000 + i * 7919 % 4001); };
  const auto value = [](int i, const std::string& mark) {
    return Bytes(mark + std::to_string(i) + "." +
                 Bytes(static_cast<std::size_t>(i * i % 9000), 'x'));
  };
  for (int i = 0; i < 2000; ++i) REQUIRE(storage.Commit({Put(name(i), value(i, "first "))}).ok());
  for (int i = 0; i < 2000; i += 3) {
    REQUIRE(storage.Commit({Put(name(i), value(i + 40, "second "))}).ok());
  }
  for (int i = 0; i < 2000; i += 2) REQUIRE(storage.Commit({{name(i), std::nullopt}}).ok());
  REQUIRE(storage.Purge().ok());
  const std::string file = BytesOf(VaultIn(dir)), log = BytesOf(VaultIn(dir).string() + "-wal");
  CHECK(log.empty());
  for (int i = 0; i < 2000; ++i) {
    const bool is_second = i % 3 == 0;
    const std::string first = "first " + std::to_string(i) + ".";
    const std::string second = "second " + std::to_string(i + 40) + ".";
    CHECK(CountIn(file, first) == (i % 2 == 1 && !is_second ? 1 : 0));
    CHECK(CountIn(file, second) == (i % 2 == 1 && is_second ? 1 : 0));
    CHECK(storage.Get(name(i))->has_value() == (i % 2 == 1));
  }
  // Others go on with it.
  REQUIRE(storage.Commit({Put("z", "z")}).ok());
  CHECK(storage.Get("z")->value() == "z");
}

TEST_CASE("A vault that is destroyed was overwritten first, and is gone with all beside it") {
  const test::TempDir dir;
  REQUIRE(CreateVault(VaultIn(dir), "open sesame", kCheap).ok());
  const fs::path kept = fs::path(dir.path()) / "another name";
  fs::create_hard_link(VaultIn(dir), kept);  // what a disk would still show
  {
    auto held = OpenVault(VaultIn(dir), "open sesame");
    REQUIRE(held.ok());
    CHECK(ReasonOf(DestroyVault(VaultIn(dir), {})) == Reason::kVaultBusy);
  }
  REQUIRE(DestroyVault(VaultIn(dir), {}).ok());
  CHECK(fs::is_empty(VaultIn(dir).parent_path()));
  const std::string bytes = BytesOf(kept);
  CHECK_FALSE(bytes.empty());
  CHECK(bytes.find_first_not_of('\0') == std::string::npos);
  CHECK(DestroyVault(VaultIn(dir), {}).ok());
}

}  // namespace
}  // namespace holdfast::client
