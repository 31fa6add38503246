// Nothing that is typed is lost, and nothing is sent that was not shown once more.
#include <csignal>

#include "at_terminal.h"
#include "support/catch.h"

namespace holdfast::test {
namespace {

std::string Pasted(const std::string& text) { return "\x1b[200~" + text + "\x1b[201~"; }

// "holdfast send", as far as the first word.
void AwaitText(TerminalProcess& terminal) {
  REQUIRE(terminal.Shows("Ctrl-D"));
  REQUIRE(terminal.Shows(kReady));
}

// "holdfast checkin", with every question left out.
void AwaitOwnWords(TerminalProcess& terminal) {
  for (int i = 0; i < 9; ++i) {
    REQUIRE(terminal.Shows(kReady));
    REQUIRE(terminal.Type("\r"));
  }
  AwaitText(terminal);
}

std::vector<std::string> Received(Couple& couple) {
  couple.therapist.Sync();
  return TextsFrom(couple.therapist.Inbox(), "client");
}

TEST_CASE("a paragraph of any length arrives whole", "[writing]") {
  Couple couple;
  TerminalProcess terminal(AtTerminal(couple.client, {"send"}));
  AwaitText(terminal);
  std::string text = "BEGIN ";
  for (int i = 0; i < 1000; ++i) text += "word ";
  text += "THE-END";
  REQUIRE(terminal.Type(text + "\r"));
  REQUIRE(terminal.Type("\x04"));
  REQUIRE(Answers(terminal, kQuestion, "\r"));
  CHECK(terminal.Wait() == kExitOk);
  CHECK(Received(couple) == std::vector{text});
}

TEST_CASE("a paste is text: it neither answers nor sends", "[writing]") {
  Couple couple;
  TerminalProcess terminal(AtTerminal(couple.client, {"checkin"}));
  AwaitOwnWords(terminal);
  REQUIRE(terminal.Type(Pasted("one\r\rtwo\r\r4\r\r\r\r")));
  CHECK_FALSE(terminal.Shows("What would you like", std::chrono::milliseconds(500)));
  REQUIRE(terminal.Type("\x04"));
  REQUIRE(Answers(terminal, "What would you like", "2\r"));
  REQUIRE(terminal.Shows("Your check-in to your therapist:"));
  CHECK(terminal.Shows("│ two"));
  CHECK(terminal.Shows("just read it"));
  REQUIRE(Asks(terminal, kQuestion));
  // Another paste, of a terminal that does not say that it is one.
  REQUIRE(terminal.Type("more\r\r\rand more\r"));
  REQUIRE(terminal.Shows("Enter alone"));
  CHECK(Received(couple).empty());
  REQUIRE(Answers(terminal, kQuestion, "\r"));
  CHECK(terminal.Wait() == kExitOk);
  CHECK(Received(couple) == std::vector<std::string>{"one\n\ntwo\n\n4"});
}

TEST_CASE("what is typed is edited, in every script", "[writing]") {
  Couple couple;
  TerminalProcess terminal(AtTerminal(couple.client, {"send"}));
  AwaitText(terminal);
  REQUIRE(terminal.Type("I fell bad\x1b[D\x1b[D\x1b[D\x1b[D\x7f\x1b[D\x1b[D"));
  REQUIRE(terminal.Type("e\x1b[F\r日本e\u0301x\x7f!"));
  REQUIRE(terminal.Type("\x04"));
  REQUIRE(Answers(terminal, kQuestion, "\r"));
  CHECK(terminal.Wait() == kExitOk);
  CHECK(Received(couple) == std::vector<std::string>{"I feel bad\n日本e\u0301!"});
}

TEST_CASE("whatever ends the writing, the words are a draft, and offered again", "[writing]") {
  Couple couple;
  for (const int signal : {SIGINT, SIGQUIT, SIGTERM, SIGHUP}) {
    TerminalProcess terminal(AtTerminal(couple.client, {"send"}));
    AwaitText(terminal);
    REQUIRE(terminal.Type("the words of a bad evening"));
    terminal.Signal(signal);
    INFO(signal << ": " << terminal.shown());
    CHECK(terminal.Wait() == 128 + signal);
    CHECK(terminal.Shows("kept as a draft"));
    CHECK(terminal.Echoes());
    const std::vector<std::string> texts = DraftTexts(couple.client);
    REQUIRE(texts == std::vector<std::string>{"the words of a bad evening"});
    TerminalProcess again(AtTerminal(couple.client, {"send"}));
    REQUIRE(Asks(again, "A draft waits here"));
    REQUIRE(again.Type("\r"));
    AwaitText(again);
    REQUIRE(again.Type("\x04"));
    REQUIRE(Asks(again, kQuestion));
    REQUIRE(again.Type("q\r"));
    CHECK(again.Wait() == kExitOk);
    CHECK(DraftTexts(couple.client).empty());
  }
  CHECK(Received(couple).empty());
}

TEST_CASE("a closed window keeps a check-in with all its answers", "[writing]") {
  Couple couple;
  TerminalProcess terminal(AtTerminal(couple.client, {"checkin"}));
  REQUIRE(terminal.Shows(kReady));
  REQUIRE(terminal.Type("3\r"));
  REQUIRE(terminal.Shows(kReady));
  terminal.HangUp();
  CHECK(terminal.Wait().has_value());
  const Json drafts = couple.client.Do({"drafts"}).at("drafts");
  REQUIRE(drafts.size() == 1);
  CHECK(drafts[0].at("kind") == "check-in");
  CHECK(drafts[0].at("answers") == Json{{"felt-safety", "somewhat"}});
  // The next one goes on with it.
  TerminalProcess again(AtTerminal(couple.client, {"checkin"}));
  REQUIRE(Asks(again, "A draft waits here"));
  REQUIRE(again.Type("\r"));
  REQUIRE(again.Shows("somewhat; 0 leaves it out"));
}

TEST_CASE("Ctrl-D ends the words of a check-in and loses none", "[writing]") {
  Couple couple;
  TerminalProcess terminal(AtTerminal(couple.client, {"checkin"}));
  AwaitOwnWords(terminal);
  REQUIRE(terminal.Type("first line\rsecond line\r\x04"));
  REQUIRE(Answers(terminal, "What would you like", "\r"));
  REQUIRE(Answers(terminal, kQuestion, "\r"));
  CHECK(terminal.Wait() == kExitOk);
  CHECK(Received(couple) == std::vector<std::string>{"first line\nsecond line"});
}

TEST_CASE("nothing is offered to be sent that cannot be", "[writing]") {
  Couple couple;
  TerminalProcess terminal(AtTerminal(couple.client, {"checkin"}));
  REQUIRE(Answers(terminal, "felt safe", "3\r"));
  REQUIRE(Answers(terminal, "worth caring for", "\x04"));
  REQUIRE(Answers(terminal, "What would you like", "\r"));
  REQUIRE(terminal.Shows("What comes of it: nothing is needed"));
  REQUIRE(Answers(terminal, kQuestion, "\r"));
  CHECK(terminal.Wait() == kExitOk);
  // Left out there as well: it is a draft.
  TerminalProcess left(AtTerminal(couple.client, {"checkin"}));
  // In the same week, only what is about right now is asked again.
  REQUIRE(Answers(left, "are you safe", "1\r"));
  REQUIRE(Answers(left, "own words", "\x04"));
  REQUIRE(Answers(left, "What would you like", "\x04"));
  REQUIRE(left.Shows("cannot be sent"));
  REQUIRE(Answers(left, "Enter keeps it as a draft", "\r"));
  CHECK(left.Wait() == kExitOk);
  CHECK(left.shown().find(kQuestion) == std::string::npos);
  CHECK(couple.client.Do({"drafts"}).at("drafts").size() == 1);
}

TEST_CASE("a check-in is answered in the words that it shows, and Enter leaves out the last",
          "[writing]") {
  Couple couple;
  TerminalProcess terminal(AtTerminal(couple.client, {"checkin"}));
  REQUIRE(Answers(terminal, "felt safe", "Very Much\r"));
  REQUIRE(Answers(terminal, "worth caring for", "quite\r"));
  REQUIRE(Answers(terminal, "what I needed", "much\r"));
  REQUIRE(terminal.Shows("or the words beside it"));
  for (int i = 0; i < 7; ++i) {
    REQUIRE(terminal.Shows(kReady));
    REQUIRE(terminal.Type("\r"));
  }
  REQUIRE(Answers(terminal, "own words", "\r"));
  REQUIRE(Answers(terminal, "What would you like", "reply\r"));
  REQUIRE(Answers(terminal, kQuestion, "\r"));
  CHECK(terminal.Wait() == kExitOk);
  couple.therapist.Sync();
  const Json message = couple.therapist.Inbox().back();
  CHECK(message.at("answers") ==
        Json{{"felt-safety", "very-much"}, {"worthy-of-care", "quite-a-bit"}});
  CHECK(message.at("need") == "reply");
}

TEST_CASE("Ctrl-Z and back goes on where it was", "[writing]") {
  Couple couple;
  Command shell = AtTerminal(couple.client, {});
  shell.program = "/bin/bash";
  shell.arguments = {"--norc", "--noprofile", "-i"};
  shell.environment["PS1"] = "ready> ";
  TerminalProcess terminal(shell);
  REQUIRE(terminal.Shows("ready> "));
  REQUIRE(terminal.Type(HOLDFAST " send\n"));
  AwaitText(terminal);
  REQUIRE(terminal.Type("before "));
  REQUIRE(terminal.Type("\x1a"));
  REQUIRE(terminal.Shows("Stopped"));
  REQUIRE(terminal.Type("fg\n"));
  REQUIRE(terminal.Shows("before "));
  REQUIRE(terminal.Type("and after\x04"));
  REQUIRE(Answers(terminal, kQuestion, "\r"));
  REQUIRE(terminal.Shows("stored at the practice"));
  CHECK(Received(couple) == std::vector<std::string>{"before and after"});
}

TEST_CASE("what is too long is said before it is sent, and kept", "[writing]") {
  Couple couple;
  TerminalProcess terminal(AtTerminal(couple.client, {"send"}));
  AwaitText(terminal);
  const std::string text(32769, 'x');
  REQUIRE(terminal.Type(Pasted(text)));
  REQUIRE(terminal.Type("\x04"));
  REQUIRE(terminal.Shows("too long by 1 bytes"));
  REQUIRE(Answers(terminal, "Enter keeps it", "\r"));
  CHECK(terminal.Wait() == kExitOk);
  CHECK(DraftTexts(couple.client) == std::vector{text});
}

// A command that keeps the vault to itself: it stands still, so it lets nobody in.
std::unique_ptr<Process> StillWatchOf(Couple& couple) {
  std::unique_ptr<Process> watch = couple.client.Start({"watch"});
  REQUIRE(Eventually([&] { return !watch->out().empty(); }));
  watch->Signal(SIGSTOP);
  return watch;
}

// Where it is said that something could not be sealed: what lies there. Then it goes.
std::string TakeLeftText(TerminalProcess& terminal) {
  REQUIRE(terminal.Shows("could not be sealed"));
  REQUIRE(terminal.Shows("message.txt"));
  CHECK(terminal.Wait().has_value());
  const std::size_t begin = terminal.shown().find("/dev/shm/holdfast-");
  REQUIRE(begin != std::string::npos);
  const std::filesystem::path folder =
      terminal.shown().substr(begin, std::string("/dev/shm/holdfast-XXXXXX").size());
  std::string text = ReadFile(folder / "message.txt");
  std::filesystem::remove_all(folder);
  return text;
}

TEST_CASE("other commands work while somebody types, and one that keeps the vault loses nothing",
          "[writing]") {
  Couple couple;
  TerminalProcess terminal(AtTerminal(couple.client, {"send"}));
  AwaitText(terminal);
  REQUIRE(terminal.Type("unlucky words"));
  couple.client.CheckIn("from another window");
  const std::unique_ptr<Process> watch = StillWatchOf(couple);
  REQUIRE(terminal.Type("\x04"));
  REQUIRE(Answers(terminal, kQuestion, "k\r"));
  CHECK(TakeLeftText(terminal) == "unlucky words\n");
  CHECK(terminal.Wait() == kExitDevice);
}

TEST_CASE("a command that keeps the vault loses no answer of a check-in", "[writing]") {
  Couple couple;
  TerminalProcess terminal(AtTerminal(couple.client, {"checkin"}));
  REQUIRE(terminal.Shows(kReady));
  const std::unique_ptr<Process> watch = StillWatchOf(couple);
  REQUIRE(terminal.Type("3\r"));
  REQUIRE(terminal.Shows(kReady));
  terminal.Signal(SIGTERM);
  CHECK(TakeLeftText(terminal).find("somewhat") != std::string::npos);
  CHECK(terminal.Wait() == 128 + SIGTERM);
}

TEST_CASE("a command that keeps the vault loses no words about what landed badly", "[writing]") {
  Couple couple;
  const Json sent = couple.therapist.Do({"send", "--text", "see you"});
  couple.client.Sync();
  couple.client.Do({"landed", sent.at("message").at("id")});
  TerminalProcess terminal(AtTerminal(couple.client, {"checkin"}));
  REQUIRE(terminal.Shows(kReady));
  const std::unique_ptr<Process> watch = StillWatchOf(couple);
  REQUIRE(terminal.Type("it hurt\r"));
  CHECK(TakeLeftText(terminal) == "it hurt\n");
  CHECK(terminal.Wait() == kExitDevice);
}

TEST_CASE("a closed window sends no half-written words about what landed badly", "[writing]") {
  Couple couple;
  const Json sent = couple.therapist.Do({"send", "--text", "see you"});
  couple.client.Sync();
  couple.client.Do({"landed", sent.at("message").at("id")});
  TerminalProcess terminal(AtTerminal(couple.client, {"checkin"}));
  REQUIRE(terminal.Shows(kReady));
  REQUIRE(terminal.Type("it hu"));
  REQUIRE(terminal.Shows("it hu"));
  terminal.HangUp();
  CHECK(terminal.Wait().has_value());
  CHECK(DraftTexts(couple.client) == std::vector<std::string>{"it hu"});
}

TEST_CASE("with --json nothing is asked, and there always is a document", "[writing]") {
  Couple couple;
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"--json", "checkin"},
                                                    {"--json", "send"},
                                                    {"--json", "end"},
                                                    {"--json", "ahead", "--at", "2099-01-01 12:00"},
                                                    {"--json", "--profile", "other", "join"}}) {
    TerminalProcess terminal(AtTerminal(couple.client, arguments));
    INFO(arguments[1]);
    CHECK(terminal.Wait(std::chrono::seconds(20)) == kExitUsage);
    CHECK(terminal.Shows("\"reason\":\"usage\""));
    CHECK(terminal.shown().find(kReady) == std::string::npos);
  }
}

