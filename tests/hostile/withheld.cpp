// What the practice drops, holds back or shuffles is noticed at the next authentic
// message.
#include <algorithm>
#include <optional>

#include "crypto/public/receipt.h"
#include "hostile/hostile_practice.h"
#include "rules/header.h"
#include "support/wire_device.h"

namespace holdfast::test {
namespace {

// Removes each entry for which `drop` says so; the cursor moves on as if nothing
// had been there.
Tamper Dropping(std::function<bool(const v1::Entry&)> drop) {
  Tamper tamper;
  tamper.page = [drop = std::move(drop)](v1::SubscribeResponse& page) {
    auto& entries = *page.mutable_entries();
    entries.erase(std::remove_if(entries.begin(), entries.end(), drop), entries.end());
  };
  return tamper;
}

TEST_CASE("a dropped message is noticed when the next one arrives", "[withheld]") {
  HostilePractice world;
  world.couple.client.CheckIn("the first");
  world.couple.therapist.Sync();
  world.couple.client.CheckIn("the one that goes missing");
  world.Do(Dropping([](const v1::Entry& entry) { return entry.has_delivery(); }));
  // Nothing to notice yet: an empty mailbox looks like this.
  CHECK(world.couple.therapist.Try({"sync"}).exit_code == kExitOk);
  world.Honest();
  world.couple.client.CheckIn("the third");
  const Outcome noticed = world.couple.therapist.Try({"sync"});
  CheckAlarm(noticed);
  // Both authentic ones are there to be read.
  const Json inbox = world.couple.therapist.Inbox();
  CHECK_NOTHROW(MessageWith(inbox, "the first"));
  CHECK_NOTHROW(MessageWith(inbox, "the third"));
}

// A practice that signs for messages and throws them away.
class Discarding {
 public:
  explicit Discarding(HostilePractice& world) : world_(world) {
    // A true receipt shows what to imitate.
    Tamper look;
    look.sent = [this](const v1::SendRequest&, const v1::SendResponse& response) {
      newest_ = DecodeReceiptLeaf(response.receipt().leaf()).value();
    };
    world_.Do(look);
    world_.couple.client.CheckIn("the first");
  }

  Tamper Discard() {
    Tamper tamper;
    tamper.swallow = [this](const v1::SendRequest& request, v1::SendResponse& response) {
      const Header header = DecodeHeader(request.header()).value();
      std::vector<Bytes> digests;
      for (const v1::Capsule& capsule : request.capsules()) {
        digests.push_back(crypto::CapsuleDigest(capsule.device(), capsule.sealed()));
      }
      newest_.envelope = header.envelope;
      ++newest_.position;
      newest_.envelope_hash =
          crypto::EnvelopeHash(crypto::MessageHash(request.header(), request.body()), digests);
      newest_.stored_at_ms = NowMs();
      *response.mutable_receipt() = world_.SignedReceipt(newest_);
      return true;
    };
    return tamper;
  }

  // Goes on as if the discarded message stood where its receipt says: everything
  // later moves on by one place, with a new signature.
  Tamper Pretend() const {
    Tamper tamper;
    tamper.bonds = [this](v1::ListBondsResponse& response) {
      for (v1::Bond& bond : *response.mutable_bonds()) {
        bond.set_head_position(std::max(bond.head_position() + 1, newest_.position));
      }
    };
    tamper.sent = [this](const v1::SendRequest&, v1::SendResponse& response) {
      Shift(*response.mutable_receipt());
    };
    tamper.page = [this](v1::SubscribeResponse& page) {
      for (v1::Entry& entry : *page.mutable_entries()) {
        if (entry.has_delivery()) Shift(*entry.mutable_delivery()->mutable_receipt());
      }
    };
    return tamper;
  }

 private:
  void Shift(v1::Receipt& receipt) const {
    ReceiptLeaf leaf = DecodeReceiptLeaf(receipt.leaf()).value();
    if (leaf.position < newest_.position) return;
    ++leaf.position;
    receipt = world_.SignedReceipt(leaf);
  }

  HostilePractice& world_;
  ReceiptLeaf newest_;
};

TEST_CASE("a message signed for and thrown away is offered again", "[withheld]") {
  HostilePractice world;
  Discarding discarding(world);
  world.Do(discarding.Discard());
  CHECK(world.couple.client.Try(Person::CheckInCommand("thrown away"), "{}").exit_code == kExitOk);
  world.Honest();
  // Its own receipt convicts the practice, at the next exchange.
  CHECK(world.couple.client.Try({"sync"}).exit_code == kExitIntegrity);
  world.couple.therapist.Try({"sync"});
  CHECK_NOTHROW(MessageWith(world.couple.therapist.Inbox(), "thrown away"));
}

TEST_CASE("a practice that throws away and goes on lying is found out by the next message",
          "[withheld]") {
  HostilePractice world;
  Discarding discarding(world);
  world.Do(discarding.Discard());
  CHECK(world.couple.client.Try(Person::CheckInCommand("thrown away"), "{}").exit_code == kExitOk);
  CHECK(MessageWith(world.couple.client.Inbox(), "thrown away").at("state") == "stored");
  world.Do(discarding.Pretend());
  world.couple.client.Try(Person::CheckInCommand("the third"), "{}");
  CheckAlarm(world.couple.therapist.Try({"sync"}));
  // It never becomes "delivered" on the sender's side.
  world.couple.therapist.Try({"send", "--text", "I have the first and the third"});
  world.couple.client.Try({"sync"});
  const Json inbox = world.couple.client.Inbox();
  CHECK(MessageWith(inbox, "thrown away").at("state") == "stored");
  CHECK(MessageWith(inbox, "the first").at("state") == "delivered");
}

TEST_CASE("swapped messages are noticed, and never shown in the wrong order", "[withheld]") {
  HostilePractice world;
  world.couple.client.CheckIn("one");
  world.couple.client.CheckIn("two");
  Tamper tamper;
  bool swapped = false;
  tamper.page = [&](v1::SubscribeResponse& page) {
    std::vector<v1::Delivery*> deliveries;
    for (v1::Entry& entry : *page.mutable_entries()) {
      if (entry.has_delivery()) deliveries.push_back(entry.mutable_delivery());
    }
    if (deliveries.size() != 2) return;
    deliveries[0]->Swap(deliveries[1]);
    swapped = true;
  };
  world.Do(tamper);
  const Outcome sync = world.couple.therapist.Try({"sync"});
  INFO(Describe(sync));
  CHECK(swapped);
  const std::vector<std::string> shown = TextsFrom(world.couple.therapist.Inbox(), "client");
  const std::vector<std::string> in_order = {"one", "two"};
  // Noticed, or put right by the position that both receipts prove.
  CHECK((sync.exit_code == kExitIntegrity || shown == in_order));
  for (std::size_t i = 0; i + 1 < shown.size(); ++i) CHECK(shown == in_order);
}

TEST_CASE("total silence is shown as what it is: stored, not delivered", "[withheld]") {
  HostilePractice world;
  world.Do(Dropping([](const v1::Entry& entry) { return entry.has_delivery(); }));
  world.couple.client.CheckIn("is anybody there");
  CHECK(world.couple.therapist.Try({"sync"}).exit_code == kExitOk);
  world.couple.client.Sync();
  CHECK(MessageWith(world.couple.client.Inbox(), "is anybody there").at("state") == "stored");
}

}  // namespace
}  // namespace holdfast::test
