// Who is told of new mail.
#include "server/rpc/subscribers.h"

#include <memory>

#include "rules/errors.h"
#include "support/catch.h"

namespace holdfast::server {
namespace {

struct FakeSubscriber : Subscriber {
  void Wake() override { ++wakes; }
  void Tick() override { ++ticks; }
  void End(const absl::Status& status) override { end = status; }

  int wakes = 0;
  int ticks = 0;
  absl::Status end;
};

DeviceId Device(char c) { return DeviceId::From(Bytes(16, c), "device").value(); }

std::shared_ptr<FakeSubscriber> Open(Subscribers& subscribers) {
  const auto subscriber = std::make_shared<FakeSubscriber>();
  REQUIRE(subscribers.Add(subscriber).ok());
  return subscriber;
}

TEST_CASE("a device's wake reaches its subscription and no other") {
  Subscribers subscribers;
  const auto one = Open(subscribers);
  const auto two = Open(subscribers);
  subscribers.Bind(Device('a'), one);
  subscribers.Bind(Device('b'), two);
  subscribers.Wake(Device('a'));
  subscribers.Wake(Device('c'));
  CHECK(one->wakes == 1);
  CHECK(two->wakes == 0);
}

TEST_CASE("a newer subscription of a device ends the older one and gets its wakes") {
  Subscribers subscribers;
  const auto older = Open(subscribers);
  const auto newer = Open(subscribers);
  subscribers.Bind(Device('a'), older);
  subscribers.Bind(Device('a'), newer);
  CHECK(ReasonOf(older->end) == Reason::kSubscriptionReplaced);
  CHECK(newer->end.ok());
  subscribers.Remove(older.get());
  subscribers.Wake(Device('a'));
  CHECK(older->wakes == 0);
  CHECK(newer->wakes == 1);
}

TEST_CASE("binding again changes nothing") {
  Subscribers subscribers;
  const auto one = Open(subscribers);
  subscribers.Bind(Device('a'), one);
  subscribers.Bind(Device('a'), one);
  CHECK(one->end.ok());
  subscribers.Remove(one.get());
  CHECK(subscribers.count() == 0);
  subscribers.Wake(Device('a'));
  CHECK(one->wakes == 0);
}

TEST_CASE("binding after removal is ignored") {
  Subscribers subscribers;
  const auto one = Open(subscribers);
  subscribers.Remove(one.get());
  subscribers.Bind(Device('a'), one);
  subscribers.Wake(Device('a'));
  CHECK(one->wakes == 0);
}

TEST_CASE("a tick reaches everybody, also who is not bound yet") {
  Subscribers subscribers;
  const auto one = Open(subscribers);
  subscribers.Tick();
  CHECK(one->ticks == 1);
}

TEST_CASE("after the end nobody is taken in") {
  Subscribers subscribers;
  const auto one = Open(subscribers);
  subscribers.EndAll(Refuse(Reason::kShuttingDown, "", "stopping"));
  CHECK(ReasonOf(one->end) == Reason::kShuttingDown);
  CHECK(ReasonOf(subscribers.Add(std::make_shared<FakeSubscriber>())) == Reason::kShuttingDown);
}

TEST_CASE("more subscriptions than the limit are told to come back") {
  Subscribers subscribers;
  for (std::size_t i = 0; i < kSubscribersMax; ++i) Open(subscribers);
  const absl::Status refused = subscribers.Add(std::make_shared<FakeSubscriber>());
  CHECK(ReasonOf(refused) == Reason::kServerBusy);
  CHECK(RetryAfterMs(refused) > 0);
  CHECK(subscribers.count() == kSubscribersMax);
}

}  // namespace
}  // namespace holdfast::server
