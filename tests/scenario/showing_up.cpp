// Hours, a rhythm, a promise and their ledger, between real processes, the
// practice killed in between.
#include <filesystem>

#include "support/catch.h"
#include "support/couple.h"

namespace holdfast::test {
namespace {

TEST_CASE("what is promised is kept in one record, whatever becomes of the process",
          "[showing_up]") {
  Couple couple;
  const auto restart = [&] {
    couple.practice.Kill();
    couple.practice.Start();
  };
  couple.therapist.Do({"availability", "set", "--zone", "Europe/Zurich", "--hours",
                       "mon-sun 8:00-20:00", "--reply-within", "2h"});
  restart();
  couple.therapist.Do({"rhythm", "propose", "--weekly", "mon", "--at", "18:00"});
  couple.client.Sync();
  CHECK_FALSE(couple.client.Standing().at("proposal").is_null());
  couple.client.Do({"rhythm", "accept"});
  restart();
  couple.therapist.Sync();
  const Json both = couple.therapist.Standing();
  CHECK(both.at("rhythm").at("rule") == "FREQ=WEEKLY;BYDAY=MO");
  CHECK(both.at("next_slot") == couple.client.Standing().at("next_slot"));

  couple.client.CheckIn("will you answer?");
  restart();
  couple.therapist.Sync();
  couple.client.Sync();
  const Json owed = couple.therapist.Do({"promise"}).at("promises");
  REQUIRE(owed.size() == 1);
  CHECK(owed == couple.client.Do({"promise"}).at("promises"));
  const Json asked = MessageWith(couple.client.Inbox(), "will you answer?");
  CHECK(asked.at("state") == "reply-due");
  CHECK(asked.at("due_at") == owed.at(0).at("due_at"));
  couple.therapist.Reply(owed.at(0).at("message"), "of course");
  restart();
  couple.client.Sync();
  CHECK(MessageWith(couple.client.Inbox(), "will you answer?").at("state") == "answered");
  CHECK(couple.client.Do({"promise"}).at("promises").empty());
}

TEST_CASE("a bond ends for both when one of them says so, and what was written stays",
          "[showing_up]") {
  Couple couple;
  couple.client.CheckIn("the last one");
  couple.therapist.Sync();
  CHECK(couple.client.Try({"end"}).exit_code == kExitUsage);  // nobody can be asked
  CHECK_FALSE(couple.client.Standing().at("ended").get<bool>());
  couple.client.Do({"end", "--yes"});
  couple.therapist.Sync();
  CHECK(couple.therapist.Standing().at("ended").get<bool>());
  const Outcome sent = couple.therapist.Try({"send", "--text", "one more"});
  CHECK(sent.exit_code != kExitOk);
  CHECK(ReasonIn(sent) == "bond_ended");
  CHECK(TextsFrom(couple.therapist.Inbox(), "client") == std::vector<std::string>{"the last one"});
}

TEST_CASE("both sides and a file that anyone can read prove the same record", "[showing_up]") {
  Couple couple;
  couple.therapist.Do(
      {"availability", "set", "--hours", "mon-sun 8:00-20:00", "--reply-within", "2h"});
  couple.client.CheckIn("hello");
  couple.therapist.Sync();
  couple.client.Sync();
  const Json here = couple.therapist.Do({"ledger", "verify"});
  CHECK(here.at("entries") == 2);
  CHECK(here.at("newest_at").is_string());
  CHECK(here == couple.client.Do({"ledger", "verify"}));
  const std::string file = (couple.files() / "ledger.json").string();
  couple.client.Do({"ledger", "export", file});
  Person stranger(couple.files() / "stranger");
  CHECK(stranger.Do({"ledger", "verify", file}).at("head") == here.at("head"));
  // Again over the old one, and where it cannot be put.
  couple.client.Do({"ledger", "export", file});
  CHECK(stranger.Do({"ledger", "verify", file}).at("head") == here.at("head"));
  using std::filesystem::perms;
  CHECK(std::filesystem::status(file).permissions() == (perms::owner_read | perms::owner_write));
  for (const auto& entry : std::filesystem::directory_iterator(couple.files().path())) {
    const std::string name = entry.path().filename().string();
    CHECK((name == "ledger.json" || !name.starts_with("ledger.json")));
  }
  const Outcome refused = couple.client.Try({"ledger", "export", file + "/nowhere.json"});
  CHECK(ReasonIn(refused) == "usage");  // before the vault is opened
  CHECK(refused.exit_code == kExitUsage);
}

}  // namespace
}  // namespace holdfast::test
