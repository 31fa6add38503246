// A receipt's promise is what the ledger's hours make of it; only hours that a restored
// backup lost excuse another.
#include "client/core/ledger/receipts.h"
#include "client/words/alarm_words.h"
#include "support/catch.h"
#include "support/client_world.h"

namespace holdfast::client {
namespace {

using limits::kHourMs;

// A ledger that holds one availability: a reply within an hour, round the clock.
HeldLedger OneHour(std::uint64_t at_ms, const Incarnation& life = Incarnation()) {
  Act act;
  act.id = ActId::From(Bytes(16, 'a'), "id").value();
  act.made_at_ms = at_ms;
  Availability availability;
  availability.number = 1;
  availability.reply_within_minutes = 60;
  availability.zone.name = "UTC";
  availability.zone.covers_until_ms = at_ms + limits::kZoneCoverMs;
  for (std::uint8_t day = 1; day <= 7; ++day) availability.hours.push_back({day, 0, 24 * 60});
  act.what = availability;
  LedgerEntry entry;
  entry.incarnation = life;
  entry.number = 1;
  entry.at_ms = at_ms;
  entry.subject = SubjectOf(act.id);
  const Hash hash = Hash::From(Bytes(32, 'h'), "hash").value();
  entry.hash = hash;
  HeldLedger held;
  REQUIRE(held.book.Add(entry, Hash(), &act, hash).ok());
  held.availabilities[1] = {DeviceId(), at_ms, Incarnation()};
  return held;
}

// What came to the account before this device did stands before all that it has seen come.
TEST_CASE("A receipt of a life that this device never met is older than all that it met") {
  const auto life = [](char letter) {
    return Incarnation::From(Bytes(16, letter), "life").value();
  };
  vault::Progress progress;
  CHECK(LifeOf(progress, life('a')) == 0);
  progress.add_incarnations(life('b').str());
  progress.add_incarnations(life('c').str());
  CHECK(LifeOf(progress, life('a')) == 0);
  CHECK(LifeOf(progress, life('b')) == 0);
  CHECK(LifeOf(progress, life('c')) == 1);
  CHECK(LifeOf(progress, Incarnation()) == 1);
}

TEST_CASE("A receipt whose due time does not follow from the ledger is refused") {
  constexpr std::uint64_t kSetMs = 1'772'643'600'000;
  const HeldLedger held = OneHour(kSetMs);
  vault::Progress progress;
  progress.add_incarnations(Incarnation().str());
  ReceiptLeaf leaf;
  leaf.stored_at_ms = kSetMs + limits::kMinuteMs;
  leaf.due_at_ms = leaf.stored_at_ms + kHourMs;
  leaf.availability_version = 1;
  CHECK(CheckDue(held, progress, leaf, true).ok());
  CHECK(FieldOf(CheckDue(held, progress, leaf, false)) == "receipt.due_at_ms");
  ReceiptLeaf later = leaf;
  ++later.due_at_ms;
  CHECK(FieldOf(CheckDue(held, progress, later, true)) == "receipt.due_at_ms");
  ReceiptLeaf unknown = leaf;
  unknown.availability_version = 2;
  CHECK(FieldOf(CheckDue(held, progress, unknown, true)) == "receipt.availability_version");
  ReceiptLeaf none = leaf;
  none.due_at_ms = 0;
  none.availability_version = 0;
  CHECK(FieldOf(CheckDue(held, progress, none, true)) == "receipt.availability_version");
  CHECK(CheckDue(held, progress, none, false).ok());
  CHECK(CheckDue(HeldLedger(), progress, none, true).ok());
  // The practice told of a restored backup: it may have lost these hours.
  vault::Progress restored = progress;
  restored.add_incarnations(Bytes(Incarnation::size, 'i'));
  CHECK(CheckDue(held, restored, none, true).ok());
  // It did not: the record of the new life goes on from them.
  const HeldLedger outlived =
      OneHour(kSetMs, Incarnation::From(restored.incarnations(1), "incarnation").value());
  ReceiptLeaf after = none;
  after.incarnation = outlived.book.incarnation();
  CHECK(FieldOf(CheckDue(outlived, restored, after, true)) == "receipt.availability_version");
  none.stored_at_ms = kSetMs - 1;  // before there were hours
  CHECK(CheckDue(held, progress, none, true).ok());
}

TEST_CASE("A receipt without the hours that a restored backup had lost alarms nobody") {
  TestCouple couple;
  const auto sync_both = [&] {
    couple.therapist.Sync().IgnoreError();
    couple.client.Sync().IgnoreError();
  };
  sync_both();
  const auto backup = couple.practice.rows();
  couple.practice.Pass(kHourMs);
  REQUIRE(couple.therapist.SetHours(60).ok());
  REQUIRE(couple.therapist.Sync().ok());
  couple.practice.store.Restore(backup);
  couple.practice.Restart();
  couple.practice.Pass(kHourMs);
  // Nobody has noticed yet: it is stored in the same life, with no promise.
  REQUIRE(couple.client.CheckIn("before anybody noticed").ok());
  REQUIRE(couple.client.Sync().ok());
  for (int i = 0; i < 4; ++i) sync_both();
  for (TestPerson* person : {&couple.client, &couple.therapist}) {
    for (const Alarm& alarm : person->TakeAlarms()) {
      INFO(AlarmText(alarm));
      CHECK(alarm.reason == Reason::kPracticeRestored);
    }
    CHECK(person->Texts() == std::vector<std::string>{"before anybody noticed"});
  }
}

}  // namespace
}  // namespace holdfast::client
