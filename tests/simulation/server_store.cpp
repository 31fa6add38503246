#include "simulation/server_store.h"

#include "rules/planted.h"
#include "server/core/records/keys.h"
#include "server/store/overlay.h"

namespace holdfast::simulation {
namespace {

class BaseRows {
 public:
  BaseRows(Rows::const_iterator at, Rows::const_iterator end) : at_(at), end_(end) {}
  bool Valid() const { return at_ != end_; }
  BytesView key() const { return at_->first; }
  BytesView value() const { return at_->second; }
  void Next() { ++at_; }

 private:
  Rows::const_iterator at_;
  Rows::const_iterator end_;
};

}  // namespace

class ServerTransaction final : public server::Transaction {
 public:
  explicit ServerTransaction(ServerStore& store) : store_(store) {}

  absl::StatusOr<std::optional<Bytes>> Get(BytesView key) override {
    if (const std::optional<Bytes>* own = overlay_.Find(key)) return *own;
    const Rows& rows = store_.disk_.rows();
    const auto row = rows.find(key);
    return row == rows.end() ? std::nullopt : std::make_optional(row->second);
  }

  absl::Status Scan(BytesView begin, BytesView end, std::size_t rows_max,
                    const std::function<bool(BytesView, BytesView)>& row) override {
    if (begin >= end) return absl::OkStatus();
    const Rows& rows = store_.disk_.rows();
    BaseRows base(rows.lower_bound(begin), rows.end());
    server::ScanMerged(overlay_, base, begin, end, rows_max, row);
    return absl::OkStatus();
  }

  void Put(BytesView key, BytesView value) override { overlay_.Write(key, Bytes(value)); }
  void Erase(BytesView key) override { overlay_.Write(key, std::nullopt); }
  void SetSavepoint() override { overlay_.SetSavepoint(); }
  void RollbackToSavepoint() override { overlay_.RollbackToSavepoint(); }
  void ReleaseSavepoint() override { overlay_.ReleaseSavepoint(); }
  bool has_writes() const override { return !overlay_.writes().empty(); }
  bool has_writes_since_savepoint() const override { return overlay_.has_writes_since_savepoint(); }

  server::CommitOutcome Commit() override {
    if (!has_writes()) return server::CommitOutcome::kCommitted;
    const ServerStore::Fate fate = store_.DrawFate();
    if (fate.written) WriteToDisk();
    return fate.outcome;
  }

 private:
  void WriteToDisk() {
    Disk& disk = store_.disk_;
    disk.BeginTransaction();
    for (const auto& [key, value] : overlay_.writes()) {
      if (!value) disk.Erase(key);
      if (value && !IsApart(key)) disk.Put(key, *value);
    }
    if (!HOLDFAST_PLANTED(kAcknowledgeBeforeDurable)) disk.Sync();
    if (HOLDFAST_PLANTED(kArmTimersApart)) WriteTimers(disk);
  }

  static bool IsApart(const Bytes& key) {
    static const char kTimers = server::keys::TimersEnd(0).front();
    return HOLDFAST_PLANTED(kArmTimersApart) && key.front() == kTimers;
  }
  void WriteTimers(Disk& disk) {
    disk.BeginTransaction();
    for (const auto& [key, value] : overlay_.writes()) {
      if (value && IsApart(key)) disk.Put(key, *value);
    }
  }

  ServerStore& store_;
  server::Overlay overlay_;
};

std::unique_ptr<server::Transaction> ServerStore::Begin() {
  return std::make_unique<ServerTransaction>(*this);
}

ServerStore::Fate ServerStore::DrawFate() {
  using server::CommitOutcome;
  if (random_.PerMillion(rates_.commit_conflict)) return {CommitOutcome::kConflict, false};
  if (random_.PerMillion(rates_.commit_refused)) return {CommitOutcome::kNotCommitted, false};
  if (random_.PerMillion(rates_.commit_unknown)) {
    return {CommitOutcome::kUnknown, random_.OneIn(2)};
  }
  return {};
}

}  // namespace holdfast::simulation
