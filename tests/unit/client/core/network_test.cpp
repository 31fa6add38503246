// Lost and repeated calls, broken connections, watching.
#include <random>

#include "client/core/outside/limits.h"
#include "support/catch.h"
#include "support/client_world.h"

namespace holdfast::client {
namespace {

using Texts = std::vector<std::string>;
using Fate = DirectTransport::Fate;

constexpr int kSeeds = 40;
constexpr int kAttemptsMax = 400;

// Syncs until it worked: every call may be lost on either way or come twice.
void SyncThroughFaults(TestPerson& person, std::mt19937& random) {
  person.transport.fate = [&random](const std::string&) {
    switch (random() % 8) {
      case 0:
        return Fate::kLoseRequest;
      case 1:
        return Fate::kLoseResponse;
      case 2:
        return Fate::kRepeatRequest;
      default:
        return Fate::kDeliver;
    }
  };
  for (int i = 0; i < kAttemptsMax; ++i) {
    if (person.Sync().ok()) {
      person.transport.fate = nullptr;
      return;
    }
    if (random() % 4 == 0) person.Reopen();
  }
  FAIL("never got through");
}

TEST_CASE("A message delivered before its own receipt came still finds its place") {
  TestCouple couple;
  REQUIRE(couple.client.CheckIn("first").ok());
  couple.client.transport.fate = [](const std::string& method) {
    return method == "Send" ? Fate::kLoseResponse : Fate::kDeliver;
  };
  CHECK_FALSE(couple.client.Sync().ok());
  couple.client.transport.fate = nullptr;
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(couple.therapist.Note("second").ok());
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(couple.client.Sync().ok());
  CHECK(couple.client.Texts() == Texts{"first", "second"});
  CHECK(couple.therapist.Texts() == Texts{"first", "second"});
  CHECK(couple.client.AlarmReasons().empty());
}

TEST_CASE("Lost and repeated calls lose nothing and double nothing") {
  for (int seed = 0; seed < kSeeds; ++seed) {
    std::mt19937 random(static_cast<std::mt19937::result_type>(seed));
    TestCouple couple;
    Texts written;
    for (int round = 0; round < 3; ++round) {
      written.push_back("check-in " + std::to_string(round));
      REQUIRE(couple.client.CheckIn(written.back()).ok());
      SyncThroughFaults(couple.client, random);
      SyncThroughFaults(couple.therapist, random);
      written.push_back("note " + std::to_string(round));
      REQUIRE(couple.therapist.Note(written.back()).ok());
      SyncThroughFaults(couple.therapist, random);
      SyncThroughFaults(couple.client, random);
    }
    CHECK(couple.client.Texts() == written);
    CHECK(couple.therapist.Texts() == written);
    CHECK(couple.client.AlarmReasons().empty());
    CHECK(couple.therapist.AlarmReasons().empty());
  }
}

struct Watched {
  int changes = 0;
  std::vector<absl::Status> connections;

