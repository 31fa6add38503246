// Whatever an editor does, the words are sent as they were meant, or kept.
#include <csignal>

#include "at_terminal.h"
#include "support/catch.h"

namespace holdfast::test {
namespace {

constexpr const char* kKeeps = "Enter keeps it";

struct Desk {
  Couple couple;
  std::filesystem::path run = couple.files() / "run";

  Desk() { std::filesystem::create_directories(run); }
  // "holdfast send" with an editor of this script; $1 is the file.
  Command Send(const std::string& script) {
    Command command = AtTerminal(couple.client, {"send"}, EditorScript(couple, script));
    command.environment["XDG_RUNTIME_DIR"] = run.string();
    return command;
  }
  bool NothingLeft() const { return std::filesystem::is_empty(run); }
  std::vector<std::string> Received() {
    couple.therapist.Sync();
    return TextsFrom(couple.therapist.Inbox(), "client");
  }
};

void ExpectSent(Desk& desk, const std::string& script, const std::string& text) {
  TerminalProcess terminal(desk.Send(script));
  REQUIRE(Answers(terminal, kQuestion, "\r"));
  CHECK(terminal.Wait() == kExitOk);
  INFO(terminal.shown());
  CHECK(desk.Received().back() == text);
  CHECK(desk.NothingLeft());
}

void ExpectKept(Desk& desk, const std::string& script, const std::string& text,
                const std::string& why) {
  TerminalProcess terminal(desk.Send(script));
  REQUIRE(terminal.Shows(why));
  REQUIRE(Answers(terminal, kKeeps, "\r"));
  CHECK(terminal.Wait() == kExitOk);
  INFO(terminal.shown());
  const std::vector<std::string> texts = DraftTexts(desk.couple.client);
  REQUIRE(texts.size() == 1);
  CHECK(texts.front() == text);
  CHECK(desk.NothingLeft());
  CHECK(desk.Received().empty());
}

TEST_CASE("a message from an editor has nothing of the hint in it", "[editor]") {
  Desk desk;
  ExpectSent(desk, "printf 'Dear Ann,\\n' | cat - \"$1\" > \"$1.n\"; cat \"$1.n\" > \"$1\"",
             "Dear Ann,");
  ExpectSent(desk,
             "printf 'line\\n' | cat - \"$1\" | sed 's/$/\\r/' > \"$1.n\"; cat \"$1.n\" > \"$1\"",
             "line");
  ExpectSent(desk,
             "printf 'filled\\n' | cat - \"$1\" | tr '\\n' ' ' | fold -s -w 30 > \"$1.n\"; cat "
             "\"$1.n\" > \"$1\"",
             "filled");
}

TEST_CASE("where the line to write above is damaged nothing is sent", "[editor]") {
  Desk desk;
  ExpectKept(
      desk,
      "printf 'mine\\n' > \"$1.n\"; grep -v -e ---- \"$1\" >> \"$1.n\"; cat \"$1.n\" > \"$1\"",
      "mine\n\n\nHoldfast is not an emergency service. If you are in danger, call your "
      "local emergency number.",
      "not whole any more");
}

TEST_CASE("what is written below the line is kept", "[editor]") {
  Desk desk;
  ExpectKept(desk, "printf 'in the wrong place\\n' >> \"$1\"", "in the wrong place",
             "below the line");
}

TEST_CASE("what is too long is kept", "[editor]") {
  Desk desk;
  ExpectKept(
      desk, "head -c 65000 /dev/zero | tr '\\0' x | cat - \"$1\" > \"$1.n\"; cat \"$1.n\" > \"$1\"",
      std::string(65000, 'x'), "too long by");
}

TEST_CASE("an editor that saves and dies loses nothing", "[editor]") {
  Desk desk;
  ExpectKept(desk, "printf 'saved\\n' | cat - \"$1\" > \"$1.n\"; cat \"$1.n\" > \"$1\"; kill -9 $$",
             "saved", "The editor");
}

TEST_CASE("a signal while the editor is open leaves a draft and no file", "[editor]") {
  for (const int signal : {SIGTERM, SIGHUP}) {
    Desk desk;
    TerminalProcess terminal(desk.Send(
        "printf 'open\\n' | cat - \"$1\" > \"$1.n\"; cat \"$1.n\" > \"$1\"; echo saved; sleep 60"));
    REQUIRE(terminal.Shows("saved"));
    terminal.Signal(signal);
    CHECK(terminal.Wait() == 128 + signal);
    CHECK(DraftTexts(desk.couple.client) == std::vector<std::string>{"open"});
    CHECK(desk.NothingLeft());
  }
}

TEST_CASE("what a killed process leaves of an editor is said the next time", "[editor]") {
  Desk desk;
  TerminalProcess terminal(desk.Send(
      "printf 'open\\n' | cat - \"$1\" > \"$1.n\"; cat \"$1.n\" > \"$1\"; echo saved; sleep 1"));
  REQUIRE(terminal.Shows("saved"));
  terminal.Signal(SIGKILL);
  CHECK(terminal.Wait() == 128 + SIGKILL);
  Command drafts = desk.Send("exit 0");
  drafts.arguments = {"drafts"};
  TerminalProcess again(drafts);
  CHECK(again.Shows("neither sent nor sealed"));
  CHECK(again.Shows("message.txt"));
}

TEST_CASE("a closed window while the editor is open leaves a draft and no file", "[editor]") {
  Desk desk;
  TerminalProcess terminal(desk.Send(
      "printf 'open\\n' | cat - \"$1\" > \"$1.n\"; cat \"$1.n\" > \"$1\"; echo saved; sleep 60"));
  REQUIRE(terminal.Shows("saved"));
  terminal.HangUp();
  CHECK(terminal.Wait().has_value());
  CHECK(DraftTexts(desk.couple.client) == std::vector<std::string>{"open"});
  CHECK(desk.NothingLeft());
}

}  // namespace
}  // namespace holdfast::test
