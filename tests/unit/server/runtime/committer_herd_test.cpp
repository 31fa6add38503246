// The committer and many timers that are due at once: worked off in batches, the next
// one while the one before is written, and nobody told of what is not durable.
#include <future>
#include <string>

#include "server/store/memory_store.h"
#include "unit/server/runtime/committer_support.h"

namespace holdfast::server {
namespace {

// A store whose transactions are prepared at once and written when a test says so.
class SlowStore : public Store {
 public:
  explicit SlowStore(Store& inner) : inner_(inner) {}

  std::unique_ptr<Transaction> Begin() override;

  // By number, from 0: of each transaction that begins, and of each that is written.
  std::function<void(int)> on_begin;
  std::function<CommitOutcome(int)> on_write;

 private:
  class Split;

  Store& inner_;
  int begun_ = 0;
  std::atomic<int> written_ = 0;
};

class SlowStore::Split : public Transaction {
 public:
  Split(SlowStore& store, std::unique_ptr<Transaction> inner)
      : store_(store), inner_(std::move(inner)) {}

  absl::StatusOr<std::optional<Bytes>> Get(BytesView key) override { return inner_->Get(key); }
  absl::Status Scan(BytesView begin, BytesView end, std::size_t rows_max,
                    const std::function<bool(BytesView, BytesView)>& row) override {
    return inner_->Scan(begin, end, rows_max, row);
  }
  void Put(BytesView key, BytesView value) override { inner_->Put(key, value); }
  void Erase(BytesView key) override { inner_->Erase(key); }
  void SetSavepoint() override { inner_->SetSavepoint(); }
  void RollbackToSavepoint() override { inner_->RollbackToSavepoint(); }
  void ReleaseSavepoint() override { inner_->ReleaseSavepoint(); }
  bool has_writes() const override { return inner_->has_writes(); }
  bool has_writes_since_savepoint() const override { return inner_->has_writes_since_savepoint(); }
  CommitOutcome Commit() override {
    const CommitOutcome prepared = Prepare();
    return prepared == CommitOutcome::kCommitted ? Write() : prepared;
  }
  CommitOutcome Prepare() override { return inner_->Commit(); }
  CommitOutcome Write() override {
    return has_writes() ? store_.on_write(store_.written_++) : CommitOutcome::kCommitted;
  }

 private:
  SlowStore& store_;
  std::unique_ptr<Transaction> inner_;
};

std::unique_ptr<Transaction> SlowStore::Begin() {
  on_begin(begun_++);
  return std::make_unique<Split>(*this, inner_.Begin());
}

// Bonds of one practice whose slots open in the same second.
std::vector<TestBond> Herd(ServerWorld& world, std::size_t size) {
  std::vector<TestBond> bonds;
  const Rhythm rhythm = SoonRhythm(world, limits::kHourMs);
  for (std::size_t i = 0; i < size; ++i) {
    bonds.push_back(world.FormBond());
    KeepRhythm(world, bonds.back(), rhythm);
  }
  world.clock.Advance(limits::kHourMs);
  return bonds;
}

// A reader that comes while the first batch of a herd is worked out. It is therefore
// part of the second, and the first is being written when it runs.
struct ReaderBehindAHerd {
  explicit ReaderBehindAHerd(CommitOutcome written) : slow(world.store) {
    Herd(world, kHerd);
    practice.emplace(world);
    slow.on_begin = [this](int number) {
      if (number != 0) return;
      begun.set_value();
      submitted.get_future().wait();
    };
    slow.on_write = [this, written](int number) {
      if (number != 0) return CommitOutcome::kCommitted;
      go_on.get_future().wait();
      return written;
    };
    committer.emplace(*practice->core, slow,
                      CommitterHooks{[this](const DeviceId& device) { woken.Say(device); },
                                     [this](const absl::Status&) { failures.Say(1); }});
    begun.get_future().wait();
    REQUIRE(committer
                ->Submit(
                    false,
                    [this](Core&, Transaction&) {
                      ran.Say(1);
                      return absl::OkStatus();
                    },
                    [this](const absl::Status& status) {
                      woken_before = woken.All().size();
                      answers.Say(status);
                    })
                .ok());
    submitted.set_value();
  }

  ~ReaderBehindAHerd() { LetGo(); }
  ReaderBehindAHerd(const ReaderBehindAHerd&) = delete;
  ReaderBehindAHerd& operator=(const ReaderBehindAHerd&) = delete;

  // The first batch of the herd may be written.
  void LetGo() {
    if (!std::exchange(is_let_go, true)) go_on.set_value();
  }

