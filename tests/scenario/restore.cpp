// An operator restores an older backup: everything newer comes back by itself from
// the senders, and everyone is told.
#include <map>

#include "support/catch.h"
#include "support/couple.h"

namespace holdfast::test {
namespace {

bool SaysRestored(const Outcome& outcome) {
  return (outcome.out + outcome.err).find("restore") != std::string::npos;
}

TEST_CASE("what is sent while an alarm waits to be told was sent, and the exit code says so",
          "[restore]") {
  Couple couple;
  couple.client.CheckIn("before the backup");
  REQUIRE(couple.practice.Stop().exit_code == 0);
  const TempDir backups;
  couple.practice.SaveTo(backups / "backup");
  couple.practice.Start();
  couple.client.CheckIn("after it");
  REQUIRE(couple.practice.Stop().exit_code == 0);
  couple.practice.RestoreFrom(backups / "backup");
  couple.practice.Start();

  const Outcome sent = couple.client.Try({"send", "--text", "and now"});
  INFO(Describe(sent));
  CHECK(sent.exit_code == kExitOk);
  const Json document = Json::parse(sent.out);
  CHECK(document.at("message").at("state") == "stored");
  CHECK_FALSE(document.at("alarms").empty());
  couple.therapist.Try({"sync"});
  CHECK_NOTHROW(MessageWith(couple.therapist.Inbox(), "and now"));
}

TEST_CASE("after an older database came back, everything newer returns from the senders",
          "[restore]") {
  Couple couple;
  couple.client.CheckIn("before the backup");
  couple.therapist.Sync();
  couple.therapist.Do({"send", "--text", "answered before the backup"});
  couple.client.Sync();
  REQUIRE(couple.practice.Stop().exit_code == 0);
  const TempDir backups;
  couple.practice.SaveTo(backups / "backup");
  couple.practice.Start();

  // After the backup: one that both sides have, one stored and not yet read, and a
  // bond that the backup has never heard of.
  couple.client.CheckIn("after it, and read");
  couple.therapist.Sync();
  Person second(couple.files() / "second");
  second.Join(couple.therapist.Invite());
  couple.therapist.Sync();
  second.CheckIn("from a bond formed after the backup");
  couple.client.CheckIn("after it, and not yet read");
  REQUIRE(couple.practice.Stop().exit_code == 0);
  couple.practice.RestoreFrom(backups / "backup");
  couple.practice.Start();

  // A few rounds of what people do anyway; each may find something to heal.
  std::map<std::string, bool> told;
  const std::map<std::string, Person*> people = {
      {"client", &couple.client}, {"second", &second}, {"therapist", &couple.therapist}};
  for (int round = 0; round < 3; ++round) {
    for (const auto& [name, person] : people) {
      const Outcome sync = person->TryPlain({"sync"});
      UNSCOPED_INFO(name << " " << Describe(sync));
      CHECK((sync.exit_code == kExitOk || sync.exit_code == kExitIntegrity));
      told[name] = told[name] || SaysRestored(sync);
    }
  }
  for (const auto& [name, was_told] : told) {
    INFO(name);
    CHECK(was_told);
  }

  const Json inbox = couple.therapist.Inbox();
  for (const char* text : {"before the backup", "after it, and read", "after it, and not yet read",
                           "from a bond formed after the backup"}) {
    CHECK_NOTHROW(MessageWith(inbox, text));
  }
  CHECK(TextsFrom(inbox, "client").size() == 4);
  CHECK(couple.client.Inbox().size() == 4);

  // And life goes on in both bonds, without a further alarm.
  second.CheckIn("life goes on");
  couple.client.CheckIn("here too");
  REQUIRE(couple.therapist.Try({"sync"}).exit_code == kExitOk);
  CHECK(TextsFrom(couple.therapist.Inbox(), "client").size() == 6);
  const std::string id = MessageWith(couple.therapist.Inbox(), "life goes on").at("id");
  couple.therapist.Reply(id, "so it does");
  REQUIRE(second.Try({"sync"}).exit_code == kExitOk);
  CHECK_NOTHROW(MessageWith(second.Inbox(), "so it does"));
}

TEST_CASE("the same backup put back twice, with devices syncing in between, loses nothing",
          "[restore]") {
  Couple couple;
  couple.therapist.Do({"availability", "set", "--hours", "mon-sun 0:00-24:00", "--zone", "Etc/UTC",
                       "--reply-within", "8h"});
  couple.client.CheckIn("in the backup");
  couple.therapist.Sync();
  REQUIRE(couple.practice.Stop().exit_code == 0);
  const TempDir backups;
  couple.practice.SaveTo(backups / "backup");
  couple.practice.Start();
  for (const char* text : {"lost once", "lost twice"}) {
    couple.client.CheckIn(text);
    couple.therapist.Sync();
    couple.therapist.Do(
        {"availability", "set", "--hours", "mon-sun 8:00-20:00", "--reply-within", "6h"});
    couple.client.Sync();
    REQUIRE(couple.practice.Stop().exit_code == 0);
    couple.practice.RestoreFrom(backups / "backup");
    couple.practice.Start();
    std::map<Person*, bool> told;
    for (int round = 0; round < 3; ++round) {
      for (Person* person : {&couple.client, &couple.therapist}) {
        const Outcome sync = person->TryPlain({"sync"});
        UNSCOPED_INFO(text << " " << Describe(sync));
        CHECK((sync.exit_code == kExitOk || sync.exit_code == kExitIntegrity));
        told[person] = told[person] || SaysRestored(sync);
      }
    }
    CHECK(told[&couple.client]);
    CHECK(told[&couple.therapist]);
  }
  // Life goes on without a further alarm, and neither holds the other's ledger in doubt.
  couple.client.CheckIn("after both");
  for (Person* person : {&couple.therapist, &couple.client}) {
    const Outcome sync = person->TryPlain({"sync"});
    INFO(Describe(sync));
    CHECK(sync.exit_code == kExitOk);
    const Outcome verified = person->Try({"ledger", "verify"});
    INFO(Describe(verified));
    CHECK(verified.exit_code == kExitOk);
  }
  const Json inbox = couple.therapist.Inbox();
  for (const char* text : {"in the backup", "lost once", "lost twice", "after both"}) {
    CHECK_NOTHROW(MessageWith(inbox, text));
  }
  CHECK(TextsFrom(inbox, "client").size() == 4);
}

TEST_CASE("a restart alone is no restore: nobody is alarmed", "[restore]") {
  Couple couple;
  couple.client.CheckIn("before");
  couple.practice.Kill();
  couple.practice.Start();
  for (Person* person : {&couple.client, &couple.therapist}) {
    const Outcome sync = person->TryPlain({"sync"});
    INFO(Describe(sync));
    CHECK(sync.exit_code == kExitOk);
    CHECK_FALSE(SaysRestored(sync));
  }
}

TEST_CASE("whoever the backup has never heard of comes back with everything", "[restore]") {
  const TempDir files;
  PracticeProcess practice(files / "practice");
  practice.Start();
  REQUIRE(practice.Stop().exit_code == 0);
  practice.SaveTo(files / "empty");
  practice.Start();
  Person therapist(files / "therapist"), client(files / "client");
  therapist.Enroll(practice.EnrolmentCode());
  client.Join(therapist.Invite());
  therapist.Sync();
  client.CheckIn("who am I to you");
  REQUIRE(practice.Stop().exit_code == 0);
  practice.RestoreFrom(files / "empty");
  practice.Start();
  for (int round = 0; round < 3; ++round) {
    for (Person* person : {&therapist, &client}) {
      const Outcome sync = person->TryPlain({"sync"});
      UNSCOPED_INFO(Describe(sync));
    }
  }
  CHECK_NOTHROW(MessageWith(therapist.Inbox(), "who am I to you"));
}

}  // namespace
}  // namespace holdfast::test
