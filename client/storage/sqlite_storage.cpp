#include "client/storage/sqlite_storage.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "client/storage/file_lock.h"
#include "client/storage/sqlite.h"
#include "rules/errors.h"

namespace holdfast::client {
namespace {

constexpr std::int64_t kApplicationId = 0x48465654;  // "HFVT"
constexpr std::int64_t kFileFormat = 1;              // user_version
constexpr std::string_view kWrappedKey = "wrapped key";

class SqliteStorage final : public VaultStorage {
 public:
  SqliteStorage(FileLock lock, Database database)
      : lock_(std::move(lock)), database_(std::move(database)) {}

  absl::StatusOr<std::optional<Bytes>> Get(BytesView name) override {
    HOLDFAST_ASSIGN_OR_RETURN(const Run get, Take(get_, "SELECT value FROM kv WHERE name = ?1"));
    HOLDFAST_ASSIGN_OR_RETURN(const bool found, get->Bind(1, name).Step());
    if (!found) return std::optional<Bytes>();
    return std::optional<Bytes>(get->Column(0));
  }

  absl::Status Scan(BytesView begin, BytesView end,
                    const std::function<bool(BytesView, BytesView)>& row) override {
    HOLDFAST_ASSIGN_OR_RETURN(
        const Run scan,
        Take(scan_, "SELECT name, value FROM kv WHERE name >= ?1 AND name < ?2 ORDER BY name"));
    scan->Bind(1, begin).Bind(2, end);
    for (;;) {
      HOLDFAST_ASSIGN_OR_RETURN(const bool found, scan->Step());
      if (!found || !row(scan->Column(0), scan->Column(1))) return absl::OkStatus();
    }
  }

  absl::Status Commit(const std::vector<Write>& writes) override {
    HOLDFAST_RETURN_IF_ERROR(database_.Run("BEGIN IMMEDIATE"));
    absl::Status status = Apply(writes);
    if (status.ok()) status = database_.Run("COMMIT");
    // A failed COMMIT may have rolled back already; then this does nothing.
    if (!status.ok()) database_.Run("ROLLBACK").IgnoreError();
    return status;
  }

  // secure_delete overwrites a row where it lies last: a page that was split or merged may hold
  // another copy in its unused part, and the log holds pages as they were. So all is written anew,
  // and the log emptied.
  absl::Status Purge() override {
    const absl::Status rewritten = database_.Run("VACUUM");
    HOLDFAST_ASSIGN_OR_RETURN(const std::int64_t is_busy,
                              database_.Number("PRAGMA wal_checkpoint(TRUNCATE)"));
    if (!rewritten.ok()) return rewritten;
    if (is_busy == 0) return absl::OkStatus();
    return Refuse(Reason::kStorageFailed, "vault", "its log could not be emptied");
  }

 private:
  // Statements are prepared once: that costs several times what running one does.
  using Kept = std::unique_ptr<Statement>;
  // One that is run, kept again at its end; another may be kept meanwhile.
  struct KeepAgain {
    Kept* kept;
    void operator()(Statement* statement) const {
      statement->Reset();
      kept->reset(statement);
    }
  };
  using Run = std::unique_ptr<Statement, KeepAgain>;

  absl::StatusOr<Run> Take(Kept& kept, std::string_view sql) {
    if (kept == nullptr) {
      HOLDFAST_ASSIGN_OR_RETURN(Statement prepared, database_.Prepare(sql));
      kept = std::make_unique<Statement>(std::move(prepared));
    }
    return Run(kept.release(), KeepAgain{&kept});
  }

  absl::Status Apply(const std::vector<Write>& writes) {
    for (const Write& write : writes) {
      HOLDFAST_ASSIGN_OR_RETURN(
          const Run statement,
          write.value ? Take(put_, "INSERT OR REPLACE INTO kv (name, value) VALUES (?1, ?2)")
                      : Take(erase_, "DELETE FROM kv WHERE name = ?1"));
      statement->Bind(1, write.name);
      if (write.value) statement->Bind(2, *write.value);
      HOLDFAST_RETURN_IF_ERROR(statement->Step().status());
    }
    return absl::OkStatus();
  }

