#include "simulation/disk.h"

namespace holdfast::simulation {

void Disk::Put(const Bytes& name, Bytes value) {
  const auto [row, fresh] = rows_.try_emplace(name);
  unsynced_.back().emplace_back(name,
                                fresh ? std::nullopt : std::make_optional(std::move(row->second)));
  row->second = std::move(value);
}

void Disk::Erase(const Bytes& name) {
  const auto row = rows_.find(name);
  if (row == rows_.end()) return;
  unsynced_.back().emplace_back(name, std::move(row->second));
  rows_.erase(row);
}

void Disk::LosePower(Randomness& random) {
  const std::size_t kept = random.Below(unsynced_.size() + 1);
  while (unsynced_.size() > kept) {
    Undo& undo = unsynced_.back();
    for (auto row = undo.rbegin(); row != undo.rend(); ++row) {
      if (row->second) {
        rows_[row->first] = std::move(*row->second);
      } else {
        rows_.erase(row->first);
      }
    }
    unsynced_.pop_back();
  }
  unsynced_.clear();
}

void Disk::Replace(Rows rows) {
  rows_ = std::move(rows);
  unsynced_.clear();
}

}  // namespace holdfast::simulation
