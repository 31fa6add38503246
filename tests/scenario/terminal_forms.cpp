// Forms as people fill them in: forwards and back, with what must not wait first.
#include <algorithm>
#include <csignal>

#include "at_terminal.h"
#include "support/catch.h"

namespace holdfast::test {
namespace {

const std::string kPhq9 = R"({"phq9-1": "Several days", "phq9-9": "Several days"})";

bool Mentions(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("a form is answered forwards and back, and shown once more before it is sent",
          "[forms]") {
  Couple couple;
  TerminalProcess terminal(AtTerminal(couple.client, {"checkin", "phq-2"}));
  REQUIRE(terminal.Shows("Over the last 2 weeks"));
  REQUIRE(Answers(terminal, "1 of 2: Little interest", "1\r"));
  REQUIRE(Answers(terminal, "2 of 2: Feeling down", "b\r"));
  REQUIRE(Answers(terminal, "Not at all; 0 leaves it out", "nearly\r"));
  REQUIRE(Answers(terminal, "2 of 2: Feeling down", "2\r"));
  REQUIRE(Answers(terminal, "own words", "\r"));
  REQUIRE(Answers(terminal, "What would you like", "\r"));
  REQUIRE(terminal.Shows("Nearly every day"));
  REQUIRE(Answers(terminal, kQuestion, "\r"));
  CHECK(terminal.Wait() == kExitOk);
  CHECK_FALSE(Mentions(terminal.shown(), "total"));
  couple.therapist.Sync();
  const Json message = couple.therapist.Inbox().back();
  CHECK(message.at("answers") == Json{{"phq2-1", "LA6571-9"}, {"phq2-2", "LA6569-3"}});
  CHECK(message.at("form").at("canonical") == "urn:holdfast:form:phq-2|1");
  const Outcome shown = couple.therapist.TryPlain({"show", message.at("id")});
  CHECK(Mentions(shown.out, "PHQ-2 total: 4 (of 0 to 6)"));
  // It asks about two weeks, so it is not asked again before they are over.
  const Outcome again =
      couple.client.Try({"checkin", "phq-2", "--answers", "-", "--need", "none"}, "{}");
  CHECK(again.exit_code == kExitUsage);
  CHECK(Mentions(again.err, "it comes again"));
}

TEST_CASE("who is not safe is shown what to do at once, before anything is sent", "[forms]") {
  Couple couple;
  TerminalProcess terminal(AtTerminal(couple.client, {"checkin"}));
  for (int i = 0; i < 8; ++i) {
    REQUIRE(terminal.Shows(kReady));
    REQUIRE(terminal.Type("\r"));
  }
  REQUIRE(Answers(terminal, "are you safe", "2\r"));
  REQUIRE(terminal.Shows("What you can do now"));
  REQUIRE(terminal.Shows("call the emergency"));
  REQUIRE(terminal.Shows(kReady));
  // The window is closed there: nothing was sent, and nothing is lost.
  terminal.HangUp();
  CHECK(terminal.Wait().has_value());
  couple.therapist.Sync();
  CHECK(couple.therapist.Inbox().empty());
  CHECK(couple.client.Do({"drafts"}).at("drafts").at(0).at("answers") ==
        Json{{"safe-now", "not-safe"}});
}

TEST_CASE("a check-in that says so stands first everywhere until a person has seen it", "[forms]") {
  Couple couple;
  const Json sent =
      couple.client.Do({"checkin", "phq-9", "--answers", "-", "--need", "none"}, kPhq9);
  CHECK(sent.at("what_to_do").size() >= 3);
  const std::string id = sent.at("message").at("id");
  couple.therapist.Sync();
  CHECK(couple.therapist.Do({"status", "--brief"}).at("summary").at("not_safe") == 1);
  CHECK(couple.therapist.Do({"status"}).at("not_safe").at(0).at("id") == id);
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"status"}, {"status", "--brief"}, {"inbox"}}) {
    INFO(command.front());
    CHECK(couple.therapist.TryPlain(command).out.starts_with("ATTENTION: "));
  }
  // That a device has shown it is not enough.
  couple.therapist.Do({"show", id});
  CHECK(couple.therapist.Do({"inbox"}).at("not_safe").at(0).at("id") == id);
  CHECK(couple.therapist.Do({"next"}).at("next").at("id") == id);
  couple.therapist.Do({"seen", id});
  CHECK(couple.therapist.Do({"status"}).at("not_safe").empty());
  CHECK(couple.therapist.Inbox().at(0).at("seen_at").is_string());
  CHECK(couple.client.Try({"seen", id}).exit_code == kExitUsage);
}

TEST_CASE("next begins with whoever is not safe, and takes down that it was seen", "[forms]") {
  Couple couple;
  couple.client.CheckIn("please answer");
  couple.client.Do({"checkin", "--answers", "-", "--need", "none"}, R"({"safe-now": "not-safe"})");
  couple.therapist.Sync();
  TerminalProcess terminal(AtTerminal(couple.therapist, {"next"}));
  REQUIRE(terminal.Shows("1 of 2"));
  REQUIRE(terminal.Shows("I am not safe"));
  REQUIRE(Answers(terminal, "s says that you have seen it", "s\r"));
  REQUIRE(terminal.Shows("2 of 2"));
  REQUIRE(Answers(terminal, "please answer", "q\r"));
  CHECK(terminal.Wait() == kExitOk);
  CHECK(couple.therapist.Do({"status"}).at("not_safe").empty());
}

