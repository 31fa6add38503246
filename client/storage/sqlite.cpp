#include "client/storage/sqlite.h"

#include <sqlite3.h>

#include "rules/errors.h"

namespace holdfast::client {
namespace {

constexpr int kBusyTimeoutMs = 5000;  // of a tool that looks at the file without the lock

absl::Status Failure(sqlite3* database, int code) {
  const std::string why = database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(code);
  const int primary = code & 0xff;
  if (primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB) {
    return Refuse(
        Reason::kVaultDamaged, "vault",
        "its file is damaged (" + why + "); put back a copy of the file, made while nothing ran");
  }
  if (primary == SQLITE_FULL) {
    return Refuse(Reason::kStorageFailed, "vault",
                  "there is no room left on the disk, so nothing more can be kept or sent. What "
                  "was kept before is safe, and can be read; make some room");
  }
  return Refuse(Reason::kStorageFailed, "vault", "its file cannot be used: " + why);
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Statement& Statement::Bind(int index, BytesView bytes) {
  sqlite3_bind_blob64(statement_.get(), index, bytes.data(), bytes.size(), SQLITE_STATIC);
  return *this;
}

absl::StatusOr<bool> Statement::Step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return Failure(sqlite3_db_handle(statement_.get()), code);
}

void Statement::Reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

Bytes Statement::Column(int index) const {
  const void* bytes = sqlite3_column_blob(statement_.get(), index);
  const int size = sqlite3_column_bytes(statement_.get(), index);
  if (bytes == nullptr) return {};
  return Bytes(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

std::int64_t Statement::Integer(int index) const {
  return sqlite3_column_int64(statement_.get(), index);
}

void Database::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

absl::StatusOr<Database> Database::Open(const std::filesystem::path& path) {
  sqlite3* raw = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  Database database(raw);
  if (code != SQLITE_OK) return Failure(raw, code);
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, kBusyTimeoutMs);
  return database;
}

absl::StatusOr<Statement> Database::Prepare(std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  const int code =
      sqlite3_prepare_v2(database_.get(), sql.data(), static_cast<int>(sql.size()), &raw, nullptr);
  Statement statement(raw);
  if (code != SQLITE_OK) return Failure(database_.get(), code);
  return statement;
}

absl::Status Database::Run(std::string_view sql) {
  const int code =
      sqlite3_exec(database_.get(), std::string(sql).c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return Failure(database_.get(), code);
  return absl::OkStatus();
}

absl::StatusOr<std::int64_t> Database::Number(std::string_view sql) {
  HOLDFAST_ASSIGN_OR_RETURN(Statement statement, Prepare(sql));
  HOLDFAST_ASSIGN_OR_RETURN(const bool row, statement.Step());
  return row ? statement.Integer(0) : 0;
}

}  // namespace holdfast::client
