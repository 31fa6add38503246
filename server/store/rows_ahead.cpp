#include "server/store/rows_ahead.h"

#include <algorithm>
#include <utility>

#include "server/store/rocksdb_state.h"

namespace holdfast::server {

std::optional<Bytes> RowsAhead::Row::ToBytes() const {
  if (!exists) return std::nullopt;
  return std::optional<Bytes>(std::in_place, value.data(), value.size());
}

void RowsAhead::Read(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family,
                     std::vector<Bytes> keys) {
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  const std::size_t count = keys.size();
  std::vector<rocksdb::Slice> wanted;
  wanted.reserve(count);
  for (const Bytes& key : keys) wanted.push_back(ToSlice(key));
  std::vector<rocksdb::PinnableSlice> values(count);
  std::vector<rocksdb::Status> found(count);
  db.MultiGet(rocksdb::ReadOptions(), family, count, wanted.data(), values.data(), found.data(),
              /*sorted_input=*/true);
  Reading& reading = readings_.emplace_back();
  reading.keys = std::move(keys);
  reading.rows.resize(count);
  rows_.reserve(rows_.size() + count);
  for (std::size_t i = 0; i < count; ++i) {
    if (!found[i].ok() && !found[i].IsNotFound()) continue;
    reading.rows[i] = {std::move(values[i]), found[i].ok()};
    rows_.emplace(AsAbslView(reading.keys[i]), &reading.rows[i]);
  }
}

}  // namespace holdfast::server