TEST_CASE("words that are given with a check-in go below those of its draft", "[writing]") {
  Couple couple;
  TerminalProcess left(AtTerminal(couple.client, {"checkin"}));
  AwaitOwnWords(left);
  REQUIRE(left.Type("from yesterday\x03"));
  REQUIRE(left.Wait().has_value());
  TerminalProcess terminal(AtTerminal(couple.client, {"checkin", "--note", "from today"}));
  REQUIRE(Answers(terminal, "A draft waits here", "\r"));
  AwaitOwnWords(terminal);
  REQUIRE(terminal.Type("\x04"));
  REQUIRE(Answers(terminal, "What would you like", "\r"));
  REQUIRE(terminal.Shows("│ from yesterday"));
  REQUIRE(terminal.Shows("│ from today"));
  REQUIRE(Answers(terminal, kQuestion, "\r"));
  CHECK(terminal.Wait() == kExitOk);
  CHECK(Received(couple) == std::vector<std::string>{"from yesterday\n\nfrom today"});
}

// A message of the therapist that the client marked, and words about it that are a draft.
std::string MarkedWithDraft(Couple& couple, const std::string& words) {
  const std::string message =
      couple.therapist.Do({"send", "--text", "see you"}).at("message").at("id");
  couple.client.Sync();
  couple.client.Do({"landed", message});
  TerminalProcess terminal(AtTerminal(couple.client, {"checkin"}));
  REQUIRE(terminal.Shows(kReady));
  REQUIRE(terminal.Type(words));
  REQUIRE(terminal.Shows(words.substr(words.size() - 4)));
  terminal.Signal(SIGTERM);
  REQUIRE(terminal.Wait().has_value());
  REQUIRE(DraftTexts(couple.client) == std::vector{words});
  return couple.client.Do({"drafts"}).at("drafts").at(0).at("id");
}

