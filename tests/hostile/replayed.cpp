// Repeating, reflecting and moving true messages fools nobody.
#include <optional>

#include "hostile/hostile_practice.h"

namespace holdfast::test {
namespace {

TEST_CASE("a message delivered twice is shown once", "[replayed]") {
  HostilePractice world;
  Tamper tamper;
  tamper.swallow_acknowledgements = true;
  std::optional<v1::Delivery> kept;
  tamper.page = [&](v1::SubscribeResponse& page) {
    for (const v1::Entry& entry : page.entries()) {
      if (entry.has_delivery() && !kept) kept = entry.delivery();
    }
    if (!kept || page.entries().empty()) return;
    // Again, as if it were the newest.
    v1::Entry& again = *page.add_entries();
    again.set_position(page.cursor().position() + 1);
    *again.mutable_delivery() = *kept;
    page.mutable_cursor()->set_position(again.position());
  };
  world.couple.client.CheckIn("only once");
  world.Do(tamper);
  world.couple.therapist.Try({"sync"});
  world.Honest();
  world.couple.client.CheckIn("and this");
  world.Do(tamper);
  world.couple.therapist.Try({"sync"});
  REQUIRE(kept.has_value());
  // The made-up positions hide the newer one; the repeated one is there once.
  CHECK_NOTHROW(MessageWith(world.couple.therapist.Inbox(), "only once"));
}

TEST_CASE("a restarted mailbox delivers everything again, and each is shown once", "[replayed]") {
  HostilePractice world;
  world.couple.client.CheckIn("one");
  std::vector<v1::Entry> kept;
  Tamper keep;
  keep.page = [&](v1::SubscribeResponse& page) {
    kept.insert(kept.end(), page.entries().begin(), page.entries().end());
  };
  world.Do(keep);
  world.couple.therapist.Sync();
  Tamper replay;
  replay.swallow_acknowledgements = true;
  replay.page = [&](v1::SubscribeResponse& page) {
    std::uint64_t position = page.cursor().position();
    for (v1::Entry entry : kept) {
      entry.set_position(++position);
      *page.add_entries() = entry;
    }
    page.mutable_cursor()->set_position(position);
  };
  world.Do(replay);
  world.couple.therapist.Try({"sync"});
  CHECK(TextsFrom(world.couple.therapist.Inbox(), "client") == std::vector<std::string>{"one"});
}

TEST_CASE("a message sent back to its own author is not the other side's", "[replayed]") {
  HostilePractice world;
  v1::SendRequest sent;
  v1::SendResponse stored;
  Tamper keep;
  keep.sent = [&](const v1::SendRequest& request, const v1::SendResponse& response) {
    sent = request;
    stored = response;
  };
  world.Do(keep);
  world.couple.client.CheckIn("my own words");
  Tamper reflect;
  reflect.swallow_acknowledgements = true;
  reflect.page = [&](v1::SubscribeResponse& page) {
    v1::Entry& entry = *page.add_entries();
    entry.set_position(page.cursor().position() + 1);
    entry.mutable_delivery()->set_header(sent.header());
    entry.mutable_delivery()->set_body(sent.body());
    entry.mutable_delivery()->set_capsule(sent.capsules(0).sealed());
    *entry.mutable_delivery()->mutable_receipt() = stored.receipt();
    page.mutable_cursor()->set_position(entry.position());
  };
  world.Do(reflect);
  CheckAlarm(world.couple.client.Try({"sync"}));
  const Json inbox = world.couple.client.Inbox();
  CHECK(inbox.size() == 1);
  CHECK(TextsFrom(inbox, "therapist").empty());
}

TEST_CASE("an earlier receipt that is shown again makes no later message delivered", "[replayed]") {
  HostilePractice world;
  world.couple.client.CheckIn("the first");
  world.couple.therapist.Sync();
  std::optional<v1::Delivery> kept;
  Tamper keep;
  keep.page = [&](v1::SubscribeResponse& page) {
    for (const v1::Entry& entry : page.entries()) {
      if (entry.has_delivery()) kept = entry.delivery();
    }
  };
  world.Do(keep);
  world.couple.client.Sync();
  REQUIRE(kept.has_value());
  CHECK(MessageWith(world.couple.client.Inbox(), "the first").at("state") == "delivered");
  world.Honest();
  world.couple.client.CheckIn("the second");
  Tamper again;
  again.swallow_acknowledgements = true;
  again.page = [&](v1::SubscribeResponse& page) {
    v1::Entry& entry = *page.add_entries();
    entry.set_position(page.cursor().position() + 1);
    *entry.mutable_delivery() = *kept;
    page.mutable_cursor()->set_position(entry.position());
  };
  world.Do(again);
  world.couple.client.Try({"sync"});
  CHECK(MessageWith(world.couple.client.Inbox(), "the second").at("state") == "stored");
}

TEST_CASE("one client's message delivered in another client's bond is refused", "[replayed]") {
  HostilePractice world;
  Person second(world.couple.files() / "second");
  second.Join(world.couple.therapist.Invite());
  world.couple.therapist.Sync();
  Json bonds = world.couple.therapist.Do({"status"}).at("bonds");
  REQUIRE(bonds.size() == 2);
  v1::Delivery first;
  Tamper keep;
  keep.page = [&](v1::SubscribeResponse& page) {
    for (const v1::Entry& entry : page.entries()) {
      if (entry.has_delivery()) first = entry.delivery();
    }
  };
  world.Do(keep);
  world.couple.client.CheckIn("from the first client");
  world.couple.therapist.Sync();
  // The second client's delivery gets the first's body and capsule under its header.
  Tamper mix;
  mix.page = [&](v1::SubscribeResponse& page) {
    for (v1::Entry& entry : *page.mutable_entries()) {
      if (!entry.has_delivery()) continue;
      entry.mutable_delivery()->set_body(first.body());
      entry.mutable_delivery()->set_capsule(first.capsule());
    }
  };
  world.Do(mix);
  second.CheckIn("from the second client");
  CheckAlarm(world.couple.therapist.Try({"sync"}));
  CHECK(TextsFrom(world.couple.therapist.Inbox(), "client") ==
        std::vector<std::string>{"from the first client"});
}

}  // namespace
}  // namespace holdfast::test
