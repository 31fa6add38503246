#include "server/store/overlay.h"

#include <utility>

namespace holdfast::server {

void Overlay::Write(BytesView key, std::optional<Bytes> value) {
  const auto at = writes_.lower_bound(key);
  if (at != writes_.end() && at->first == key) {
    undo_.push_back({at, true, std::exchange(at->second, std::move(value))});
  } else {
    undo_.push_back({writes_.emplace_hint(at, Bytes(key), std::move(value)), false, {}});
  }
}

const std::optional<Bytes>* Overlay::Find(BytesView key) const {
  const auto at = writes_.find(key);
  return at == writes_.end() ? nullptr : &at->second;
}

void Overlay::RollbackToSavepoint() {
  while (undo_.size() > newest_savepoint()) {
    Undo& undo = undo_.back();
    if (undo.had) {
      undo.at->second = std::move(undo.before);
    } else {
      writes_.erase(undo.at);
    }
    undo_.pop_back();
  }
}

void Overlay::ReleaseSavepoint() {
  savepoints_.pop_back();
  if (savepoints_.empty()) undo_.clear();
}

}  // namespace holdfast::server
