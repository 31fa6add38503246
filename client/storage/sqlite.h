// The little of SQLite that the vault needs, with its errors in our words.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "rules/identifiers.h"

struct sqlite3;
struct sqlite3_stmt;

namespace holdfast::client {

class Statement {
 public:
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

  // From 1; the bytes must live until the statement was run.
  Statement& Bind(int index, BytesView bytes);
  // True where there is a row. Everything else is a refusal.
  absl::StatusOr<bool> Step();
  // As it was prepared: to be run again, with other bytes.
  void Reset();
  Bytes Column(int index) const;
  std::int64_t Integer(int index) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

class Database {
 public:
  // Opens an existing file for reading and writing.
  static absl::StatusOr<Database> Open(const std::filesystem::path& path);

  absl::StatusOr<Statement> Prepare(std::string_view sql);
  absl::Status Run(std::string_view sql);  // one or several statements without results
  absl::StatusOr<std::int64_t> Number(std::string_view sql);

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  explicit Database(sqlite3* database) : database_(database) {}

  std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace holdfast::client
