// A vault in memory, with commits that fail when a test wants them to: for tests
// and the simulation.
#pragma once

#include <functional>
#include <map>

#include "client/core/outside/vault_storage.h"
#include "rules/errors.h"

namespace holdfast::client {

// What survives a crash: hand the same contents to the next storage.
using MemoryContents = std::map<Bytes, Bytes>;

class MemoryStorage final : public VaultStorage {
 public:
  explicit MemoryStorage(MemoryContents contents = {}) : contents_(std::move(contents)) {}

  const MemoryContents& contents() const { return contents_; }
  MemoryContents& contents() { return contents_; }
  std::size_t commits() const { return commits_; }

  // Called before each commit with its number from 1; false lets it fail with
  // nothing written, as a crash just before it would.
  std::function<bool(std::size_t number)> before_commit;

  absl::StatusOr<std::optional<Bytes>> Get(BytesView name) override {
    const auto found = contents_.find(Bytes(name));
    if (found == contents_.end()) return std::optional<Bytes>();
    return std::optional<Bytes>(found->second);
  }

  absl::Status Scan(BytesView begin, BytesView end,
                    const std::function<bool(BytesView, BytesView)>& row) override {
    for (auto at = contents_.lower_bound(Bytes(begin)); at != contents_.end(); ++at) {
      if (at->first >= end || !row(at->first, at->second)) break;
    }
    return absl::OkStatus();
  }

  absl::Status Commit(const std::vector<Write>& writes) override {
    ++commits_;
    if (before_commit && !before_commit(commits_)) {
      return Refuse(Reason::kStorageFailed, "vault", "could not be written, as the test asked");
    }
    for (const Write& write : writes) {
      if (write.value) {
        contents_[write.name] = *write.value;
      } else {
        contents_.erase(write.name);
      }
    }
    return absl::OkStatus();
  }

 private:
  MemoryContents contents_;
  std::size_t commits_ = 0;
};

}  // namespace holdfast::client