  Engine::Watcher Watcher() {
    return {[this] { ++changes; },
            [this](const absl::Status& status) { connections.push_back(status); }};
  }
};

TEST_CASE("Decisions that the practice takes no more of hold up no message, and it is said") {
  TestCouple couple;
  const auto refuse_acts = [](const std::string& method) {
    if (method != "Perform") return absl::OkStatus();
    return RefuseFor(Reason::kQuotaExceeded, "act", "these are more changes today",
                     3 * limits::kHourMs);
  };
  couple.therapist.transport.refusal = refuse_acts;
  REQUIRE(couple.therapist.SetHours(60).ok());
  REQUIRE(couple.therapist.Note("does not wait").ok());
  const auto synced = couple.therapist.Sync();
  CHECK(ReasonOf(synced.status()) == Reason::kQuotaExceeded);
  CHECK(RetryAfterMs(synced.status()) == 3 * limits::kHourMs);
  CHECK(couple.therapist.engine->Queued().value() == 0);
  CHECK(couple.therapist.Standing().waiting.size() == 1);
  REQUIRE(couple.client.Sync().ok());
  CHECK(couple.client.Texts() == Texts{"does not wait"});

  // Nor under a watch, and when there is room again the decision goes out by itself.
  couple.therapist.engine->Watch({});
  couple.executor.RunFor(1000);
  REQUIRE(couple.therapist.Note("nor does this").ok());
  couple.executor.RunFor(1000);
  CHECK(couple.therapist.engine->Queued().value() == 0);
  couple.therapist.transport.refusal = nullptr;
  couple.executor.RunFor(7 * limits::kHourMs);
  CHECK(couple.therapist.Standing().waiting.empty());
}

TEST_CASE("Hours that the practice takes no more of hold up no other decision") {
  TestCouple couple;
  REQUIRE(couple.therapist.SetHours(60).ok());
  REQUIRE(couple.therapist.ProposeDaily(18 * 60, 120).ok());
  int calls = 0;
  couple.therapist.transport.on_response = [&](const std::string& method,
                                               google::protobuf::Message& message) {
    if (method != "PerformResponse" || ++calls != 1) return;
    auto& response = static_cast<v1::PerformResponse&>(message);
    REQUIRE(response.results_size() == 2);
    v1::Refusal& refusal = *response.mutable_results(0)->mutable_refusal();
    refusal.set_message("act.availability: hours are set more often");
    refusal.mutable_detail()->set_reason("quota_exceeded");
    refusal.mutable_detail()->set_field("act.availability");
    refusal.mutable_detail()->set_retry_after_ms(3 * limits::kHourMs);
  };
  CHECK(ReasonOf(couple.therapist.Sync().status()) == Reason::kQuotaExceeded);
  CHECK(couple.therapist.Standing().waiting.size() == 1);
  // It is not asked for again before there is room.
  CHECK(ReasonOf(couple.therapist.Sync().status()) == Reason::kQuotaExceeded);
  CHECK(calls == 1);
  couple.executor.RunFor(3 * limits::kHourMs);
  CHECK(couple.therapist.Sync().ok());
  CHECK(couple.therapist.Standing().waiting.empty());
}

TEST_CASE("Watching delivers at once, both ways") {
  TestCouple couple;
  Watched client;
  Watched therapist;
  couple.client.engine->Watch(client.Watcher());
  couple.therapist.engine->Watch(therapist.Watcher());
  couple.executor.RunFor(1000);
  REQUIRE(client.connections.size() == 1);
  CHECK(client.connections.front().ok());
  REQUIRE(couple.client.CheckIn("now").ok());
  couple.executor.RunFor(1000);
  CHECK(couple.therapist.Texts() == Texts{"now"});
  CHECK(therapist.changes > 0);
  CHECK(couple.client.Messages().front().state == MessageState::kDelivered);
  REQUIRE(couple.therapist.Note("and back").ok());
  couple.executor.RunFor(1000);
  CHECK(couple.client.Texts() == Texts{"now", "and back"});
}

TEST_CASE("Watching comes back by itself after the practice was away, and says so") {
  TestCouple couple;
  Watched client;
  couple.client.engine->Watch(client.Watcher());
  couple.executor.RunFor(1000);
  couple.client.transport.away = true;
  couple.client.transport.Break();
  REQUIRE(couple.client.CheckIn("meanwhile").ok());
  couple.executor.RunFor(5 * limits::kMinuteMs);
  REQUIRE(client.connections.size() > 2);
  CHECK(ReasonOf(client.connections.back()) == Reason::kUnreachable);
  // Ever longer waits: five minutes are not hundreds of attempts.
  CHECK(client.connections.size() < 20);
  couple.client.transport.away = false;
  couple.executor.RunFor(2 * limits::kReconnectMsMax);
  CHECK(client.connections.back().ok());
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.Texts() == Texts{"meanwhile"});
}

TEST_CASE("Watching outlives its tokens") {
  TestCouple couple;
  Watched client;
  couple.client.engine->Watch(client.Watcher());
  couple.executor.RunFor(limits::kHourMs);
  CHECK(client.connections.size() == 1);
  REQUIRE(couple.therapist.Note("still there?").ok());
  REQUIRE(couple.therapist.Sync().ok());
  couple.executor.RunFor(1000);
  CHECK(couple.client.Texts() == Texts{"still there?"});
}

TEST_CASE("Watching survives a restart of the practice") {
  TestCouple couple;
  Watched client;
  couple.client.engine->Watch(client.Watcher());
  couple.executor.RunFor(1000);
  couple.RestartPractice();
  couple.client.transport.Break();
  REQUIRE(couple.therapist.Note("after the restart").ok());
  REQUIRE(couple.therapist.Sync().ok());
  couple.executor.RunFor(10'000);
  CHECK(couple.client.Texts() == Texts{"after the restart"});
}

TEST_CASE("An engine that goes away in the middle of anything leaves no callback behind") {
  for (int steps = 0; steps < 40; ++steps) {
    TestCouple couple;
    REQUIRE(couple.client.CheckIn("x").ok());
    bool answered = false;
    couple.client.engine->Sync([&](const absl::StatusOr<SyncReport>&) { answered = true; });
    int left = steps;
    couple.client.transport.fate = [&](const std::string&) {
      if (--left == 0) {
        couple.executor.Post([&] { couple.client.engine.reset(); });
      }
      return Fate::kDeliver;
    };
    couple.executor.RunReady();
    if (!couple.client.engine) CHECK_FALSE(answered);
    couple.client.transport.fate = nullptr;
    couple.client.Reopen();
    REQUIRE(couple.client.Sync().ok());
    REQUIRE(couple.therapist.Sync().ok());
    CHECK(couple.therapist.Texts() == Texts{"x"});
  }
}

TEST_CASE("Stopping to watch, a sync is possible again") {
  TestCouple couple;
  Watched client;
  couple.client.engine->Watch(client.Watcher());
  couple.executor.RunFor(1000);
  couple.client.engine->StopWatching();
  couple.executor.RunFor(1000);
  REQUIRE(couple.client.Note("later").ok());
  CHECK(couple.client.transport.sends() == 0);
  REQUIRE(couple.client.Sync().ok());
  CHECK(couple.client.transport.sends() == 1);
}

TEST_CASE("A watch begins with the whole meeting, whatever broke off before it") {
  TestCouple couple;
  int lists = 0;
  int devices = 0;
  couple.therapist.transport.fate = [&](const std::string& method) {
    if (method == "GetDevices") ++devices;
    return method == "ListBonds" && ++lists == 1 ? Fate::kLoseRequest : Fate::kDeliver;
  };
  couple.therapist.engine->Invite("Sam", limits::kDayMs, [](const auto&) {});
  couple.therapist.engine->Watch({});
  couple.executor.RunFor(10'000);
  CHECK(lists == 2);
  CHECK(devices > 0);
}

TEST_CASE("An invitation can be made while watching") {
  TestCouple couple;
  Watched therapist;
  couple.therapist.engine->Watch(therapist.Watcher());
  couple.executor.RunFor(1000);
  std::string text;
  couple.therapist.engine->Invite(
      "Sam", limits::kDayMs, [&](absl::StatusOr<std::string> made) { text = made.value_or(""); });
  couple.executor.RunFor(1000);
  CHECK(text.starts_with("HFI-"));
  CHECK(therapist.connections.size() == 1);
}

}  // namespace
}  // namespace holdfast::client
