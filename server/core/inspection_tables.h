// A store's tables, read whole, row by row, and what is found there told.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "server/core/records/records.h"
#include "server/core/store_finding.h"

namespace holdfast::server {

class StoreTables {
 public:
  StoreTables(Transaction& transaction, FindingSink found)
      : transaction_(transaction), found_(found) {}

  // Each row of the table that `any` lies in, as its record. How many rows there are.
  template <class Record>
  std::uint64_t EachRow(const Key<Record>& any, const char* table,
                        absl::FunctionRef<void(BytesView key, const Record& record)> look) {
    return EachRawRow(any, table, [&](BytesView key, BytesView value) {
      Record record;
      if (!record.ParseFromArray(value.data(), static_cast<int>(value.size()))) return false;
      look(key, record);
      return true;
    });
  }
  template <class Record>
  std::uint64_t ReadRows(const Key<Record>& any, const char* table) {
    return EachRow<Record>(any, table, [](BytesView, const Record&) {});
  }
  // Where the rows are no records; `is_whole` judges a row.
  std::uint64_t EachRawRow(BytesView any, const char* table,
                           absl::FunctionRef<bool(BytesView key, BytesView value)> is_whole);
  // Values of so many bytes each.
  std::uint64_t ReadRawRows(BytesView any, const char* table, std::size_t bytes_min,
                            std::size_t bytes_max = std::numeric_limits<std::size_t>::max());

  // Tells where a table's rows are not as many as belong to `owners`.
  void CheckCount(const char* table, std::uint64_t rows, std::uint64_t owned, const char* owners);
  void Tell(StoreFinding::Kind kind, std::string whose, std::string what) {
    found_({kind, std::move(whose), std::move(what)});
  }

  Transaction& transaction() { return transaction_; }

 private:
  Transaction& transaction_;
  FindingSink found_;
};

}  // namespace holdfast::server