  static constexpr std::size_t kBesideReader = kBatchTimersBusy;
  static constexpr std::size_t kHerd = kBatchTimersMax + kBesideReader + 1;

  ServerWorld world;
  SlowStore slow;
  bool is_let_go = false;
  std::optional<Practice> practice;
  std::promise<void> begun, submitted, go_on;
  Heard<int> ran, failures;
  Heard<DeviceId> woken;                      // two of each bond
  std::atomic<std::size_t> woken_before = 0;  // its answer
  Heard<absl::Status> answers;
  std::optional<Committer> committer;
};

// Long enough for an answer that must not come.
constexpr std::chrono::milliseconds kQuiet{50};

}  // namespace

TEST_CASE("a herd of timers is worked off in batches, and sends go on beside it") {
  ServerWorld world;
  constexpr std::size_t kBonds = 3 * kBatchTimersMax;
  const std::vector<TestBond> bonds = Herd(world, kBonds);
  std::atomic<int> sent = 0;
  std::uint64_t batches = 0;
  {
    Practice practice(world);
    Committer committer(*practice.core, world.store, {});
    for (int i = 0; i < 50; ++i) {
      Nothing(committer, [&] { ++sent; });
    }
    // Until nothing is due any more.
    std::uint64_t delay = 0;
    for (int i = 0; i < 2000 && delay == 0; ++i) {
      std::promise<void> done;
      REQUIRE(committer
                  .Submit(
                      false,
                      [&](Core& core, Transaction& transaction) {
                        delay = core.NextDue(transaction).value();
                        return absl::OkStatus();
                      },
                      [&](const absl::Status&) { done.set_value(); })
                  .ok());
      done.get_future().wait();
    }
    CHECK(delay > 0);
    committer.Drain();
    batches = committer.batches();
  }
  CHECK(sent == 50);
  CHECK(batches >= kBonds / kBatchTimersMax);
  CHECK(batches <= kBonds / kBatchTimersBusy + 1);
  for (const TestBond& bond : bonds) {
    CHECK(CheckedLedger(world, bond).kinds() == "act act opened");
  }
}

TEST_CASE("while a herd's batch is written the next is worked out, and nobody hears of either") {
  ReaderBehindAHerd reader(CommitOutcome::kCommitted);
  REQUIRE(reader.ran.WaitFor(1));
  std::this_thread::sleep_for(kQuiet);
  CHECK(reader.answers.All().empty());
  CHECK(reader.woken.All().empty());
  reader.LetGo();
  REQUIRE(reader.answers.WaitFor(1));
  CHECK(reader.answers.All().front().ok());
  CHECK(reader.woken_before == 2 * (kBatchTimersMax + reader.kBesideReader));
  reader.committer->Drain();
  CHECK(reader.failures.All().empty());
}

TEST_CASE("where a herd's batch may be half written, what was worked out on it is void") {
  ReaderBehindAHerd reader(CommitOutcome::kUnknown);
  REQUIRE(reader.ran.WaitFor(1));
  reader.LetGo();
  REQUIRE(reader.answers.WaitFor(1));
  CHECK(ReasonOf(reader.answers.All().front()) == Reason::kUnreachable);
  reader.committer->Drain();
  CHECK(reader.answers.All().size() == 1);
  CHECK(reader.failures.All().size() == 1);
  CHECK(reader.woken.All().empty());
  CHECK(reader.committer->batches() == 0);
}

TEST_CASE("draining waits until what is beside the committer is written") {
  ServerWorld world;
  Herd(world, kBatchTimersMax + 1);
  Practice practice(world);
  SlowStore slow(world.store);
  std::promise<void> begun, draining, go_on;
  slow.on_begin = [&](int number) {
    if (number != 0) return;
    begun.set_value();
    draining.get_future().wait();
  };
  slow.on_write = [&](int number) {
    if (number == 0) go_on.get_future().wait();
    return CommitOutcome::kCommitted;
  };
  Heard<DeviceId> woken;
  Committer committer(*practice.core, slow,
                      {[&](const DeviceId& device) { woken.Say(device); }, nullptr});
  begun.get_future().wait();
  auto drained = std::async(std::launch::async, [&] { committer.Drain(); });
  std::this_thread::sleep_for(kQuiet);  // until it has said so
  draining.set_value();
  CHECK(drained.wait_for(kQuiet) == std::future_status::timeout);
  go_on.set_value();
  drained.get();
  CHECK(woken.All().size() >= 2 * kBatchTimersMax);
}

}  // namespace holdfast::server