TEST_CASE("words about what landed badly are shown once more, and can be shortened", "[writing]") {
  Couple couple;
  const std::string words = "it hurt" + std::string(1494, 'x');
  const std::string id = MarkedWithDraft(couple, words);
  TerminalProcess terminal(AtTerminal(couple.client, {"drafts", "resume", id}));
  AwaitText(terminal);
  REQUIRE(terminal.Type("\x04"));
  REQUIRE(terminal.Shows("too long by 1 bytes"));
  REQUIRE(Answers(terminal, "e changes it", "e\r"));
  AwaitText(terminal);
  REQUIRE(terminal.Type("\x7f\x04"));
  REQUIRE(Answers(terminal, kQuestion, "\r"));
  CHECK(terminal.Wait() == kExitOk);
  CHECK(terminal.Shows("with the mark now"));
  CHECK(DraftTexts(couple.client).empty());
  couple.client.Do({"inbox", "--read"});  // the receipt takes the mark along
  couple.client.Sync();
  couple.therapist.Sync();
  const Json ruptures = couple.therapist.Do({"inbox", "--offline"}).at("ruptures");
  REQUIRE(ruptures.size() == 1);
  CHECK(ruptures[0].at("text") == words.substr(0, 1500));
}

TEST_CASE("drafts are listed, shown, gone on with and dropped", "[writing]") {
  Couple couple;
  const std::string message = couple.client.CheckIn("please answer").at("message").at("id");
  couple.therapist.Sync();
  TerminalProcess terminal(AtTerminal(couple.therapist, {"reply", message}));
  REQUIRE(terminal.Shows("│ please answer"));
  AwaitText(terminal);
  REQUIRE(terminal.Type("half a reply\x03"));
  CHECK(terminal.Wait() == 128 + SIGINT);
  const Json draft = couple.therapist.Do({"drafts"}).at("drafts").at(0);
  CHECK(draft.at("reply_to") == message);
  const std::string id = draft.at("id");
  CHECK(couple.therapist.Do({"drafts", "show", id}).at("draft").at("text") == "half a reply");
  TerminalProcess again(AtTerminal(couple.therapist, {"drafts", "resume", id}));
  AwaitText(again);
  REQUIRE(again.Type(", and the other half\x04"));
  REQUIRE(Asks(again, kQuestion));
  REQUIRE(again.Type("\r"));
  CHECK(again.Wait() == kExitOk);
  CHECK(DraftTexts(couple.therapist).empty());
  couple.client.Sync();
  CHECK(TextsFrom(couple.client.Inbox(), "therapist") ==
        std::vector<std::string>{"half a reply, and the other half"});
  CHECK(couple.therapist.Try({"drafts", "drop", id}).exit_code == kExitUsage);
}

}  // namespace
}  // namespace holdfast::test
