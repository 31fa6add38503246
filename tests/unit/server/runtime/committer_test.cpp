// The committer: many requests in one commit, answers only after it, each once.
#include "server/runtime/committer.h"

#include <atomic>
#include <chrono>
#include <future>
#include <mutex>
#include <thread>

#include "server/core/records/limits.h"
#include "server/store/memory_store.h"
#include "support/catch.h"
#include "support/server_world.h"

namespace holdfast::server {
namespace {

// Holds the committer's thread inside a request until it is let go.
class Gate {
 public:
  void Enter() {
    entered_.set_value();
    open_.get_future().wait();
  }
  void WaitUntilEntered() { entered_.get_future().wait(); }
  void Open() { open_.set_value(); }

 private:
  std::promise<void> entered_;
  std::promise<void> open_;
};

Request Put(const std::string& key) {
  return [key](Core&, Transaction& transaction) {
    transaction.Put(key, "x");
    return absl::OkStatus();
  };
}

absl::Status Ask(Committer& committer, bool writes, Request request) {
  std::promise<absl::Status> answer;
  const absl::Status submitted =
      committer.Submit(writes, std::move(request),
                       [&](absl::Status status) { answer.set_value(std::move(status)); });
  return submitted.ok() ? answer.get_future().get() : submitted;
}

// Counts answers by reason; OK under kUsage's place is never needed, so apart.
struct Answers {
  Answer Next() {
    return [this](absl::Status status) {
      const std::lock_guard lock(mutex);
      statuses.push_back(std::move(status));
    };
  }
  std::mutex mutex;
  std::vector<absl::Status> statuses;
};

// Returns once the committer's thread stands in a request, until the gate opens.
void HoldAt(Gate& gate, Committer& committer, Answer answer) {
  const auto enter = [&gate](Core&, Transaction&) {
    gate.Enter();
    return absl::OkStatus();
  };
  REQUIRE(committer.Submit(false, enter, std::move(answer)).ok());
  gate.WaitUntilEntered();
}

}  // namespace

TEST_CASE("what waits together is committed together, and every answer comes after") {
  ServerWorld world;
  Committer committer(*world.core, world.store, {});
  Gate gate;
  Answers answers;
  HoldAt(gate, committer, answers.Next());
  constexpr std::size_t kRequests = kBatchRequestsMax + 10;
  for (std::size_t i = 0; i < kRequests; ++i) {
    REQUIRE(committer.Submit(true, Put("k" + std::to_string(i)), answers.Next()).ok());
  }
  gate.Open();
  committer.Drain();
  CHECK(committer.batches() == 2);
  CHECK(answers.statuses.size() == kRequests + 1);
  for (const absl::Status& status : answers.statuses) CHECK(status.ok());
  CHECK(world.rows().count("k0") == 1);
  CHECK(world.rows().count("k137") == 1);
}

TEST_CASE("a batch holds so many things that are asked for, in however many requests") {
  ServerWorld world;
  Committer committer(*world.core, world.store, {});
  Gate gate;
  Answers answers;
  HoldAt(gate, committer, answers.Next());
  const auto submit = [&](const std::string& key, std::size_t steps) {
    REQUIRE(committer.Submit(true, Put(key), answers.Next(), steps).ok());
  };
  submit("a", limits::kActsPerCallMax);
  submit("b", kBatchRequestsMax - limits::kActsPerCallMax);
  submit("c", limits::kActsPerCallMax);
  submit("d", limits::kActsPerCallMax);
  gate.Open();
  committer.Drain();
  CHECK(committer.batches() == 3);
  CHECK(answers.statuses.size() == 5);
}

TEST_CASE("a refusal, or an exception, leaves no trace and harms no neighbour") {
  ServerWorld world;
  Committer committer(*world.core, world.store, {});
  CHECK(ReasonOf(Ask(committer, true, [](Core&, Transaction& transaction) {
          transaction.Put("refused", "x");
          return Refuse(Reason::kUnknownBond, "bond", "no");
        })) == Reason::kUnknownBond);
  CHECK(ReasonOf(Ask(committer, true, [](Core&, Transaction& transaction) -> absl::Status {
          transaction.Put("thrown", "x");
          throw std::runtime_error("out of something");
        })) == Reason::kInternal);
  CHECK(Ask(committer, true, Put("kept")).ok());
  committer.Drain();
  CHECK(world.rows().count("refused") == 0);
  CHECK(world.rows().count("thrown") == 0);
  CHECK(world.rows().count("kept") == 1);
}

TEST_CASE("a full queue refuses with a delay and runs nothing that it refused") {
  ServerWorld world;
  Committer committer(*world.core, world.store, {});
  Gate gate;
  Answers answers;
  HoldAt(gate, committer, answers.Next());
  std::size_t accepted = 1;
  absl::Status refused;
  for (std::size_t i = 0; i < 2 * kQueueRequestsMax && refused.ok(); ++i) {
    refused = committer.Submit(true, Put("k"), answers.Next());
    if (refused.ok()) ++accepted;
  }
  CHECK(accepted == kQueueRequestsMax);
  CHECK(ReasonOf(refused) == Reason::kServerBusy);
  CHECK(RetryAfterMs(refused) == kBusyRetryMs);
  gate.Open();
  committer.Drain();
  CHECK(answers.statuses.size() == accepted);
}

TEST_CASE("draining finishes what waits, refuses what comes, and may be repeated") {
  ServerWorld world;
  Committer committer(*world.core, world.store, {});
  Answers answers;
  for (int i = 0; i < 100; ++i) {
    REQUIRE(committer.Submit(true, Put("k" + std::to_string(i)), answers.Next()).ok());
  }
  committer.Drain();
  CHECK(answers.statuses.size() == 100);
  CHECK(ReasonOf(committer.Submit(true, Put("late"), answers.Next())) == Reason::kShuttingDown);
  committer.Drain();
  CHECK(answers.statuses.size() == 100);
  CHECK(world.rows().count("late") == 0);
}

TEST_CASE("an unknown outcome is answered OK to nobody, and the process is told to end") {
  ServerWorld world;
  std::atomic<int> failures = 0;
  Committer committer(*world.core, world.store, {nullptr, [&](absl::Status) { ++failures; }});
  world.store.SetFaultHook([] { return MemoryStore::CommitFault{CommitOutcome::kUnknown, true}; });
  CHECK(ReasonOf(Ask(committer, true, Put("a"))) == Reason::kUnreachable);
  // Nothing is answered OK from then on, not even what would only read.
  CHECK(ReasonOf(Ask(committer, false, [](Core&, Transaction&) { return absl::OkStatus(); })) ==
        Reason::kUnreachable);
  committer.Drain();
  CHECK(failures == 1);
}

TEST_CASE("a commit that wrote nothing refuses the writers and lets the others go on") {
  ServerWorld world;
  Committer committer(*world.core, world.store, {});
  world.store.SetFaultHook([] {
    return MemoryStore::CommitFault{CommitOutcome::kNotCommitted, false};
  });
  Gate gate;
  Answers answers, writers, readers;
  HoldAt(gate, committer, answers.Next());
  REQUIRE(committer.Submit(true, Put("a"), writers.Next()).ok());
  REQUIRE(committer
              .Submit(
                  false, [](Core&, Transaction&) { return absl::OkStatus(); }, readers.Next())
              .ok());
  gate.Open();
  committer.Drain();
  REQUIRE(writers.statuses.size() == 1);
  REQUIRE(readers.statuses.size() == 1);
  CHECK(ReasonOf(writers.statuses[0]) == Reason::kStorageFull);
  CHECK(RetryAfterMs(writers.statuses[0]) == kStorageFullRetryMs);
  CHECK(readers.statuses[0].ok());
  CHECK(world.rows().count("a") == 0);
}

TEST_CASE("a conflict runs the batch again, and gives way in the end") {
  ServerWorld world;
  Committer committer(*world.core, world.store, {});
  std::atomic<int> conflicts = 3;
  world.store.SetFaultHook([&] {
    return MemoryStore::CommitFault{
        conflicts-- > 0 ? CommitOutcome::kConflict : CommitOutcome::kCommitted, true};
  });
  CHECK(Ask(committer, true, Put("a")).ok());
  conflicts = 1'000;
  CHECK(ReasonOf(Ask(committer, true, Put("b"))) == Reason::kServerBusy);
  committer.Drain();
  CHECK(world.rows().count("a") == 1);
  CHECK(world.rows().count("b") == 0);
}

TEST_CASE("below the floor writers are refused and readers go on") {
  ServerWorld world;
  Committer committer(*world.core, world.store, {});
  committer.SetAdmitWrites(false);
  CHECK(ReasonOf(Ask(committer, true, Put("a"))) == Reason::kStorageFull);
  CHECK(Ask(committer, false, [](Core&, Transaction&) { return absl::OkStatus(); }).ok());
  committer.SetAdmitWrites(true);
  CHECK(Ask(committer, true, Put("a")).ok());
}

TEST_CASE("below the floor a retry of something stored still gets its receipt") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  const v1::SendRequest stored = world.MakeSend(bond, bond.client);
  const v1::SendRequest fresh = world.MakeSend(bond, bond.client);
  Committer committer(*world.core, world.store, {});
  const auto send = [&](const v1::SendRequest& request, v1::SendResponse& response) {
    return Ask(committer, true, [&](Core& core, Transaction& transaction) {
      return core.Send(transaction, bond.client.caller(), request, response);
    });
  };
  v1::SendResponse first, again, refused;
  REQUIRE(send(stored, first).ok());
  committer.SetAdmitWrites(false);
  CHECK(send(stored, again).ok());
  CHECK(again.SerializeAsString() == first.SerializeAsString());
  CHECK(ReasonOf(send(fresh, refused)) == Reason::kStorageFull);
  CHECK(world.ReadAll(bond.therapist).size() == 2);
}

