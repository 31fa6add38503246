// The committer's sign of life: it comes the way that every answer comes, or not at all.
#include <future>
#include <thread>

#include "committer_support.h"
#include "server/runtime/committer.h"
#include "server/store/memory_store.h"
#include "support/server_world.h"

namespace holdfast::server {
namespace {

// A committer whose thread stands in a request until it is let go.
struct Stuck {
  ServerWorld world;
  Heard<int> beats;
  std::promise<void> entered, go_on;
  Committer committer{*world.core, world.store, {}};

  Stuck() {
    const auto stand = [this](Core&, Transaction&) {
      entered.set_value();
      go_on.get_future().wait();
      return absl::OkStatus();
    };
    REQUIRE(committer.Submit(false, stand, [](const absl::Status&) {}).ok());
    entered.get_future().wait();
  }
  bool Beat(int beat) {
    return committer.Heartbeat([this, beat] { beats.Say(beat); });
  }
};

}  // namespace

TEST_CASE("a committer that is stuck gives no sign of life, and one that goes on does") {
  Stuck stuck;
  REQUIRE(stuck.Beat(1));
  CHECK_FALSE(stuck.Beat(2));  // one at a time
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  CHECK(stuck.beats.All().empty());
  stuck.go_on.set_value();
  REQUIRE(stuck.beats.WaitFor(1));
  REQUIRE(stuck.Beat(3));
  REQUIRE(stuck.beats.WaitFor(2));
  CHECK(stuck.beats.All() == std::vector<int>{1, 3});
  CHECK(stuck.committer.batches() == 0);  // it writes nothing
}

TEST_CASE("a committer that is busy lives: a full queue does not keep its sign back") {
  Stuck stuck;
  const auto nothing = [](Core&, Transaction&) { return absl::OkStatus(); };
  while (stuck.committer.Submit(false, nothing, [](const absl::Status&) {}).ok()) {
  }
  REQUIRE(stuck.Beat(1));
  stuck.go_on.set_value();
  CHECK(stuck.beats.WaitFor(1));
}

TEST_CASE("nobody hears a sign of life of a committer that was drained") {
  Stuck stuck;
  stuck.go_on.set_value();
  stuck.committer.Drain();
  CHECK_FALSE(stuck.Beat(1));
  CHECK(stuck.beats.All().empty());
}

}  // namespace holdfast::server
