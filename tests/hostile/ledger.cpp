// The record of a bond: an entry that is forged, and another story for each side.
#include "rules/ledger.h"

#include "hostile/hostile_practice.h"
#include "rules/limits.h"

namespace holdfast::test {
namespace {

using ItemChange = std::function<void(v1::LedgerItem&)>;

// Every entry on its way to whoever is served now.
Tamper Changing(const ItemChange& change) {
  Tamper tamper;
  tamper.page = [change](v1::SubscribeResponse& page) {
    for (v1::Entry& entry : *page.mutable_entries()) {
      if (entry.has_ledger()) change(*entry.mutable_ledger());
    }
  };
  tamper.ledger = [change](v1::ReadLedgerResponse& response) {
    for (v1::LedgerItem& item : *response.mutable_items()) change(item);
  };
  tamper.performed = [change](v1::PerformResponse& response) {
    for (v1::PerformResult& result : *response.mutable_results()) {
      if (result.has_item()) change(*result.mutable_item());
    }
  };
  return tamper;
}

const std::vector<std::string> kHours = {"availability",   "set",     "--zone",
                                         "Etc/UTC",        "--hours", "mon-sun 0:00-24:00",
                                         "--reply-within", "8h"};

TEST_CASE("an honest record raises no alarm on either side", "[ledger]") {
  HostilePractice world;
  world.Do(Changing([](v1::LedgerItem&) {}));
  CHECK(world.couple.therapist.Try(kHours).exit_code == kExitOk);
  world.couple.client.CheckIn("please answer");
  for (Person* person : {&world.couple.therapist, &world.couple.client}) {
    CHECK(person->Try({"sync"}).exit_code == kExitOk);
  }
  CHECK(world.couple.therapist.Do({"ledger", "verify"}).at("entries") >= 2);
}

TEST_CASE("an entry of the record that was altered is an alarm, and is not taken", "[ledger]") {
  HostilePractice world;
  CHECK(world.couple.therapist.Try(kHours).exit_code == kExitOk);
  world.Do(Changing([](v1::LedgerItem& item) {
    std::string& entry = *item.mutable_entry();
    entry[entry.size() - 1] = static_cast<char>(entry[entry.size() - 1] ^ 1);
  }));
  CheckAlarm(world.couple.client.Try({"sync"}));
  world.Honest();
  // The next message names the record as it is, and it is read anew.
  world.couple.therapist.Do({"send", "--text", "my hours stand"});
  world.couple.client.Try({"sync"});
  CHECK(world.couple.client.Do({"ledger", "verify"}).at("entries") ==
        world.couple.therapist.Do({"ledger", "verify"}).at("entries"));
}

TEST_CASE("an act that no device of the therapist signed is an alarm", "[ledger]") {
  HostilePractice world;
  CHECK(world.couple.therapist.Try(kHours).exit_code == kExitOk);
  world.Do(Changing([](v1::LedgerItem& item) {
    if (!item.has_act()) return;
    std::string& signature = *item.mutable_act()->mutable_signature();
    signature[3] = static_cast<char>(signature[3] ^ 1);
  }));
  CheckAlarm(world.couple.client.Try({"sync"}));
}

// Signed as a true one is, for one side alone, and right in all that follows from anything.
TEST_CASE("a record that is another one for each side is found out by the next message",
          "[ledger]") {
  HostilePractice world;
  CHECK(world.couple.therapist.Try(kHours).exit_code == kExitOk);
  world.Do(Changing([&](v1::LedgerItem& item) {
    auto entry = DecodeLedgerEntry(item.entry());
    if (!entry.ok() || entry->number != 1) return;
    entry->at_ms -= 1;
    item = world.SignedEntry(*entry, item.act());
  }));
  // Nothing shows it by itself.
  CHECK(world.couple.client.Try({"sync"}).exit_code == kExitOk);
  world.Do({});
  world.couple.therapist.Do({"send", "--text", "my side of it"});
  CheckAlarm(world.couple.client.Try({"sync"}));
}

}  // namespace
}  // namespace holdfast::test