TEST_CASE("sends through the committer get their receipts, and readers are woken") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  std::mutex mutex;
  std::vector<DeviceId> woken;
  Committer committer(*world.core, world.store,
                      {[&](const DeviceId& device) {
                         const std::lock_guard lock(mutex);
                         woken.push_back(device);
                       },
                       nullptr});
  std::vector<v1::SendRequest> requests;
  for (int i = 0; i < 200; ++i) requests.push_back(world.MakeSend(bond, bond.client));
  std::vector<v1::SendResponse> responses(requests.size());
  Answers answers;
  std::vector<std::thread> senders;
  for (std::size_t thread = 0; thread < 4; ++thread) {
    senders.emplace_back([&, thread] {
      for (std::size_t i = thread; i < requests.size(); i += 4) {
        (void)committer.Submit(
            true,
            [&, i](Core& core, Transaction& transaction) {
              return core.Send(transaction, bond.client.caller(), requests[i], responses[i]);
            },
            answers.Next());
      }
    });
  }
  for (std::thread& sender : senders) sender.join();
  committer.Drain();
  REQUIRE(answers.statuses.size() == requests.size());
  for (const absl::Status& status : answers.statuses) CHECK(status.ok());
  for (const v1::SendResponse& response : responses) {
    CHECK_FALSE(response.receipt().batch().signature().empty());
  }
  CHECK_FALSE(woken.empty());
  CHECK(world.ReadAll(bond.therapist).size() == requests.size() + 1);
}

}  // namespace holdfast::server
