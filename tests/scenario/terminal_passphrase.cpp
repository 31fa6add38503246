// A passphrase is never shown, however the prompt is left and come back to.
#include <csignal>

#include "at_terminal.h"
#include "support/catch.h"

namespace holdfast::test {
namespace {

constexpr const char* kPrompt = "Passphrase of default: ";

TEST_CASE("a passphrase is not shown after Ctrl-Z and back", "[passphrase]") {
  Couple couple;
  Command shell = AskingAtTerminal(couple.client, {"status"});
  shell.program = "/bin/bash";
  shell.arguments = {"--norc", "--noprofile", "-i"};
  shell.environment["PS1"] = "ready> ";
  TerminalProcess terminal(shell);
  REQUIRE(terminal.Shows("ready> "));
  REQUIRE(terminal.Type("unset HOLDFAST_PASSPHRASE; " HOLDFAST " status\n"));
  REQUIRE(terminal.Shows(kPrompt));
  REQUIRE(Eventually([&] { return !terminal.Echoes(); }));
  REQUIRE(terminal.Type("\x1a"));
  REQUIRE(terminal.Shows("ready> "));
  REQUIRE(terminal.Type("fg\n"));
  REQUIRE(terminal.Shows(kPrompt));
  REQUIRE(Eventually([&] { return !terminal.Echoes(); }));
  REQUIRE(terminal.Type(kPassphrase + "\n"));
  CHECK(terminal.Shows("You are a client"));
  CHECK(terminal.shown().find("horse") == std::string::npos);
  REQUIRE(terminal.Shows("ready> "));
  terminal.Type("exit\n");
}

TEST_CASE("a stopped prompt is without echo again when it goes on", "[passphrase]") {
  Couple couple;
  TerminalProcess terminal(AskingAtTerminal(couple.client, {"status"}));
  REQUIRE(terminal.Shows(kPrompt));
  terminal.Signal(SIGSTOP);
  terminal.Signal(SIGCONT);
  REQUIRE(terminal.Shows(kPrompt));
  CHECK_FALSE(terminal.Echoes());
}

TEST_CASE("another passphrase is asked for behind the old one, twice", "[passphrase]") {
  Couple couple;
  const auto answer = [](TerminalProcess& terminal, const char* prompt, const std::string& text) {
    REQUIRE(terminal.Shows(prompt));
    REQUIRE(Eventually([&] { return !terminal.Echoes(); }));
    REQUIRE(terminal.Type(text + "\n"));
  };
  TerminalProcess terminal(AskingAtTerminal(couple.client, {"passphrase"}));
  answer(terminal, kPrompt, "wrong horse");
  answer(terminal, kPrompt, kPassphrase);
  answer(terminal, "New passphrase: ", "another horse");
  // While a person thinks of it, others use the vault.
  CHECK(couple.client.Try({"inbox", "--offline"}).exit_code == kExitOk);
  answer(terminal, "Once more: ", "another house");
  CHECK(terminal.Shows("not the same both times"));
  answer(terminal, "New passphrase: ", "another horse");
  answer(terminal, "Once more: ", "another horse");
  CHECK(terminal.Wait() == kExitOk);
  CHECK(terminal.shown().find("horse\r") == std::string::npos);
  couple.client.set_passphrase("another horse");
  CHECK(couple.client.Try({"inbox", "--offline"}).exit_code == kExitOk);
}

TEST_CASE("what was unlocked in a window stays so when that is closed", "[passphrase]") {
  Couple couple;
  const std::string runtime = (couple.files() / "run").string();
  std::filesystem::create_directory(runtime);
  couple.client.set_variable("XDG_RUNTIME_DIR", runtime);
  Command unlock = AskingAtTerminal(couple.client, {"unlock"});
  unlock.environment["XDG_RUNTIME_DIR"] = runtime;
  const auto open_prompt = [](TerminalProcess& terminal) {
    REQUIRE(terminal.Shows(kPrompt));
    REQUIRE(Eventually([&] { return !terminal.Echoes(); }));
  };
  {
    TerminalProcess given_up(unlock);
    open_prompt(given_up);
    given_up.HangUp();
    CHECK(given_up.Wait() == 128 + SIGHUP);
  }
  couple.client.set_passphrase("wrong horse");
  CHECK(ReasonIn(couple.client.Try({"inbox", "--offline"})) == "wrong_passphrase");
  TerminalProcess terminal(unlock);
  open_prompt(terminal);
  REQUIRE(terminal.Type(kPassphrase + "\n"));
  REQUIRE(terminal.Shows("Unlocked until"));
  CHECK(terminal.Wait() == kExitOk);
  terminal.HangUp();
  CHECK(couple.client.Try({"inbox", "--offline"}).exit_code == kExitOk);
  CHECK(couple.client.Do({"lock"}).at("ended") == 1);
}

TEST_CASE("what is typed while a passphrase is tried is not shown, and is dropped",
          "[passphrase]") {
  Couple couple;
  TerminalProcess terminal(AskingAtTerminal(couple.client, {"status"}));
  REQUIRE(terminal.Shows(kPrompt));
  REQUIRE(Eventually([&] { return !terminal.Echoes(); }));
  REQUIRE(terminal.Type("wrong horse\n"));
  REQUIRE(terminal.Type("typed ahead\n"));
  REQUIRE(terminal.Shows("Try once more"));
  REQUIRE(terminal.Shows(kPrompt));
  REQUIRE(terminal.Type(kPassphrase + "\n"));
  CHECK(terminal.Shows("You are a client"));
  CHECK(terminal.Wait() == kExitOk);
  CHECK(terminal.shown().find("ahead") == std::string::npos);
  CHECK(terminal.shown().find("horse") == std::string::npos);
}

TEST_CASE("the terminal is as it was, whatever ends the prompt", "[passphrase]") {
  Couple couple;
  for (const int signal : {SIGINT, SIGQUIT, SIGTERM, SIGHUP}) {
    TerminalProcess terminal(AskingAtTerminal(couple.client, {"status"}));
    REQUIRE(terminal.Shows(kPrompt));
    REQUIRE(Eventually([&] { return !terminal.Echoes(); }));
    terminal.Signal(signal);
    CHECK(terminal.Wait() == 128 + signal);
    INFO("signal " << signal);
    CHECK(terminal.Echoes());
  }
}

TEST_CASE("a passphrase that is too long is said to be, and none of it is taken", "[passphrase]") {
  Couple couple;
  Person joined(couple.files() / "joined");
  WriteFile(couple.files() / "invitation", couple.therapist.Invite());
  TerminalProcess terminal(AskingAtTerminal(
      joined, {"join", "--invitation-file", (couple.files() / "invitation").string()}));
  REQUIRE(terminal.Shows("Passphrase: "));
  REQUIRE(Eventually([&] { return !terminal.Echoes(); }));
  REQUIRE(terminal.Type(std::string(1500, 'x') + "\n"));
  CHECK(terminal.Shows("longer than 1024 bytes"));
  REQUIRE(terminal.Shows("Passphrase: "));
  REQUIRE(terminal.Type(kPassphrase + "\n"));
  REQUIRE(terminal.Shows("Once more: "));
  REQUIRE(terminal.Type(kPassphrase + "\n"));
  REQUIRE(Answers(terminal, "Line 1 of it: ", "\r"));
  CHECK(terminal.Wait() == kExitOk);
}

TEST_CASE("a passphrase that ends in what nobody sees is the one that can be typed",
          "[passphrase]") {
  Couple couple;
  Person joined(couple.files() / "joined");
  joined.set_passphrase("cafe\u0301 au lait \r\n");
  const Outcome outcome =
      joined.TryPlain({"join", "--invitation-file", "-"}, couple.therapist.Invite());
  INFO(Describe(outcome));
  REQUIRE(outcome.exit_code == kExitOk);
  CHECK(outcome.err.find("do not count") != std::string::npos);
  TerminalProcess terminal(AskingAtTerminal(joined, {"status"}));
  REQUIRE(terminal.Shows(kPrompt));
  REQUIRE(terminal.Type("caf\u00e9 au lait\n"));
  CHECK(terminal.Shows("You are a client"));
}

}  // namespace
}  // namespace holdfast::test