  FileLock lock_;
  Database database_;
  Kept get_, scan_, put_, erase_;
};

std::filesystem::path Beside(const std::filesystem::path& file, const char* suffix) {
  std::filesystem::path path = file;
  path += suffix;
  return path;
}

absl::Status SystemFailure(const std::string& what) {
  return Refuse(Reason::kStorageFailed, "vault", what + ": " + std::strerror(errno));
}

absl::Status Sync(const std::filesystem::path& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
  if (descriptor < 0) return SystemFailure(path.string() + " cannot be opened");
  const int result = ::fsync(descriptor);
  ::close(descriptor);
  return result == 0 ? absl::OkStatus() : SystemFailure(path.string() + " cannot be synced");
}

absl::Status MakeFolder(const std::filesystem::path& folder) {
  std::error_code error;
  if (folder.empty() || std::filesystem::exists(folder, error)) return absl::OkStatus();
  std::filesystem::create_directories(folder, error);
  if (!error) {
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
  }
  if (!error) return absl::OkStatus();
  return Refuse(Reason::kStorageFailed, "vault",
                folder.string() + " cannot be made: " + error.message());
}

// The lock beside the file lets nobody else in. So SQLite shares nothing with others, and
// needs no room for that: a vault can be read on a full disk.
absl::Status HoldAlone(Database& database) {
  return database.Number("PRAGMA locking_mode = EXCLUSIVE").status();
}

// WAL; a commit waits for the disk; what is erased is overwritten.
absl::Status Configure(Database& database) {
  HOLDFAST_RETURN_IF_ERROR(database.Number("PRAGMA journal_mode = WAL").status());
  return database.Run("PRAGMA synchronous = FULL; PRAGMA secure_delete = ON");
}

absl::Status Fill(const std::filesystem::path& file, BytesView wrapped) {
  HOLDFAST_ASSIGN_OR_RETURN(Database database, Database::Open(file));
  HOLDFAST_RETURN_IF_ERROR(Configure(database));
  HOLDFAST_RETURN_IF_ERROR(database.Run(
      "BEGIN IMMEDIATE;"
      "CREATE TABLE header (name BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
      "CREATE TABLE kv (name BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
      "PRAGMA application_id = " +
      std::to_string(kApplicationId) + "; PRAGMA user_version = " + std::to_string(kFileFormat)));
  HOLDFAST_ASSIGN_OR_RETURN(Statement insert,
                            database.Prepare("INSERT INTO header (name, value) VALUES (?1, ?2)"));
  HOLDFAST_RETURN_IF_ERROR(insert.Bind(1, kWrappedKey).Bind(2, wrapped).Step().status());
  return database.Run("COMMIT");
}

absl::Status CheckFormat(Database& database) {
  HOLDFAST_ASSIGN_OR_RETURN(const std::int64_t application,
                            database.Number("PRAGMA application_id"));
  HOLDFAST_ASSIGN_OR_RETURN(const std::int64_t format, database.Number("PRAGMA user_version"));
  if (application != kApplicationId || format < 1) {
    return Refuse(Reason::kVaultDamaged, "vault",
                  "its file is not a vault, or its beginning is damaged; put back a copy of the "
                  "file, made while nothing ran");
  }
  if (format > kFileFormat) {
    return Refuse(Reason::kNewerFormat, "vault",
                  "was written by a newer version of Holdfast; install that version or newer");
  }
  return absl::OkStatus();
}

absl::StatusOr<Bytes> ReadWrappedKey(Database& database) {
  HOLDFAST_ASSIGN_OR_RETURN(Statement get,
                            database.Prepare("SELECT value FROM header WHERE name = ?1"));
  HOLDFAST_ASSIGN_OR_RETURN(const bool found, get.Bind(1, kWrappedKey).Step());
  if (found) return get.Column(0);
  return Refuse(Reason::kVaultDamaged, "vault",
                "its key is gone; put back a copy of the file, made while nothing ran");
}

struct LockedFile {
  FileLock lock;
  Database database;
};

absl::StatusOr<LockedFile> OpenFile(const std::filesystem::path& file,
                                    std::chrono::milliseconds wait) {
  HOLDFAST_RETURN_IF_ERROR(crypto::Initialise());
  std::error_code error;
  // Whatever links lead to it, there is one file, and one lock beside it.
  const std::filesystem::path real = std::filesystem::canonical(file, error);
  if (error == std::errc::no_such_file_or_directory) {
    return Refuse(Reason::kVaultMissing, "vault",
                  "there is none at " + file.string() + "; begin with `enroll` or `join`");
  }
  if (error) {
    return Refuse(Reason::kStorageFailed, "vault",
                  file.string() + " cannot be opened: " + error.message());
  }
  HOLDFAST_ASSIGN_OR_RETURN(FileLock lock, FileLock::Take(LockFileOf(real), wait));
  HOLDFAST_ASSIGN_OR_RETURN(Database database, Database::Open(real));
  HOLDFAST_RETURN_IF_ERROR(HoldAlone(database));
  HOLDFAST_RETURN_IF_ERROR(CheckFormat(database));
  HOLDFAST_RETURN_IF_ERROR(Configure(database));
  return LockedFile{std::move(lock), std::move(database)};
}

}  // namespace

absl::StatusOr<OpenedVault> CreateVault(const std::filesystem::path& file, BytesView passphrase,
                                        const crypto::PassphraseCost& cost) {
  HOLDFAST_RETURN_IF_ERROR(crypto::Initialise());
  HOLDFAST_RETURN_IF_ERROR(MakeFolder(file.parent_path()));
  HOLDFAST_ASSIGN_OR_RETURN(FileLock lock, FileLock::Take(LockFileOf(file)));
  std::error_code error;
  if (std::filesystem::exists(file, error)) {
    return Refuse(Reason::kVaultExists, "vault",
                  "there is one already at " + file.string() + "; use another profile");
  }
  const std::filesystem::path fresh = Beside(file, ".new");
  for (const char* suffix : {"", "-wal", "-shm"}) {
    std::filesystem::remove(Beside(fresh, suffix), error);  // of an attempt that was cut short
  }
  const int descriptor = ::open(fresh.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) return SystemFailure(fresh.string() + " cannot be made");
  ::close(descriptor);
  crypto::VaultKey key = crypto::VaultKey::Random();
  HOLDFAST_ASSIGN_OR_RETURN(const Bytes wrapped, crypto::WrapVaultKey(key, passphrase, cost));
  HOLDFAST_RETURN_IF_ERROR(Fill(fresh, wrapped));
  HOLDFAST_RETURN_IF_ERROR(Sync(fresh, O_RDWR));
  if (::rename(fresh.c_str(), file.c_str()) != 0) return SystemFailure("it cannot be put in place");
  HOLDFAST_RETURN_IF_ERROR(
      Sync(file.parent_path().empty() ? "." : file.parent_path(), O_RDONLY | O_DIRECTORY));
  HOLDFAST_ASSIGN_OR_RETURN(Database database, Database::Open(file));
  HOLDFAST_RETURN_IF_ERROR(HoldAlone(database));
  HOLDFAST_RETURN_IF_ERROR(Configure(database));
  return OpenedVault{std::make_unique<SqliteStorage>(std::move(lock), std::move(database)),
                     std::move(key), wrapped};
}

absl::StatusOr<LockedVault> LockVault(const std::filesystem::path& file,
                                      std::chrono::milliseconds wait) {
  HOLDFAST_ASSIGN_OR_RETURN(LockedFile opened, OpenFile(file, wait));
  HOLDFAST_ASSIGN_OR_RETURN(Bytes wrapped, ReadWrappedKey(opened.database));
  return LockedVault{
      std::make_unique<SqliteStorage>(std::move(opened.lock), std::move(opened.database)),
      std::move(wrapped)};
}

absl::StatusOr<OpenedVault> OpenVault(const std::filesystem::path& file, BytesView passphrase,
                                      std::chrono::milliseconds wait) {
  HOLDFAST_ASSIGN_OR_RETURN(LockedVault vault, LockVault(file, wait));
  HOLDFAST_ASSIGN_OR_RETURN(crypto::VaultKey key,
                            crypto::UnwrapVaultKey(vault.wrapped_key, passphrase));
  return OpenedVault{std::move(vault.storage), std::move(key), std::move(vault.wrapped_key)};
}

absl::StatusOr<KeyFit> HowKeyFits(VaultStorage& storage, const crypto::VaultKey& key) {
  KeyFit fit = KeyFit::kNothing;
  // The first one, but for a vault with damage.
  const auto attempt = [&](BytesView name, BytesView value) {
    const bool opens = crypto::OpenVaultValue(key, name, value).ok();
    fit = opens ? KeyFit::kOpens : KeyFit::kOpensNone;
    return !opens;
  };
  HOLDFAST_RETURN_IF_ERROR(storage.Scan("", "\xff", attempt));
  return fit;
}

absl::Status ReplaceWrappedKey(const std::filesystem::path& file, BytesView expected,
                               BytesView fresh, std::chrono::milliseconds wait) {
  HOLDFAST_ASSIGN_OR_RETURN(LockedFile opened, OpenFile(file, wait));
  Database& database = opened.database;
  HOLDFAST_ASSIGN_OR_RETURN(const Bytes found, ReadWrappedKey(database));
  if (found != expected) {
    return Refuse(Reason::kVaultBusy, "vault",
                  "its passphrase was changed by another command just now, so it was left as it "
                  "is");
  }
  {
    HOLDFAST_ASSIGN_OR_RETURN(Statement update,
                              database.Prepare("UPDATE header SET value = ?2 WHERE name = ?1"));
    HOLDFAST_RETURN_IF_ERROR(update.Bind(1, kWrappedKey).Bind(2, fresh).Step().status());
  }
  // The log still has the page as it was; where this fails, the next one who closes it does so.
  database.Number("PRAGMA wal_checkpoint(TRUNCATE)").IgnoreError();
  return absl::OkStatus();
}

}  // namespace holdfast::client
