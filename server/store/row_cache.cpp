#include "server/store/row_cache.h"

namespace holdfast::server {

void RowCache::Keep(BytesView key, BytesView value) {
  if (value.size() > kRowBytesMax) return;
  if (rows_.size() >= kRowsMax) rows_.clear();
  rows_.insert_or_assign(Bytes(key), Bytes(value));
}

void RowCache::Committed(BytesView key, const Bytes* value) {
  const auto at = rows_.find(AsAbslView(key));
  if (at == rows_.end()) return;
  if (value == nullptr || value->size() > kRowBytesMax) {
    rows_.erase(at);
  } else {
    at->second = *value;
  }
}

}  // namespace holdfast::server
