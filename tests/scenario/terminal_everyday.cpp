// A therapist's ten minutes, and the small ways in which a command line helps.
#include <sys/stat.h>

#include "at_terminal.h"
#include "crypto/public/code_lines.h"
#include "support/catch.h"

namespace holdfast::test {
namespace {

std::string IdOf(const Json& written) { return written.at("message").at("id"); }

bool Says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("what waits is read and answered one after the other, with one passphrase",
          "[everyday]") {
  Couple couple;
  const std::string first = IdOf(couple.client.CheckIn("please answer"));
  const std::string second = IdOf(couple.client.Do({"send", "--text", "just so you know"}));
  couple.therapist.Sync();
  const Json peek = couple.therapist.Do({"next"});
  CHECK(peek.at("next").at("id") == first);
  CHECK(peek.at("left") == 1);

  TerminalProcess terminal(AskingAtTerminal(couple.therapist, {"next"}));
  REQUIRE(terminal.Shows("Passphrase"));
  REQUIRE(terminal.Type(kPassphrase + "\n"));
  REQUIRE(terminal.Shows("1 of 2"));
  REQUIRE(terminal.Shows("│ please answer"));
  REQUIRE(Answers(terminal, "r replies", "x\r"));
  REQUIRE(terminal.Shows("one of the letters r, w and q"));
  REQUIRE(Answers(terminal, "r replies", "r\r"));
  REQUIRE(Answers(terminal, "Ctrl-D", "here I am\x04"));
  REQUIRE(Answers(terminal, "Enter sends it", "\r"));
  REQUIRE(terminal.Shows("2 of 2"));
  REQUIRE(Answers(terminal, "w says that you read it and were here", "w\r"));
  REQUIRE(terminal.Shows("is told that you read it and were with them"));
  CHECK(terminal.Wait() == kExitOk);

  CHECK(couple.therapist.Do({"next"}).at("next").is_null());
  couple.client.Sync();
  const Json inbox = couple.client.Inbox();
  CHECK(TextsFrom(inbox, "therapist") == std::vector<std::string>{"here I am"});
  for (const Json& message : inbox) {
    if (message.at("id") == second) CHECK(message.at("state") == "opened");
    CHECK(message.at("witnessed_at").is_string() == (message.at("id") == second));
  }
  CHECK(Says(couple.client.TryPlain({"show", second}).out, "read this and was with you, today"));
  CHECK(Says(couple.client.TryPlain({"status"}).out, "and was with you"));
}

TEST_CASE("what landed badly can be answered, and says that it was closed", "[everyday]") {
  Couple couple;
  const std::string marked = IdOf(couple.therapist.Do({"send", "--text", "see you"}));
  CHECK(couple.therapist.Try({"reply", marked, "--text", "x"}).exit_code == kExitUsage);
  couple.client.Sync();
  // It goes along with the receipt that says that the message was opened.
  couple.client.Do({"landed", marked, "--text", "it hurt"});
  couple.client.Do({"show", marked});
  couple.therapist.Sync();
  CHECK(couple.therapist.Do({"next"}).at("next").at("id") == marked);
  const std::string sorry = IdOf(couple.therapist.Do({"reply", marked, "--text", "I am sorry"}));
  couple.client.Sync();
  CHECK(TextsFrom(couple.client.Inbox(), "therapist") ==
        std::vector<std::string>{"see you", "I am sorry"});
  couple.client.Do({"landed", marked, "--close"});
  couple.client.Do({"show", sorry});
  couple.therapist.Sync();
  CHECK(Says(couple.therapist.TryPlain({"show", marked}).out, "closed it today"));
  CHECK(Says(couple.therapist.TryPlain({"inbox"}).out, "closed it today"));
}

TEST_CASE("a reply can be moved where it is read, and its id says whose it is", "[everyday]") {
  Couple couple;
  Person second(couple.files() / "second");
  second.Join(couple.therapist.Invite());
  couple.therapist.Sync();
  couple.therapist.Do({"availability", "set", "--zone", "Etc/UTC", "--hours", "mon-sun 0:00-24:00",
                       "--reply-within", "8h"});
  couple.client.Sync();
  const std::string message = IdOf(couple.client.CheckIn("please answer"));
  couple.therapist.Sync();
  couple.therapist.Do({"ahead", "--if-missed", message, "--text", "should I be late"});
  couple.therapist.Do({"ahead", "--if-missed", "--text", "should I be late", "--bond",
                       couple.client.Inbox()[0]["bond"]});
  TerminalProcess terminal(AtTerminal(couple.therapist, {"next"}));
  REQUIRE(Answers(terminal, "m moves the reply", "m\r"));
  REQUIRE(Answers(terminal, "When will the reply come", "tomorrow 23:59\r"));
  REQUIRE(terminal.Shows("is moved to"));
  REQUIRE(Answers(terminal, "Sign it? y/n", "y\r"));
  CHECK(terminal.Shows("You moved a reply"));
  CHECK(terminal.Wait() == kExitOk);
  couple.client.Sync();
  CHECK(Says(couple.client.TryPlain({"promise"}).out, "moved from"));
}

TEST_CASE("one line says what waits, and reading the list can count as opening", "[everyday]") {
  Couple couple;
  const std::string message = IdOf(couple.client.CheckIn("please answer"));
  const Json brief = couple.therapist.Do({"status", "--brief"});
  CHECK(brief.at("summary").at("owed") == 1);
  CHECK(brief.at("summary").at("unread") == 1);
  CHECK(couple.therapist.TryPlain({"status", "--brief"}).out ==
        "1 reply owed; 1 not opened yet.\n");
  const Json read = couple.therapist.Do({"inbox", "--read"});
  CHECK(read.at("opened") == 1);
  CHECK(read.at("more") == false);
  CHECK(couple.therapist.Do({"inbox", "--read"}).at("opened") == 0);
  couple.client.Sync();
  CHECK(MessageWith(couple.client.Inbox(), "please answer").at("state") == "opened");
}

TEST_CASE("people are called as one likes, and found in any case", "[everyday]") {
  Couple couple;
  CHECK(couple.therapist.Do({"rename", "Anna B."}).at("bond").at("label") == "Anna B.");
  couple.therapist.Do({"send", "--bond", "anna", "--text", "hello"});
  const Outcome nobody = couple.therapist.TryPlain({"send", "--bond", "Ben", "--text", "hello"});
  CHECK(nobody.exit_code == kExitUsage);
  CHECK(Says(nobody.err, "Anna B."));
  CHECK(couple.therapist.Try({"invite", "--label", "ANNA b."}).exit_code == kExitUsage);
  couple.client.Do({"rename", "Dr. Kim"});
  CHECK(Says(couple.client.TryPlain({"status"}).out, "Dr. Kim"));
}

TEST_CASE("a command that is none is guessed, and each has help", "[everyday]") {
  Couple couple;
  const auto refused = [&](std::vector<std::string> arguments, const std::string& words) {
    const Outcome outcome = couple.client.TryPlain(std::move(arguments));
    INFO(Describe(outcome));
    CHECK(outcome.exit_code == kExitUsage);
    CHECK(Says(outcome.err, words));
  };
  refused({"statuss"}, "Did you mean \"status\"?");
  refused({"rhythm", "acept"}, "Did you mean \"accept\"?");
  refused({"rhythm", "blah", "--help"}, "there is no command \"blah\"");
  refused({"promise", "move"}, "See \"holdfast help promise move\"");
  refused({"show"}, "See \"holdfast help show\"");
  refused({"rhythm", "propose", "--never"}, "See \"holdfast help rhythm propose\"");
  refused({"help", "statuss"}, "Did you mean \"status\"?");
  const Outcome help = couple.client.TryPlain({"help", "rhythm", "propose"});
  CHECK(help.exit_code == kExitOk);
  CHECK(Says(help.out, "--weekly"));
  CHECK(Says(couple.client.Do({"help"}).at("help"), "checkin"));
  CHECK(Says(couple.client.TryPlain({"version"}).out, "holdfast "));
  // A value is no command.
  CHECK(couple.client.Try({"ahead", "--if-missed", "1b45", "--text", "x"}).exit_code == kExitUsage);
  TerminalProcess narrow(AtTerminal(couple.client, {"help"}), 24, 40);
  REQUIRE(narrow.Wait() == kExitOk);
  narrow.Shows("emergency");
  std::size_t columns = 0;
  for (const char c : narrow.shown()) {
    columns = c == '\n' ? 0 : columns + (c == '\r' ? 0 : 1);
    REQUIRE(columns <= 40);
  }
}

TEST_CASE("who is alone is told so", "[everyday]") {
  Couple couple;
  Person alone(couple.files() / "alone");
  const std::string code = couple.practice.EnrolmentCode();
  alone.Enroll(code);
  alone.Do({"status"});
  CHECK(Says(alone.TryPlain({"rhythm"}).out, "Nobody is here yet"));
  CHECK(Says(alone.TryPlain({"availability"}).out, "Nobody is here yet"));
  const Outcome again = alone.TryPlain({"enroll", "--code-file", "-"}, code);
  CHECK(Says(again.err, "--profile second enroll"));
  Person wrong(couple.files() / "wrong");
  const Outcome none = wrong.TryPlain({"join", "--invitation-file", "-"}, "hello");
  CHECK(Says(none.err, "this is not an invitation, which begins with HFI-"));
}

TEST_CASE("a code on a command line is refused, and not repeated", "[everyday]") {
  Couple couple;
  const auto refused = [&](const std::vector<std::string>& arguments, const std::string& instead) {
    const Outcome outcome = couple.client.TryPlain(arguments);
    INFO(Describe(outcome));
    CHECK(outcome.exit_code == kExitUsage);
    CHECK(Says(outcome.err, "does not belong on a command line"));
    CHECK(Says(outcome.err, instead));
    CHECK_FALSE(Says(outcome.err + outcome.out, "2345"));
  };
  refused({"enroll", "HFE-2345-6789"}, "--code-file");
  refused({"join", "HFI-2345", "2345", "6789"}, "--invitation-file");
  refused({"join", "2345", "6789"}, "--invitation-file");
  refused({"join", "--invitation-file", "hfi-2345-6789"}, "--invitation-file");
  refused({"join", "--invitation-file=hfi-2345-6789"}, "--invitation-file");
  refused({"HFE-2345-6789"}, "--code-file");
  const Outcome file = couple.client.TryPlain({"join", "--invitation-file", "./none.txt"});
  CHECK_FALSE(Says(file.err, "command line"));
}

TEST_CASE("an invitation can be a picture in a file of one's own", "[everyday]") {
  Couple couple;
  const std::string file = (couple.files() / "invitation.svg").string();
  const Json invited = couple.therapist.Do({"invite", "--label", "Ben", "--qr", file});
  CHECK(invited.at("qr") == file);
  CHECK(invited.at("sheet").is_null());
  CHECK(ReadFile(file).starts_with("<svg "));
  TerminalProcess narrow(AtTerminal(couple.therapist, {"invite"}), 24, 40);
  CHECK(narrow.Shows("too narrow"));
  CHECK(narrow.Wait() == kExitOk);
  struct stat about = {};
  REQUIRE(stat(file.c_str(), &about) == 0);
  CHECK((about.st_mode & 0777) == 0600);
  const std::size_t open = couple.therapist.Do({"status"}).at("invitations").size();
  CHECK(couple.therapist.Try({"invite", "--qr", file}).exit_code == kExitUsage);
  const Outcome other =
      couple.therapist.TryPlain({"invite", "--qr", (couple.files() / "invitation.gif").string()});
  CHECK(other.exit_code == kExitUsage);
  CHECK(Says(other.err, "ends in .svg"));
  CHECK(couple.therapist.Do({"status"}).at("invitations").size() == open);
}

TEST_CASE("an invitation can be a page to print", "[everyday]") {
  Couple couple;
  const std::string file = (couple.files() / "invitation.html").string();
  const Json made = couple.therapist.Do({"invite", "--label", "Ben", "--sheet", file});
  const std::string page = ReadFile(file);
  CHECK(Says(page, crypto::NumberedCodeLines(std::string(made.at("invitation")))));
  CHECK(Says(page, couple.practice.address()));
  CHECK(Says(page, " 20"));  // the year of its last day
  struct stat about = {};
  REQUIRE(stat(file.c_str(), &about) == 0);
  CHECK((about.st_mode & 0777) == 0600);
  CHECK(made.at("sheet") == file);
  const std::string second = (couple.files() / "second.html").string();
  const std::string said = couple.therapist.TryPlain({"invite", "--sheet", second}).out;
  CHECK(Says(said, "second.html"));
  CHECK(Says(said, "like a key"));
  CHECK(couple.therapist.Try({"invite", "--sheet", file}).exit_code == kExitUsage);
  CHECK(ReadFile(file) == page);
}

TEST_CASE("a ledger goes to standard output, and replaces no file unasked", "[everyday]") {
  Couple couple;
  const Outcome out = couple.client.TryPlain({"ledger", "export", "-"});
  CHECK(out.exit_code == kExitOk);
  CHECK(Json::parse(out.out).at("format") == "holdfast-ledger-1");
  const std::filesystem::path file = couple.files() / "ledger.json";
  WriteFile(file, "mine");
  TerminalProcess terminal(AtTerminal(couple.client, {"ledger", "export", file.string()}));
  REQUIRE(Answers(terminal, "y replaces it", "\r"));
  CHECK(terminal.Wait() == kExitDevice);
  CHECK(ReadFile(file) == "mine");
}

}  // namespace
}  // namespace holdfast::test
