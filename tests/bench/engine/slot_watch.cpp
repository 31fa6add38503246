#include "bench/engine/slot_watch.h"

#include <stdexcept>

#include "server/core/records/keys.h"

namespace holdfast::bench {
namespace {

// Longer than any herd may take, so that one that hangs fails the run.
constexpr std::chrono::minutes kHerdMax{5};

}  // namespace

// A slot's row is written when it opens, and here by nothing else.
class SlotWatch::Watcher : public server::Transaction {
 public:
  Watcher(SlotWatch& watch, std::unique_ptr<server::Transaction> inner)
      : watch_(watch), inner_(std::move(inner)), table_(server::keys::Slot({}, {}).front()) {}

  absl::StatusOr<std::optional<Bytes>> Get(BytesView key) override { return inner_->Get(key); }
  absl::Status Scan(BytesView begin, BytesView end, std::size_t rows_max,
                    const std::function<bool(BytesView, BytesView)>& row) override {
    return inner_->Scan(begin, end, rows_max, row);
  }
  void ReadAhead(std::vector<Bytes>&& keys) override { inner_->ReadAhead(std::move(keys)); }
  void Put(BytesView key, BytesView value) override {
    inner_->Put(key, value);
    if (key.front() == table_) ++slots_;
  }
  void Erase(BytesView key) override { inner_->Erase(key); }
  void SetSavepoint() override { inner_->SetSavepoint(); }
  void RollbackToSavepoint() override { inner_->RollbackToSavepoint(); }
  void ReleaseSavepoint() override { inner_->ReleaseSavepoint(); }
  bool has_writes() const override { return inner_->has_writes(); }
  bool has_writes_since_savepoint() const override { return inner_->has_writes_since_savepoint(); }
  server::CommitOutcome Commit() override {
    const server::CommitOutcome prepared = Prepare();
    return prepared == server::CommitOutcome::kCommitted ? Write() : prepared;
  }
  server::CommitOutcome Prepare() override { return inner_->Prepare(); }
  server::CommitOutcome Write() override {
    const server::CommitOutcome outcome = inner_->Write();
    if (outcome == server::CommitOutcome::kCommitted && slots_ != 0) watch_.Note(slots_, begun_);
    return outcome;
  }

 private:
  SlotWatch& watch_;
  std::unique_ptr<server::Transaction> inner_;
  const char table_;
  const Steady::time_point begun_ = Steady::now();
  std::size_t slots_ = 0;
};

std::unique_ptr<server::Transaction> SlotWatch::Begin() {
  return std::make_unique<Watcher>(*this, inner_.Begin());
}

void SlotWatch::Note(std::size_t slots, Steady::time_point begun) {
  const std::lock_guard lock(mutex_);
  if (seen_.slots == 0) seen_.first_begun = begun;
  seen_.last_committed = Steady::now();
  seen_.slots += slots;
  ++seen_.batches;
  more_.notify_all();
}

SlotWatch::Seen SlotWatch::seen() const {
  const std::lock_guard lock(mutex_);
  return seen_;
}

SlotWatch::Seen SlotWatch::WaitFor(std::size_t slots) const {
  std::unique_lock lock(mutex_);
  if (!more_.wait_for(lock, kHerdMax, [&] { return seen_.slots >= slots; })) {
    throw std::runtime_error("only " + std::to_string(seen_.slots) + " of " +
                             std::to_string(slots) + " slots were opened");
  }
  return seen_;
}

}  // namespace holdfast::bench
