#include "server/core/inspection_tables.h"

namespace holdfast::server {

std::uint64_t StoreTables::EachRawRow(
    BytesView any, const char* table,
    absl::FunctionRef<bool(BytesView key, BytesView value)> is_whole) {
  const Bytes prefix(1, any.front());
  std::uint64_t rows = 0;
  std::uint64_t unreadable = 0;
  const absl::Status read =
      transaction_.Scan(prefix, keys::AfterPrefix(prefix), std::numeric_limits<std::size_t>::max(),
                        [&](BytesView key, BytesView value) {
                          ++rows;
                          if (!is_whole(key, value)) ++unreadable;
                          return true;
                        });
  if (unreadable != 0) {
    Tell(StoreFinding::Kind::kTable, table,
         std::to_string(unreadable) + " rows are not what was written");
  }
  if (!read.ok()) {
    Tell(
        StoreFinding::Kind::kTable, table,
        "cannot be read past its row " + std::to_string(rows) + ": " + std::string(read.message()));
  }
  return rows;
}

std::uint64_t StoreTables::ReadRawRows(BytesView any, const char* table, std::size_t bytes_min,
                                       std::size_t bytes_max) {
  return EachRawRow(any, table, [&](BytesView, BytesView value) {
    return value.size() >= bytes_min && value.size() <= bytes_max;
  });
}

void StoreTables::CheckCount(const char* table, std::uint64_t rows, std::uint64_t owned,
                             const char* owners) {
  if (rows == owned) return;
  Tell(StoreFinding::Kind::kCount, table,
       std::to_string(rows) + " are stored, and " + std::to_string(owned) + " belong to " + owners);
}

}  // namespace holdfast::server
