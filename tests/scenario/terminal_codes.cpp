// A code typed off paper, line by line.
#include "at_terminal.h"
#include "crypto/public/code_lines.h"
#include "support/catch.h"

namespace holdfast::test {
namespace {

TEST_CASE("an invitation is typed line by line, and a wrong line alone again", "[codes]") {
  Couple couple;
  Person second(couple.files() / "second");
  const std::vector<std::string> lines = crypto::CodeLines(couple.therapist.Invite());
  const std::string count = std::to_string(lines.size());
  TerminalProcess terminal(AtTerminal(second, {"join"}));
  REQUIRE(Answers(terminal, "Invitation (HFI-…): ", "hello\r"));
  REQUIRE(terminal.Shows("This is not an invitation, which begins with HFI-."));
  REQUIRE(Answers(terminal, "Invitation (HFI-…): ", lines[0] + "\r"));
  std::string wrong = lines[1];
  wrong[0] = wrong[0] == 'Z' ? 'Y' : 'Z';
  REQUIRE(Answers(terminal, "Line 2 of " + count, wrong + "\r"));
  REQUIRE(terminal.Shows("Line 2 does not fit. Compare it with the original"));
  REQUIRE(Answers(terminal, "Line 2 of " + count, lines[3] + "\r"));
  REQUIRE(terminal.Shows("Line 2 is missing: line 4 stands in its place."));
  for (std::size_t i = 1; i < lines.size(); ++i) {
    std::string typed = lines[i];
    if (i % 2 == 0) std::erase(typed, '-');
    REQUIRE(Answers(terminal, "Line " + std::to_string(i + 1) + " of " + count, typed + "\r"));
  }
  CHECK(terminal.Shows("You have joined."));
  REQUIRE(terminal.Shows("1  HFR-"));
  // It is asked back at once, and a wrong line of it alone again.
  const std::string shown = terminal.shown();
  std::vector<std::string> back;
  for (const std::string begin : {"1  HFR-", "2      "}) {
    const std::size_t at = shown.find(begin) + 7;
    back.push_back(shown.substr(at, shown.find_first_of("\r\n", at) - at));
  }
  back[0] = "HFR-" + back[0];
  std::string mistyped = back[0];
  mistyped[6] = mistyped[6] == 'Z' ? 'Y' : 'Z';
  REQUIRE(Answers(terminal, "Line 1 of it: ", mistyped + "\r"));
  REQUIRE(terminal.Shows("Line 1 does not fit."));
  REQUIRE(Answers(terminal, "Line 1 of it: ", back[0] + "\r"));
  REQUIRE(Answers(terminal, "Line 2 of 2: ", back[1] + "\r"));
  CHECK(terminal.Shows("That is right: with this you come back."));
  CHECK(terminal.Wait() == kExitOk);
}

TEST_CASE("an invitation is pasted whole, as it was printed", "[codes]") {
  Couple couple;
  Person second(couple.files() / "second");
  const std::string printed = couple.therapist.TryPlain({"invite"}).out;
  const std::size_t from = printed.find("\n\n") == std::string::npos ? 0 : printed.find("1  HFI-");
  const std::string lines = printed.substr(from, printed.find("\n\n", from) - from);
  TerminalProcess terminal(AtTerminal(second, {"join"}));
  REQUIRE(Answers(terminal, "Invitation (HFI-…): ", "\x1b[200~" + lines + "\x1b[201~\r"));
  CHECK(terminal.Shows("You have joined."));
  REQUIRE(Answers(terminal, "Line 1 of it: ", "\r"));
  CHECK(terminal.Wait() == kExitOk);
  Person third(couple.files() / "third");
  const Outcome again = third.TryPlain({"join"}, lines);
  INFO(Describe(again));
  CHECK(again.err.find("used already") != std::string::npos);
  std::string wrong = lines;
  char& one = wrong[wrong.size() - 2];
  one = one == 'Z' ? 'Y' : 'Z';
  const Outcome named = third.TryPlain({"join", "--invitation-file", "-"}, wrong);
  INFO(Describe(named));
  CHECK(named.exit_code == kExitUsage);
  CHECK(named.err.find("does not fit. Compare it with the original") != std::string::npos);
  const Outcome piped = third.TryPlain({"join"}, wrong);
  INFO(Describe(piped));
  CHECK(piped.exit_code == kExitUsage);
  CHECK(piped.err.find("does not fit. Compare it with the original") != std::string::npos);
}

TEST_CASE("a profile that belongs to an account says so before it asks for a code", "[codes]") {
  Couple couple;
  couple.client.Sync();  // whoever goes on has seen the recovery code
  for (Person* person : {&couple.client, &couple.therapist}) {
    const std::string command = person == &couple.client ? "join" : "enroll";
    TerminalProcess terminal(AtTerminal(*person, {command}));
    CHECK(terminal.Shows("already belongs to an account"));
    CHECK(terminal.Shows("holdfast --profile second " + command));
    CHECK(terminal.Wait() == kExitDevice);
    CHECK(terminal.shown().find("line by line") == std::string::npos);
  }
}

TEST_CASE("a profile whose recovery code was not seen goes on with the same invitation",
          "[codes]") {
  Couple couple;
  Person second(couple.files() / "second");
  const std::string invitation = couple.therapist.Invite();
  second.Join(invitation);
  TerminalProcess terminal(AtTerminal(second, {"join"}));
  REQUIRE(Answers(terminal, "Invitation (HFI-…): ", "\x1b[200~" + invitation + "\x1b[201~\r"));
  CHECK(terminal.Shows("1  HFR-"));
  REQUIRE(Answers(terminal, "Line 1 of it: ", "\r"));
  CHECK(terminal.Wait() == kExitOk);
}

TEST_CASE("an invitation is taken back once the person says yes", "[codes]") {
  Couple couple;
  couple.therapist.Do({"invite", "--label", "Kim"});
  const auto state = [&] {
    const Json listed = couple.therapist.Do({"invitations", "--all"}).at("invitations");
    REQUIRE(listed.size() == 1);
    return listed.at(0).at("state").get<std::string>();
  };
  TerminalProcess no(AtTerminal(couple.therapist, {"invitations", "withdraw", "kim"}));
  REQUIRE(no.Shows("This takes back the invitation for Kim"));
  REQUIRE(Answers(no, "Take it back? y/n", "n\r"));
  CHECK(no.Wait() == kExitDevice);
  CHECK(state() == "open");
  TerminalProcess yes(AtTerminal(couple.therapist, {"invitations", "withdraw", "kim"}));
  REQUIRE(Answers(yes, "Take it back? y/n", "y\r"));
  CHECK(yes.Shows("The invitation for Kim is taken back: nobody can join with it any more."));
  CHECK(yes.Wait() == kExitOk);
  CHECK(state() == "withdrawn");
}

}  // namespace
}  // namespace holdfast::test