TEST_CASE("what does not fit a form is refused, and nothing is sent by half", "[forms]") {
  Couple couple;
  const std::string long_text(70'000, 'x');
  for (const std::string& answers :
       {std::string(R"({"phq9-1": 1})"), std::string(R"({"phq9-1": "Often"})"),
        std::string(R"({"phq9-77": "Several days"})"), std::string(R"({"phq9-1": ["x"]})"),
        std::string(R"({"phq9-1": "Several days", "phq9-1": "Not at all"})"),
        "{\"phq9-1\": \"" + long_text + "\"}"}) {
    const Outcome refused =
        couple.client.Try({"checkin", "phq-9", "--answers", "-", "--need", "none"}, answers);
    INFO(answers.substr(0, 60) << "\n" << Describe(refused));
    CHECK(refused.exit_code == kExitUsage);
    CHECK(Mentions(refused.err, "--answers"));
  }
  couple.therapist.Sync();
  CHECK(couple.therapist.Inbox().empty());
}

TEST_CASE("questions fit 60 columns, and read without colour or Unicode", "[forms]") {
  Couple couple;
  Command command = AtTerminal(couple.client, {"checkin", "phq-9"});
  command.environment["LC_ALL"] = "C";
  command.environment["TERM"] = "dumb";
  TerminalProcess terminal(command, 24, 60);
  REQUIRE(terminal.Shows("1 of 10: Little interest"));
  REQUIRE(terminal.Shows("4 Nearly every day"));
  const std::string shown = terminal.shown();
  for (std::size_t begin = 0; begin < shown.size();) {
    const std::size_t end = std::min(shown.find('\n', begin), shown.size());
    const std::string line = shown.substr(begin, end - begin);
    INFO(line);
    CHECK(line.size() <= 61);  // with the carriage return
    begin = end + 1;
  }
}

// The therapist's own form: one question hangs on the other.
const std::string kSleep = R"({"resourceType": "Questionnaire", "id": "sleep", "status": "active",
  "url": "urn:test:sleep", "version": "1", "title": "Sleep",
  "item": [{"linkId": "badly", "text": "Did you sleep badly?", "type": "boolean"},
           {"linkId": "hours", "text": "How many hours?", "type": "integer",
            "enableWhen": [{"question": "badly", "operator": "=", "answerBoolean": true}]},
           {"linkId": "words", "text": "What kept you awake?", "type": "text"}]})";

TEST_CASE("a form that a therapist brings in and assigns is offered, answered and due again later",
          "[forms]") {
  Couple couple;
  couple.therapist.Do({"forms", "import", "-"}, kSleep);
  const Outcome often = couple.therapist.Try({"forms", "assign", "phq-9", "--every", "1w"});
  CHECK(often.exit_code == kExitUsage);
  CHECK(Mentions(often.err, "past 2 weeks"));
  couple.therapist.Do({"forms", "assign", "sleep", "--every", "2w"});
  couple.client.Sync();
  CHECK(couple.client.Do({"forms"}).at("asked").at(0).at("name") == "sleep");
  CHECK(Mentions(couple.client.TryPlain({"inbox"}).out, "holdfast checkin sleep"));

  TerminalProcess terminal(AtTerminal(couple.client, {"checkin"}));
  REQUIRE(Answers(terminal, "2 Sleep, which your therapist asks for every 2 weeks", "2\r"));
  REQUIRE(Answers(terminal, "1 of 2: Did you sleep badly?", "yes\r"));
  REQUIRE(Answers(terminal, "2 of 3: How many hours?", "b\r"));
  REQUIRE(Answers(terminal, "1 of 3: Did you sleep badly?", "\r"));
  REQUIRE(Answers(terminal, "2 of 3: How many hours?", "many\r"));
  REQUIRE(Answers(terminal, "Please answer with a whole number", "0\r"));
  REQUIRE(Answers(terminal, "3 of 3: What kept you awake?", "back pain\r"));
  REQUIRE(Answers(terminal, "own words", "\r"));
  REQUIRE(Answers(terminal, "What would you like", "\r"));
  REQUIRE(terminal.Shows("back pain"));
  REQUIRE(Answers(terminal, kQuestion, "\r"));
  CHECK(terminal.Wait() == kExitOk);
  couple.therapist.Sync();
  const Json message = couple.therapist.Inbox().back();
  CHECK(message.at("answers") == Json{{"badly", "true"}, {"hours", 0}, {"words", "back pain"}});
  CHECK(Mentions(couple.therapist.TryPlain({"show", message.at("id")}).out, "How many hours?"));

  // It is not due again, so nothing is asked but the weekly form.
  TerminalProcess next(AtTerminal(couple.client, {"checkin"}));
  REQUIRE(Asks(next, "1 of 9: There were moments"));
  CHECK_FALSE(Mentions(next.shown(), "Which form?"));
  next.Signal(SIGINT);
  next.Wait();
  couple.therapist.Do({"forms", "unassign", "sleep"});
  couple.client.Sync();
  CHECK(couple.client.Do({"forms"}).at("asked").empty());
  // The same version with other words would change what was answered.
  std::string other = kSleep;
  other.replace(other.find("badly?"), 6, "well?");
  const Outcome refused = couple.therapist.Try({"forms", "import", "-"}, other);
  CHECK(refused.exit_code == kExitUsage);
  CHECK(Mentions(refused.err, "another version"));
  CHECK(couple.therapist.Try({"forms", "import", "-"}, "{\"resourceType\": 1}").exit_code ==
        kExitUsage);
}

}  // namespace
}  // namespace holdfast::test
