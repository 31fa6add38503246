// Whatever the practice alters of a message is noticed on receipt, and altered
// words are never shown.
#include "hostile/hostile_practice.h"
#include "rules/header.h"

namespace holdfast::test {
namespace {

const std::string kNote = "exactly as I wrote it";

using Change = std::function<void(v1::Delivery&)>;

void Flip(std::string& bytes, std::size_t at) { bytes.at(at) = static_cast<char>(bytes[at] ^ 1); }

struct Attack {
  std::string what;
  Change change;
};

const std::vector<Attack>& Attacks() {
  static const std::vector<Attack> attacks = {
      {"body", [](v1::Delivery& d) { Flip(*d.mutable_body(), 100); }},
      {"key commitment", [](v1::Delivery& d) { Flip(*d.mutable_body(), 3); }},
      {"body cut short", [](v1::Delivery& d) { d.mutable_body()->pop_back(); }},
      {"no body", [](v1::Delivery& d) { d.clear_body(); }},
      {"envelope id", [](v1::Delivery& d) { Flip(*d.mutable_header(), 20); }},
      {"sender device", [](v1::Delivery& d) { Flip(*d.mutable_header(), 70); }},
      {"no header", [](v1::Delivery& d) { d.clear_header(); }},
      {"capsule", [](v1::Delivery& d) { Flip(*d.mutable_capsule(), d.capsule().size() - 20); }},
      {"capsule's session", [](v1::Delivery& d) { Flip(*d.mutable_capsule(), 4); }},
      {"no capsule", [](v1::Delivery& d) { d.clear_capsule(); }},
  };
  return attacks;
}

// What the words themselves do not depend on.
const std::vector<Attack>& ReceiptAttacks() {
  static const std::vector<Attack> attacks = {
      {"receipt leaf", [](v1::Delivery& d) { Flip(*d.mutable_receipt()->mutable_leaf(), 60); }},
      {"receipt signature",
       [](v1::Delivery& d) {
         Flip(*d.mutable_receipt()->mutable_batch()->mutable_signature(), 10);
       }},
      {"no receipt", [](v1::Delivery& d) { d.clear_receipt(); }},
      {"no capsule digests", [](v1::Delivery& d) { d.clear_capsule_digests(); }},
  };
  return attacks;
}

// The client writes, the practice alters it on its way, the therapist must notice.
void CheckNoticed(HostilePractice& world, const std::string& text, const Change& change) {
  world.Honest();
  world.couple.client.CheckIn(text);
  std::size_t altered = 0;
  Tamper tamper;
  tamper.page = [&](v1::SubscribeResponse& page) {
    for (v1::Entry& entry : *page.mutable_entries()) {
      if (!entry.has_delivery()) continue;
      change(*entry.mutable_delivery());
      ++altered;
    }
  };
  world.Do(tamper);
  CheckAlarm(world.couple.therapist.Try({"sync"}));
  CHECK(altered >= 1);
}

std::size_t ShownToTherapist(HostilePractice& world) {
  return TextsFrom(world.couple.therapist.Inbox(), "client").size();
}

TEST_CASE("an altered delivery is an alarm and its words are not shown", "[altered]") {
  HostilePractice world;
  for (const Attack& attack : Attacks()) {
    INFO(attack.what);
    CheckNoticed(world, kNote + ": " + attack.what, attack.change);
  }
  CHECK(ShownToTherapist(world) == 0);
  // Nothing of it ever counts as delivered.
  world.Honest();
  world.couple.therapist.Try({"send", "--text", "what did you write?"});
  world.couple.client.Try({"sync"});
  for (const Json& message : world.couple.client.Inbox()) {
    if (message.at("from") == "me") CHECK(message.at("state") == "stored");
  }
}

TEST_CASE("an altered receipt of a delivery is an alarm; the true words are shown", "[altered]") {
  HostilePractice world;
  for (const Attack& attack : ReceiptAttacks()) {
    INFO(attack.what);
    CheckNoticed(world, kNote + ": " + attack.what, attack.change);
  }
  CHECK(ShownToTherapist(world) == ReceiptAttacks().size());
}

TEST_CASE("a flipped byte in any part of a header is noticed", "[altered]") {
  HostilePractice world;
  for (std::size_t at = 0; at < kHeaderBytes; at += 19) {
    INFO("header byte " << at);
    CheckNoticed(world, "byte " + std::to_string(at),
                 [at](v1::Delivery& delivery) { Flip(*delivery.mutable_header(), at); });
  }
  CHECK(ShownToTherapist(world) == 0);
}

// Every field of a header, by the byte that it begins with.
const std::vector<std::pair<std::string, std::size_t>> kFields = {
    {"version", 0},          {"bond", 1},         {"envelope id", 17},    {"sender's account", 33},
    {"sender's device", 65}, {"kind", 81},        {"reply owed", 82},     {"slot", 83},
    {"reply to", 99},        {"sent at", 122},    {"release when", 123},  {"release at", 131},
    {"release slot", 132},   {"body bytes", 151}, {"sender's list", 155}, {"receiver's list", 159},
};

TEST_CASE("a header with any one of its fields altered is noticed", "[altered]") {
  HostilePractice world;
  for (const auto& [field, at] : kFields) {
    INFO(field);
    CheckNoticed(world, field,
                 [at = at](v1::Delivery& delivery) { Flip(*delivery.mutable_header(), at); });
  }
  CHECK(ShownToTherapist(world) == 0);
}

TEST_CASE("two messages whose bodies were swapped are an alarm, and neither is shown",
          "[altered]") {
  HostilePractice world;
  world.couple.client.CheckIn("one");
  world.couple.client.CheckIn("two");
  bool swapped = false;
  Tamper tamper;
  tamper.page = [&](v1::SubscribeResponse& page) {
    std::vector<v1::Delivery*> deliveries;
    for (v1::Entry& entry : *page.mutable_entries()) {
      if (entry.has_delivery()) deliveries.push_back(entry.mutable_delivery());
    }
    if (deliveries.size() != 2) return;
    deliveries[0]->mutable_body()->swap(*deliveries[1]->mutable_body());
    swapped = true;
  };
  world.Do(tamper);
  CheckAlarm(world.couple.therapist.Try({"sync"}));
  CHECK(swapped);
  CHECK(ShownToTherapist(world) == 0);
}

TEST_CASE("what the practice alters on the way in, the sender notices by the receipt",
          "[altered]") {
  HostilePractice world;
  Tamper tamper;
  tamper.send = [](v1::SendRequest& request) {
    Flip(*request.mutable_body(), 90);
    return grpc::Status::OK;
  };
  world.Do(tamper);
  CheckAlarm(world.couple.client.Try(Person::CheckInCommand(kNote), "{}"));
  CHECK(MessageWith(world.couple.client.Inbox(), kNote).at("state") == "queued");
  world.Honest();
  CheckAlarm(world.couple.therapist.Try({"sync"}));
  CHECK(TextsFrom(world.couple.therapist.Inbox(), "client").empty());
}

TEST_CASE("after an altered message the next true one is shown, and that one is missing",
          "[altered]") {
  HostilePractice world;
  CheckNoticed(world, kNote,
               [](v1::Delivery& delivery) { Flip(*delivery.mutable_capsule(), 150); });
  CHECK(ShownToTherapist(world) == 0);
  world.Honest();
  world.couple.client.CheckIn("and one more");
  CheckAlarm(world.couple.therapist.Try({"sync"}));
  CHECK(TextsFrom(world.couple.therapist.Inbox(), "client") ==
        std::vector<std::string>{"and one more"});
}

}  // namespace
}  // namespace holdfast::test
