// A practice is lost and restored from its backup: what was acknowledged before the backup is in
// it, the devices bring back the rest, and everybody is told. The drill proves that it would go so.
#include <csignal>
#include <filesystem>
#include <map>

#include "support/catch.h"
#include "support/couple.h"
#include "support/operators_hand.h"
#include "support/wire_device.h"

namespace holdfast::test {
namespace {

// What people do anyway, until nothing is left to heal. Whether each was told.
void SyncInRounds(const std::vector<Person*>& people) {
  std::map<Person*, bool> told;
  for (int round = 0; round < 4; ++round) {
    for (Person* person : people) {
      const Outcome sync = person->TryPlain({"sync"});
      UNSCOPED_INFO(Describe(sync));
      CHECK((sync.exit_code == kExitOk || sync.exit_code == kExitIntegrity));
      told[person] = told[person] || Says(sync.out + sync.err, "restore");
    }
  }
  for (const auto& [person, was_told] : told) CHECK(was_told);
}

// HOLDFASTD is the program under test.
Outcome Drill(std::vector<std::string> arguments) {
  return Run({HOLDFAST_SOURCE_DIR "/deploy/backup-drill",
              std::move(arguments),
              {{"HOLDFASTD", HOLDFASTD}},
              {}},
             std::chrono::seconds(60));
}

}  // namespace

TEST_CASE("after the practice is lost and its backup restored, the devices bring back the rest",
          "[restored]") {
  Couple couple;
  const std::string data = couple.practice.data().string();
  const std::string folder = (couple.files() / "backups").string();
  couple.therapist.Do(
      {"availability", "set", "--hours", "mon-sun 0:00-24:00", "--reply-within", "8h"});
  couple.client.Sync();
  couple.client.CheckIn("before the backup");
  couple.therapist.Sync();
  Done({"backup", "key", (couple.files() / "op").string()});
  Done({"backup", folder, "--data", data, "--to-key", (couple.files() / "op.pub").string()});
  couple.client.CheckIn("after it, and read");
  couple.therapist.Sync();
  couple.client.CheckIn("after it, and not yet read");
  couple.practice.Kill();
  fs::remove_all(data);

  Done({"restore", folder, "--data", data, "--key", (couple.files() / "op").string()});
  couple.practice.Start();  // without a flag
  SyncInRounds({&couple.client, &couple.therapist});
  const Json inbox = couple.therapist.Inbox();
  for (const char* text :
       {"before the backup", "after it, and read", "after it, and not yet read"}) {
    CHECK_NOTHROW(MessageWith(inbox, text));
  }
  CHECK(TextsFrom(inbox, "client").size() == 3);
  const std::string id = MessageWith(inbox, "after it, and not yet read").at("id");
  couple.therapist.Reply(id, "here");
  REQUIRE(couple.client.Try({"sync"}).exit_code == kExitOk);
  CHECK_NOTHROW(MessageWith(couple.client.Inbox(), "here"));
  for (Person* person : {&couple.client, &couple.therapist}) {
    CHECK(person->Try({"ledger", "verify"}).exit_code == kExitOk);
  }
  // A start more is no other life: nobody is told again.
  REQUIRE(couple.practice.Stop().exit_code == 0);
  couple.practice.Start();
  const Outcome sync = couple.client.TryPlain({"sync"});
  CHECK(sync.exit_code == kExitOk);
  CHECK_FALSE(Says(sync.out + sync.err, "restore"));
  CHECK(Says(Done({"backup", "verify", (couple.files() / "backups").string(), "--key",
                   (couple.files() / "op").string()}),
             "whole"));
}

TEST_CASE("a restore that is killed is never served, and goes through when it is repeated",
          "[restored]") {
  Couple couple;
  couple.client.CheckIn("kept");
  couple.therapist.Sync();
  const fs::path folder = couple.files() / "backups";
  const std::string data = couple.practice.data().string();
  Done({"backup", folder.string(), "--data", data, "--with-keys"});
  REQUIRE(couple.practice.Stop().exit_code == 0);
  fs::remove_all(data);
  // A pipe that nobody writes to holds it up in the middle.
  const fs::path file = FilesWith(folder, "").front() / "holdfast.toml";
  const std::string settings = ReadFile(file);
  fs::remove(file);
  REQUIRE(::mkfifo(file.c_str(), 0600) == 0);
  {
    Process restore({HOLDFASTD, {"restore", folder.string(), "--data", data}, {}, {}});
    REQUIRE(Eventually([&] { return fs::exists(data + "/store"); }));
    CHECK(Says(Describe(couple.practice.TryStart()), "is under way"));
    restore.Kill();
  }
  for (int i = 0; i < 2; ++i) {
    const auto before = TreeOf(data);
    const Outcome refused = couple.practice.TryStart();
    INFO(Describe(refused));
    CHECK(refused.exit_code == 2);
    CHECK(Says(refused.out + refused.err, "was interrupted"));
    CHECK(TreeOf(data) == before);
  }
  fs::remove(file);
  WriteFile(file, settings);
  Done({"restore", folder.string(), "--data", data});
  couple.practice.Start();
  SyncInRounds({&couple.client, &couple.therapist});
  CHECK_NOTHROW(MessageWith(couple.therapist.Inbox(), "kept"));
}

TEST_CASE("the drill proves a good backup, names a bad one, and leaves nothing behind",
          "[restored]") {
  Couple couple;
  couple.client.CheckIn("to be found again");
  const std::string data = couple.practice.data().string();
  const std::string folder = (couple.files() / "backups").string();
  const fs::path key = couple.files() / "op";
  fs::create_directory(couple.files() / "scratch");
  const std::string scratch = (couple.files() / "scratch").string();
  Done({"backup", "key", key.string()});
  Done({"backup", folder, "--data", data, "--to-key", key.string() + ".pub"});
  const auto before = TreeOf(folder);
  const Outcome good = Drill({folder, "--key", key.string(), "--scratch", scratch});
  INFO(Describe(good));
  CHECK(good.exit_code == 0);
  CHECK(Says(good.out, "The backup is good"));
  CHECK(Says(good.out, "1 envelopes (1 bodies)"));
  CHECK(Says(Drill({folder, "--scratch", scratch}).err, "--key FILE"));
  CHECK(Drill({}).exit_code == 2);
  CHECK(Drill({folder, "--keys"}).exit_code == 2);
  CHECK(TreeOf(folder) == before);
  CHECK(fs::is_empty(scratch));
  CHECK(couple.practice.running());

  const fs::path backup = FilesWith(folder, "").front();
  DamageMiddle(FilesWith(backup / "db", ".sealed").front());
  const Outcome bad = Drill({folder, "--key", key.string(), "--scratch", scratch});
  INFO(Describe(bad));
  CHECK(bad.exit_code == 1);
  CHECK(Says(bad.err, "is not as it was written"));
  CHECK(fs::is_empty(scratch));
}

}  // namespace holdfast::test
