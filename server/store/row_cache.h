// Committed small rows that were read before. Every call reads its device, its
// lists and its bond: finding them in RocksDB costs more than all the rest of a
// send's core work. True because there is one writer, which tells of each commit.
#pragma once

#include "absl/container/flat_hash_map.h"
#include "server/store/absl_view.h"

namespace holdfast::server {

class RowCache {
 public:
  const Bytes* Find(BytesView key) const {
    const auto at = rows_.find(AsAbslView(key));
    return at == rows_.end() ? nullptr : &at->second;
  }
  // A row as it was read. Larger ones than kRowBytesMax are not kept.
  void Keep(BytesView key, BytesView value);
  // A row was written, or erased (null), or nobody knows (null as well).
  void Committed(BytesView key, const Bytes* value);

  static constexpr std::size_t kRowBytesMax = 512;
  // With its overheads under 64 MiB. When it is full it begins anew: what is hot
  // is soon back.
  static constexpr std::size_t kRowsMax = 65'536;

 private:
  absl::flat_hash_map<Bytes, Bytes> rows_;
};

}  // namespace holdfast::server
