// Committed rows that a transaction read together because it will ask for each of
// them. Apart from the store's cache: what a thousand bonds need once shall not push
// out what is asked for often.
#pragma once

#include <rocksdb/db.h>

#include <deque>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "server/store/absl_view.h"

namespace holdfast::server {

class RowsAhead {
 public:
  struct Row {
    rocksdb::PinnableSlice value;
    bool exists = false;

    std::optional<Bytes> ToBytes() const;
  };

  // Rows that cannot be read are left out.
  void Read(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family, std::vector<Bytes> keys);
  // Null: not read ahead.
  const Row* Find(BytesView key) const {
    if (rows_.empty()) return nullptr;
    const auto at = rows_.find(AsAbslView(key));
    return at == rows_.end() ? nullptr : at->second;
  }
  bool Holds(BytesView key) const { return Find(key) != nullptr; }

 private:
  struct Reading {
    std::vector<Bytes> keys;
    std::vector<Row> rows;
  };

  std::deque<Reading> readings_;
  absl::flat_hash_map<absl::string_view, const Row*> rows_;  // into readings_
};

}  // namespace holdfast::server
