// Nothing is signed unseen: what a decision is, is shown with its zone and its first dates,
// asked at a terminal, and said elsewhere.
#include "at_terminal.h"
#include "support/catch.h"

namespace holdfast::test {
namespace {

bool Says(const Outcome& outcome, const std::string& words) {
  return Describe(outcome).find(words) != std::string::npos;
}

const std::vector<std::string> kPropose = {"rhythm", "propose", "--weekly", "mon-thu",
                                           "--at",   "18:00",   "--zone",   "Europe/Zurich"};

constexpr const char* kSignIt = "Sign it? y/n";

std::vector<std::string> With(std::vector<std::string> command, const std::string& last) {
  command.push_back(last);
  return command;
}

TEST_CASE("a rhythm is shown in full and signed on a yes alone", "[signing]") {
  Couple couple;
  const auto propose = [&](const std::string& answer) {
    TerminalProcess terminal(AtTerminal(couple.therapist, kPropose));
    CHECK(terminal.Shows("Mondays to Thursdays at 18:00"));
    CHECK(terminal.Shows("Europe/Zurich"));
    CHECK(terminal.Shows("where it is"));
    CHECK(terminal.Shows("The first open"));
    REQUIRE(Asks(terminal, kSignIt));
    REQUIRE(terminal.Type(answer + "\r"));
    return terminal.Wait();
  };
  CHECK(propose("n") == kExitUsage);
  couple.client.Sync();
  CHECK(couple.client.Standing().at("proposal").is_null());
  CHECK(propose("y") == kExitOk);
  couple.client.Sync();
  const Json proposal = couple.client.Standing().at("proposal");
  CHECK(proposal.at("rule") == "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH");
  CHECK(proposal.at("window_minutes") == 20 * 60);  // the next opens a day later

  TerminalProcess accept(AtTerminal(couple.client, {"rhythm", "accept"}));
  CHECK(accept.Shows("Mondays to Thursdays at 18:00"));
  REQUIRE(Asks(accept, kSignIt));
  REQUIRE(accept.Type("yes\r"));
  CHECK(accept.Shows("You accepted a check-in Mondays to Thursdays"));
  CHECK(accept.Wait() == kExitOk);
}

TEST_CASE("without a terminal nothing is asked, and what was signed is said", "[signing]") {
  Couple couple;
  const Outcome plain = couple.therapist.TryPlain(kPropose);
  CHECK(plain.exit_code == kExitOk);
  CHECK(Says(plain, "Mondays to Thursdays at 18:00"));
  CHECK(Says(plain, "The first open"));
  const Outcome meant = couple.therapist.TryPlain(With(kPropose, "--yes"));
  CHECK(meant.exit_code == kExitOk);
  const Json pause = couple.client.Do({"pause", "--until", "in 2 weeks"});
  CHECK(pause.at("signed").get<std::string>().find("back on") != std::string::npos);
}

TEST_CASE("a script accepts what was last shown, and nothing else", "[signing]") {
  Couple couple;
  couple.therapist.Do(kPropose);
  couple.client.Sync();
  const Outcome unseen = couple.client.TryPlain({"rhythm", "accept"});
  CHECK(unseen.exit_code == kExitUsage);
  CHECK(Says(unseen, "Mondays to Thursdays at 18:00"));
  // Shown by that; but another comes in between.
  couple.therapist.Do({"rhythm", "propose", "--weekly", "fri", "--at", "6:00"});
  couple.client.Sync();
  const Outcome other = couple.client.TryPlain({"rhythm", "accept", "--yes"});
  CHECK(other.exit_code == kExitUsage);
  CHECK(Says(other, "every Friday at 06:00"));
  CHECK(couple.client.Standing().at("rhythm").is_null());
  const Outcome seen = couple.client.TryPlain({"rhythm", "accept", "--yes"});
  INFO(Describe(seen));
  CHECK(seen.exit_code == kExitOk);
  CHECK(Says(seen, "You accepted a check-in every Friday at 06:00"));
}

TEST_CASE("what is refused was not said to be signed, and what was signed before it is",
          "[signing]") {
  Couple couple;
  const Outcome yesterday = couple.client.TryPlain({"pause", "--until", "yesterday"});
  CHECK(yesterday.exit_code == kExitUsage);
  CHECK(yesterday.out.empty());

  Person ended(couple.files() / "ended");
  ended.Join(couple.therapist.Invite());
  couple.therapist.Sync();
  const std::string bond = ended.Do({"status"}).at("bonds").at(0).at("id");
  const std::string open = couple.client.Do({"status"}).at("bonds").at(0).at("id");
  ended.Do({"end", "--yes"});
  couple.therapist.Sync();
  const Outcome both =
      couple.therapist.Try({"rhythm", "propose", "--bond", open, "--bond", bond, "--weekly", "tue",
                            "--at", "10:00", "--zone", "Etc/UTC"});
  INFO(Describe(both));
  CHECK(both.exit_code != kExitOk);
  CHECK(Json::parse(both.out).at("decisions").size() == 1);
  couple.client.Sync();
  CHECK_FALSE(couple.client.Standing().at("proposal").is_null());
}

TEST_CASE("hours hold for whoever joins later, and days away leave them as they are", "[signing]") {
  Couple couple;
  couple.therapist.Do({"availability", "set", "--hours", "mon-fri 9-17", "--reply-within", "1d",
                       "--zone", "Europe/Zurich"});
  Person later(couple.files() / "later");
  later.Join(couple.therapist.Invite());
  couple.therapist.Sync();
  couple.therapist.Sync();
  later.Sync();
  CHECK(later.Standing().at("availability").at("reply_within_minutes") == 8 * 60);

  couple.therapist.Do({"availability", "away", "add", "in 2 weeks to in 3 weeks"});
  couple.client.Sync();
  CHECK(couple.client.Standing().at("availability").at("away").size() == 1);
  CHECK(couple.client.Standing().at("availability").at("hours").size() == 5);
  // Setting hours anew keeps them, and says what is other.
  const Json again = couple.therapist.Do({"availability", "set", "--hours", "mon-thu 9-17",
                                          "--reply-within", "4h", "--zone", "Europe/Zurich"});
  const std::string words = again.at("signed");
  CHECK(words.find("Until now") != std::string::npos);
  CHECK(words.find("Asked now, it is due") != std::string::npos);
  couple.client.Sync();
  CHECK(couple.client.Standing().at("availability").at("away").size() == 1);
  couple.therapist.Do({"availability", "away", "remove", "in 2 weeks to in 3 weeks"});
  couple.client.Sync();
  CHECK(couple.client.Standing().at("availability").at("away").empty());
}

}  // namespace
}  // namespace holdfast::test
