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

// As one line, without what steers a terminal.
std::string Unwrapped(const std::string& shown) {
  std::string text;
  for (const char c : shown) {
    if (c == '\r') continue;
    text += c == '\n' ? ' ' : c;
  }
  return text;
}

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
  CHECK(propose("n") == kExitDevice);
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

TEST_CASE("what was typed before it was asked signs nothing", "[signing]") {
  Couple couple;
  for (const std::string ahead : {"y\r", "y"}) {
    TerminalProcess terminal(AtTerminal(couple.therapist, kPropose));
    REQUIRE(terminal.Type(ahead));
    REQUIRE(Asks(terminal, kSignIt));
    CHECK_FALSE(terminal.Wait(std::chrono::milliseconds(500)).has_value());
    REQUIRE(terminal.Type("\r"));
    CHECK(terminal.Wait() == kExitDevice);
  }
  couple.client.Sync();
  CHECK(couple.client.Standing().at("proposal").is_null());
}

TEST_CASE("a person who chooses not to is not told that it was wrong", "[signing]") {
  Couple couple;
  const auto answered = [&](const std::vector<std::string>& command, const std::string& question,
                            const std::string& keys) {
    TerminalProcess terminal(AtTerminal(couple.client, command));
    REQUIRE(Answers(terminal, question, keys));
    CHECK(terminal.Shows("nothing was signed; all is as it was."));
    CHECK(terminal.Wait() == kExitDevice);
  };
  for (const std::string no : {"n\r", "\r", "\x04"}) {
    answered({"pause", "--until", "in 2 weeks"}, kSignIt, no);
    answered({"end"}, "write \"end\"", no);
  }
  TerminalProcess terminal(AtTerminal(couple.client, {"end"}));
  REQUIRE(Answers(terminal, "write \"end\"", "yes\r"));
  REQUIRE(Answers(terminal, "Only the word \"end\"", "y\r"));
  CHECK(terminal.Shows("nothing was signed"));
  CHECK(terminal.Wait() == kExitDevice);
  TerminalProcess ends(AtTerminal(couple.client, {"end"}));
  REQUIRE(Answers(ends, "write \"end\"", "yes\r"));
  REQUIRE(Answers(ends, "Only the word \"end\"", "END\r"));
  CHECK(ends.Wait() == kExitOk);
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
  CHECK(Says(unseen, "was not shown here yet"));
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

TEST_CASE("what is refused was not said to be signed, and refused for one it is for all",
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
  CHECK(both.exit_code == kExitRefused);
  CHECK(ReasonIn(both) == "bond_ended");
  CHECK(both.out.empty());
  couple.client.Sync();
  CHECK(couple.client.Standing().at("proposal").is_null());
}

TEST_CASE("what would be refused is refused before it is shown or asked", "[signing]") {
  Couple couple;
  Person ended(couple.files() / "ended");
  ended.Join(couple.therapist.Invite());
  ended.Do({"end", "--yes"});
  couple.therapist.Sync();
  const std::string over = ended.Do({"status"}).at("bonds").at(0).at("id");
  couple.client.CheckIn("nobody is asked by when", "witness");
  couple.therapist.Sync();
  const std::string id = couple.therapist.Inbox().back().at("id");
  const std::string note = couple.therapist
                               .Do({"ahead", "--at", "in 2 days 9:00", "--bond",
                                    couple.client.Do({"status"}).at("bonds").at(0).at("id"),
                                    "--text", "taken back once"})
                               .at("message")
                               .at("id");
  couple.therapist.Do({"ahead", "withdraw", note});

  struct Refused {
    const Person& person;
    std::vector<std::string> command;
    std::string words;
  };
  const std::vector<Refused> all = {
      {couple.client, kPropose, "for the therapist to decide"},
      {couple.therapist, {"rhythm", "accept", "--bond", over}, "no rhythm is proposed"},
      {couple.therapist, With(With(kPropose, "--bond"), over), "has ended"},
      {couple.client, {"rhythm", "end"}, "no rhythm to end"},
      {ended, {"pause", "--until", "in 2 weeks"}, "has ended"},
      {couple.client, {"pause", "--until", "yesterday"}, "must be a day ahead"},
      {couple.therapist, {"promise", "move", id, "--to", "tomorrow 9:00"}, "no reply is promised"},
      {ended, {"end"}, "has ended"},
      {ended, {"ahead", "--at", "tomorrow 9:00", "--text", "too late"}, "has ended"},
      {ended, {"ahead", "--at", "tomorrow 9:00"}, "has ended"},
      {ended, {"send"}, "has ended"},
      {ended, {"checkin"}, "has ended"},
      {couple.client, {"ahead", "--at", "yesterday 9:00", "--text", "late"}, "has passed"},
      {couple.client, {"ahead", "--if-missed", "--text", "not mine"}, "only a therapist"},
      {couple.therapist, {"ahead", "withdraw", note}, "withdrawn already"},
  };
  for (const Refused& refused : all) {
    TerminalProcess terminal(AtTerminal(refused.person, refused.command));
    const auto end = terminal.Wait();
    INFO(terminal.shown());
    CHECK(end.has_value());
    CHECK(end != kExitOk);
    CHECK(terminal.shown().starts_with("holdfast: "));
    CHECK(terminal.shown().find(kReady) == std::string::npos);  // nothing was asked
    CHECK(Unwrapped(terminal.shown()).find(refused.words) != std::string::npos);
  }
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

TEST_CASE("a yes to what has changed meanwhile signs nothing", "[signing]") {
  Couple couple;
  couple.therapist.Do(kPropose);
  couple.client.Do({"status"});
  TerminalProcess end(AtTerminal(couple.client, {"rhythm", "end"}));
  CHECK(end.Shows("You say no to a check-in"));
  REQUIRE(Asks(end, kSignIt));
  couple.client.Do({"rhythm", "accept"});
  REQUIRE(end.Type("y\r"));
  CHECK(end.Shows("changed meanwhile"));
  CHECK(end.Shows("The check-ins"));
  REQUIRE(Answers(end, kSignIt, "n\r"));
  CHECK(end.Wait() == kExitDevice);
  CHECK_FALSE(couple.client.Standing().at("rhythm").is_null());

  TerminalProcess all(AtTerminal(couple.therapist, With(kPropose, "--all")));
  REQUIRE(Asks(all, kSignIt));
  Person second(couple.files() / "second");
  second.Join(couple.therapist.Invite());
  couple.therapist.Sync();
  REQUIRE(all.Type("y\r"));
  CHECK(all.Shows("changed meanwhile"));
  REQUIRE(Answers(all, kSignIt, "y\r"));
  CHECK(all.Wait() == kExitOk);
  INFO(all.shown());
  second.Sync();
  CHECK_FALSE(second.Standing().at("proposal").is_null());
}

TEST_CASE("what changes at each yes is refused in the end", "[signing]") {
  Couple couple;
  couple.therapist.Do(kPropose);
  couple.client.Sync();
  TerminalProcess end(AtTerminal(couple.client, {"rhythm", "end"}));
  for (const std::string at : {"6:00", "7:00", "8:00"}) {
    REQUIRE(Asks(end, kSignIt));
    couple.therapist.Do({"rhythm", "propose", "--weekly", "fri", "--at", at});
    couple.client.Sync();
    REQUIRE(end.Type("y\r"));
  }
  CHECK(end.Shows("changed each time"));
  CHECK(end.Wait() == kExitUsage);
  CHECK_FALSE(couple.client.Standing().at("proposal").is_null());
}

TEST_CASE("a reply that is moved twice is moved from where the first move put it", "[signing]") {
  Couple couple;
  couple.therapist.Do({"availability", "set", "--zone", "Etc/UTC", "--hours", "mon-sun 0:00-24:00",
                       "--reply-within", "8h"});
  couple.client.Sync();
  const std::string id = couple.client.CheckIn("please answer").at("message").at("id");
  couple.therapist.Sync();
  couple.practice.Stop();
  const auto move = [&](const std::string& to) -> std::string {
    return couple.therapist.Do({"promise", "move", id, "--to", to}).at("signed");
  };
  const std::string first = move("in 2 days 9:00");
  const std::string second = move("in 3 days 9:00");
  const std::size_t from = first.find("is moved to ") + std::string("is moved to ").size();
  const std::string there = first.substr(from, first.find(", and ", from) - from);
  INFO(first << "\n" << second);
  CHECK(second.find("due " + there + ", is moved") != std::string::npos);
}

TEST_CASE("what is not proposed to whoever joins later is not said to be ended", "[signing]") {
  Couple couple;
  const std::vector<std::string> end = {"rhythm", "end", "--later"};
  CHECK(Says(couple.therapist.TryPlain(end), "Nothing was proposed to whoever joins later"));
  couple.therapist.Do(With(kPropose, "--later"));
  CHECK(Says(couple.therapist.TryPlain(end), "Nothing is proposed any more"));
}

}  // namespace
}  // namespace holdfast::test
