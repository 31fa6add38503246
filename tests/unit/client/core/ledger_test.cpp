// The ledger on a device: every deviation is found, in plain words; a restored
// backup is not one.
#include <algorithm>

#include "client/core/ledger/ledger_export.h"
#include "client/words/alarm_words.h"
#include "support/catch.h"
#include "support/client_world.h"

namespace holdfast::client {
namespace {

using limits::kHourMs;

void SyncBoth(TestCouple& couple) {
  for (TestPerson* person : {&couple.therapist, &couple.client, &couple.therapist}) {
    person->Sync().IgnoreError();
  }
}

bool HasIntegrity(TestPerson& person) {
  for (const Reason reason : person.AlarmReasons()) {
    if (reason == Reason::kIntegrity) return true;
  }
  return false;
}

// What a dishonest practice does to the ledger entries of a device's mailbox.
void OnLedger(TestPerson& person, std::function<void(v1::LedgerItem& item)> change) {
  person.transport.on_response = [change](const std::string& method,
                                          google::protobuf::Message& response) {
    if (method == "Subscribe") {
      for (auto& entry : *static_cast<v1::SubscribeResponse&>(response).mutable_entries()) {
        if (entry.has_ledger()) change(*entry.mutable_ledger());
      }
    }
    if (method == "ReadLedger") {
      for (auto& item : *static_cast<v1::ReadLedgerResponse&>(response).mutable_items()) {
        change(item);
      }
    }
  };
}

// A mailbox from which the ledger's entries are left out.
void WithoutLedger(const std::string& method, google::protobuf::Message& response) {
  if (method != "Subscribe") return;
  for (auto& entry : *static_cast<v1::SubscribeResponse&>(response).mutable_entries()) {
    if (entry.has_ledger()) entry.clear_event();
  }
}

TEST_CASE("An entry that was changed is not taken in, and raises an alarm") {
  TestCouple couple;
  const int which = GENERATE(0, 1, 2, 3);
  OnLedger(couple.client, [which](v1::LedgerItem& item) {
    std::string* bytes = which == 0   ? item.mutable_entry()
                         : which == 1 ? item.mutable_act()->mutable_statement()
                         : which == 2 ? item.mutable_act()->mutable_signature()
                                      : item.mutable_batch()->mutable_signature();
    bytes->back() = static_cast<char>(bytes->back() ^ 1);
  });
  REQUIRE(couple.therapist.SetHours(60).ok());
  SyncBoth(couple);
  CHECK(HasIntegrity(couple.client));
  CHECK_FALSE(couple.client.Standing().availability.has_value());
  // An honest practice heals it.
  couple.client.transport.on_response = nullptr;
  REQUIRE(couple.therapist.SetHours(90).ok());
  SyncBoth(couple);
  REQUIRE(couple.client.Standing().availability.has_value());
  CHECK(couple.client.Standing().availability->reply_within_minutes == 90);
}

TEST_CASE("Entries that the mailbox left out are read from the practice") {
  TestCouple couple;
  couple.client.transport.on_response = WithoutLedger;
  REQUIRE(couple.therapist.SetHours(60).ok());
  REQUIRE(couple.therapist.Sync().ok());
  const auto id = couple.client.CheckIn("please");
  // The receipt names an availability that this device has never seen.
  REQUIRE(couple.client.Sync().ok());
  CHECK(couple.client.StateOf(*id) == MessageState::kReplyDue);
  CHECK(couple.client.Standing().availability.has_value());
  CHECK(couple.client.AlarmReasons().empty());
}

// A practice that shows nothing of the bond's ledger after entry `newest`.
auto LedgerEndsAt(std::uint64_t newest) {
  return [newest](const std::string& method, google::protobuf::Message& response) {
    WithoutLedger(method, response);
    if (method != "ReadLedger") return;
    auto& read = static_cast<v1::ReadLedgerResponse&>(response);
    read.clear_items();
    read.set_newest(newest);
  };
}

TEST_CASE("What the practice holds back is found by the other side's next message") {
  TestCouple couple;
  couple.client.transport.on_response = LedgerEndsAt(0);
  REQUIRE(couple.therapist.SetHours(60).ok());
  REQUIRE(couple.therapist.Note("hello").ok());
  SyncBoth(couple);
  SyncBoth(couple);
  CHECK(HasIntegrity(couple.client));
}

// Both saw the same beginning; then the practice went back and told the client
// something else, in the same life of its store.
void TellTwoStories(TestCouple& couple) {
  const auto before = couple.practice.rows();
  REQUIRE(couple.therapist.SetHours(60).ok());
  REQUIRE(couple.therapist.Sync().ok());
  couple.practice.store.Restore(before);
  couple.practice.Restart();
  REQUIRE(couple.client.engine
              ->Pause(couple.client.bond(), couple.practice.clock.wall_ms + 3 * limits::kDayMs)
              .ok());
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.client.Note("from the other story").ok());
  REQUIRE(couple.client.Sync().ok());
}

TEST_CASE("Two stories that the practice does not own up to are found by the heads") {
  TestCouple couple;
  TellTwoStories(couple);
  couple.therapist.transport.on_response = [](const std::string& method,
                                              google::protobuf::Message& response) {
    WithoutLedger(method, response);
    if (method == "ListBonds") static_cast<v1::ListBondsResponse&>(response).set_lost_batch(false);
  };
  couple.therapist.Sync().IgnoreError();
  bool found = false;
  for (const Alarm& alarm : couple.therapist.TakeAlarms()) {
    found = found || alarm.kind == AlarmKind::kOtherStory || alarm.kind == AlarmKind::kOtherPast;
  }
  CHECK(found);
}

TEST_CASE("Two stories that the practice owns up to are a restored backup, and both are told") {
  TestCouple couple;
  TellTwoStories(couple);
  couple.therapist.Sync().IgnoreError();
  couple.client.Sync().IgnoreError();
  for (TestPerson* person : {&couple.client, &couple.therapist}) {
    const auto reasons = person->AlarmReasons();
    CHECK(std::ranges::count(reasons, Reason::kPracticeRestored) == 1);
  }
}

TEST_CASE("A restored backup that is not announced is not taken from the record either") {
  TestCouple couple;
  REQUIRE(couple.therapist.SetHours(60).ok());
  SyncBoth(couple);
  v1::DescribeResponse described;
  REQUIRE(couple.practice
              .Run([&](server::Core& core, server::Transaction& transaction) {
                return core.Describe(transaction, {}, described);
              })
              .ok());
  const std::string life = described.incarnation();
  const auto backup = couple.practice.rows();
  REQUIRE(couple.client.Note("lost for a while").ok());
  REQUIRE(couple.client.Sync().ok());
  couple.practice.store.Restore(backup);
  couple.practice.Restart();
  REQUIRE(couple.client.Sync().ok());  // finds it out
  REQUIRE(couple.client.engine
              ->Pause(couple.client.bond(), couple.practice.clock.wall_ms + 3 * limits::kDayMs)
              .ok());
  REQUIRE(couple.client.Sync().ok());

  couple.therapist.transport.on_response = [&](const std::string& method,
                                               google::protobuf::Message& response) {
    if (method == "Authenticate") {
      static_cast<v1::AuthenticateResponse&>(response).set_incarnation(life);
    }
    if (method == "ListBonds") static_cast<v1::ListBondsResponse&>(response).set_lost_batch(false);
    if (method == "ReportRestore") {
      static_cast<v1::ReportRestoreResponse&>(response).set_incarnation(life);
    }
    if (method != "Subscribe") return;
    auto& page = static_cast<v1::SubscribeResponse&>(response);
    page.set_restored(false);
    page.mutable_cursor()->set_incarnation(life);
  };
  couple.therapist.Sync().IgnoreError();
  const auto has_restored = [&] {
    const auto kinds = couple.therapist.LedgerKinds();
    return std::ranges::count(kinds, LedgerKind::kRestored) == 1;
  };
  CHECK(couple.therapist.AlarmReasons().empty());
  CHECK_FALSE(has_restored());
  couple.therapist.transport.on_response = nullptr;
  SyncBoth(couple);
  SyncBoth(couple);
  const auto reasons = couple.therapist.AlarmReasons();
  CHECK(std::ranges::count(reasons, Reason::kPracticeRestored) == 1);
  CHECK(has_restored());
}

TEST_CASE("After a restored backup decisions are said again, and nobody is alarmed") {
  TestCouple couple;
  REQUIRE(couple.therapist.SetHours(60).ok());
  SyncBoth(couple);
  const auto backup = couple.practice.rows();
  REQUIRE(couple.therapist.SetHours(90).ok());
  SyncBoth(couple);
  const auto asked = couple.client.CheckIn("after the backup");
  SyncBoth(couple);
  REQUIRE(couple.client.StateOf(*asked) == MessageState::kReplyDue);
  couple.practice.store.Restore(backup);
  couple.practice.Restart();
  for (int i = 0; i < 4; ++i) SyncBoth(couple);
  for (TestPerson* person : {&couple.client, &couple.therapist}) {
    const StandingView standing = person->Standing();
    REQUIRE(standing.availability.has_value());
    CHECK(standing.availability->reply_within_minutes == 90);
    CHECK(standing.waiting.empty());
    CHECK_FALSE(standing.doubted);
    for (const Alarm& alarm : person->TakeAlarms()) {
      INFO(AlarmText(alarm));
      CHECK(alarm.reason == Reason::kPracticeRestored);
    }
  }
  CHECK(couple.client.Standing().head == couple.therapist.Standing().head);
  const auto kinds = couple.client.LedgerKinds();
  CHECK(std::ranges::count(kinds, LedgerKind::kRestored) == 1);
}

TEST_CASE("A restored backup of long ago does not excuse what is held back now") {
  TestCouple couple;
  const auto before = couple.practice.rows();
  REQUIRE(couple.therapist.SetHours(60).ok());
  SyncBoth(couple);
  couple.practice.store.Restore(before);
  couple.practice.Restart();
  SyncBoth(couple);
  SyncBoth(couple);
  REQUIRE_FALSE(HasIntegrity(couple.client));

  couple.practice.Pass(2 * limits::kDayMs);
  couple.client.transport.on_response = LedgerEndsAt(couple.client.LedgerKinds().size());
  REQUIRE(couple.therapist.SetHours(90).ok());
  REQUIRE(couple.therapist.Note("hello").ok());
  SyncBoth(couple);
  SyncBoth(couple);
  CHECK(HasIntegrity(couple.client));
}

TEST_CASE("What timers wrote before a restored backup was noticed alarms nobody") {
  TestCouple couple;
  REQUIRE(couple.therapist.SetHours(60).ok());
  SyncBoth(couple);
  const auto asked = couple.client.CheckIn("will be missed");
  SyncBoth(couple);
  const auto backup = couple.practice.rows();
  couple.practice.Pass(9 * kHourMs);
  SyncBoth(couple);
  REQUIRE(couple.client.StateOf(*asked) == MessageState::kMissed);
  couple.practice.store.Restore(backup);
  couple.practice.Restart();
  // The same miss, by the same life of the store, at another time.
  couple.practice.Pass(kHourMs);
  for (int i = 0; i < 4; ++i) SyncBoth(couple);
  for (TestPerson* person : {&couple.client, &couple.therapist}) {
    CHECK_FALSE(HasIntegrity(*person));
    CHECK_FALSE(person->Standing().doubted);
    const auto kinds = person->LedgerKinds();
    CHECK(std::ranges::count(kinds, LedgerKind::kPromiseMissed) == 1);
    CHECK(std::ranges::count(kinds, LedgerKind::kRestored) == 1);
  }
  CHECK(couple.client.Standing().head == couple.therapist.Standing().head);
  CHECK(couple.client.StateOf(*asked) == MessageState::kMissed);
}

TEST_CASE("A lost decision is enough to prove a restored backup") {
  TestCouple couple;
  REQUIRE(couple.therapist.SetHours(60).ok());
  SyncBoth(couple);
  SyncBoth(couple);
  const auto backup = couple.practice.rows();
  REQUIRE(couple.therapist.SetHours(90).ok());
  REQUIRE(couple.therapist.Sync().ok());
  couple.practice.store.Restore(backup);
  couple.practice.Restart();
  for (int i = 0; i < 4; ++i) SyncBoth(couple);
  CHECK(couple.therapist.Standing().availability->reply_within_minutes == 90);
  CHECK(couple.client.Standing().availability->reply_within_minutes == 90);
  CHECK(couple.client.Standing().head == couple.therapist.Standing().head);
}

TEST_CASE("A ledger is built again from the vault, entry by entry") {
  TestCouple couple;
  REQUIRE(couple.therapist.SetHours(60).ok());
  SyncBoth(couple);
  REQUIRE(couple.client.CheckIn("please").ok());
  SyncBoth(couple);
  SyncBoth(couple);
  const Hash head = couple.client.Standing().head;
  couple.client.Reopen();
  CHECK(couple.client.Standing().head == head);
  CHECK(couple.client.Standing().promises.size() == 1);
}

TEST_CASE("An export proves itself without vault and practice, and a changed one does not") {
  TestCouple couple;
  REQUIRE(couple.therapist.SetHours(60).ok());
  SyncBoth(couple);
  REQUIRE(couple.client.CheckIn("please").ok());
  SyncBoth(couple);
  couple.practice.Pass(2 * kHourMs);
  SyncBoth(couple);
  for (TestPerson* person : {&couple.client, &couple.therapist}) {
    auto exported = person->engine->ExportLedger(person->bond());
    REQUIRE(exported.ok());
    const auto verified = VerifyLedger(*exported);
    REQUIRE(verified.ok());
    CHECK(verified->lines.size() == 3);
    CHECK(verified->book.head() == person->Standing().head);
    CHECK(verified->therapist == couple.therapist.engine->identity().account);

    auto dropped = *exported;
    dropped.entries.erase(dropped.entries.begin() + 1);
    CHECK(ReasonOf(VerifyLedger(dropped).status()) == Reason::kIntegrity);
    auto forged = *exported;
    forged.entries[0].certificate.signature[5] ^= 1;
    CHECK(ReasonOf(VerifyLedger(forged).status()) == Reason::kIntegrity);
    auto moved = *exported;
    moved.entries[2].entry[100] ^= 1;
    CHECK_FALSE(VerifyLedger(moved).ok());
    // Nothing in it goes unchecked.
    auto decorated = *exported;
    decorated.entries[1].act = decorated.entries[0].act;
    CHECK(ReasonOf(VerifyLedger(decorated).status()) == Reason::kIntegrity);
  }
}

}  // namespace
}  // namespace holdfast::client
