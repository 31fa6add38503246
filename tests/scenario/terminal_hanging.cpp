// A practice that takes connections and answers nothing: what is here is shown at once, and what
// was kept is said to be kept.
#include <signal.h>

#include <chrono>
#include <future>
#include <thread>

#include "at_terminal.h"
#include "support/catch.h"
#include "support/fast_programs.h"

namespace holdfast::test {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

// Unlocking takes its time, the brief wait for the practice its own; the whole wait is ten.
constexpr seconds kAtOnce{6};

// While one lives, the practice does nothing at all.
class Hanging {
 public:
  explicit Hanging(Couple& couple) : pid_(couple.practice.pid()) { kill(pid_, SIGSTOP); }
  ~Hanging() { GoOn(); }
  Hanging(const Hanging&) = delete;
  Hanging& operator=(const Hanging&) = delete;
  void GoOn() const { kill(pid_, SIGCONT); }

 private:
  const pid_t pid_;
};

std::size_t Times(const std::string& shown, const std::string& words) {
  std::size_t times = 0;
  for (std::size_t at = shown.find(words); at != std::string::npos;
       at = shown.find(words, at + 1)) {
    ++times;
  }
  return times;
}

struct HangingCouple : Couple {
  HangingCouple() {
    therapist.Do({"availability", "set", "--hours", "mon-sun 0:00-24:00", "--reply-within", "8h",
                  "--zone", "Etc/UTC"});
    client.Sync();
    client.CheckIn("what is here already");
    therapist.Sync();
    therapist.Do({"ahead", "--at", "in 2 days 9:00", "--text", "for later"});
  }
};

TEST_CASE("what is here is shown at once where the practice does not answer", "[hanging]") {
  HangingCouple couple;
  const Hanging hanging(couple);
  struct Case {
    std::vector<std::string> command;
    std::string shows;
  };
  for (const Case& one : std::vector<Case>{{{"status"}, "1 reply owed"},
                                           {{"inbox"}, "what is here already"},
                                           {{"promise"}, "reply"},
                                           {{"rhythm"}, "no rhythm"},
                                           {{"availability"}, "within"},
                                           {{"availability", "away"}, "no days away"},
                                           {{"ahead", "list"}, "for later"},
                                           {{"ledger"}, "is due"},
                                           {{"next"}, "what is here already"}}) {
    INFO(one.command.front());
    TerminalProcess terminal(AtTerminal(couple.therapist, one.command));
    CHECK(terminal.Shows(one.shows, kAtOnce));
    INFO(terminal.shown());
    if (one.command.front() != "next") CHECK(terminal.Shows("Trying the practice", kAtOnce));
    CHECK(Times(terminal.shown(), "has answered") == 0);
  }
}

TEST_CASE("what the practice then adds is shown behind it, and nothing twice", "[hanging]") {
  HangingCouple couple;
  couple.client.Do({"send", "--text", "on its way"});
  const Hanging hanging(couple);
  TerminalProcess terminal(AtTerminal(couple.therapist, {"inbox"}));
  CHECK(terminal.Shows("what is here already", kAtOnce));
  CHECK(terminal.Shows("Trying the practice", kAtOnce));
  hanging.GoOn();
  CHECK(terminal.Shows("has answered. New"));
  CHECK(terminal.Shows("on its way"));
  CHECK(terminal.Wait() == kExitOk);
  INFO(terminal.shown());
  CHECK(Times(terminal.shown(), "what is here already") == 1);
  CHECK(Times(terminal.shown(), "on its way") == 1);
}

TEST_CASE("what does not hold any more is not left to stand", "[hanging]") {
  HangingCouple couple;
  const std::string kim = couple.therapist.Do({"invite", "--label", "Kim"}).at("invitation");
  couple.therapist.Do({"invite", "--label", "Lee"});
  Person second(couple.files() / "second");
  second.Join(kim);
  const Hanging hanging(couple);
  TerminalProcess terminal(AtTerminal(couple.therapist, {"invitations"}));
  CHECK(terminal.Shows("Kim", kAtOnce));
  CHECK(terminal.Shows("Trying the practice", kAtOnce));
  hanging.GoOn();
  CHECK(terminal.Shows("Other than above:"));
  CHECK(terminal.Shows("Lee"));
  CHECK(terminal.Wait() == kExitOk);
  INFO(terminal.shown());
  CHECK(Times(terminal.shown(), "Kim") == 1);
  CHECK(Times(terminal.shown(), "nothing new") == 0);
}

TEST_CASE("a reminder that was shown while the practice was tried still holds behind it",
          "[hanging]") {
  Couple couple(FastPrograms());
  // Reminded at once, and due in four minutes.
  couple.therapist.Do({"availability", "set", "--hours", "mon-sun 0:00-24:00", "--reply-within",
                       "240h", "--remind-before", "239h", "--zone", "Etc/UTC"});
  couple.client.Sync();
  couple.client.CheckIn("soon, please");
  std::this_thread::sleep_for(seconds(3));
  couple.therapist.Sync();
  const Hanging hanging(couple);
  Command status = AtTerminal(couple.therapist, {"status"});
  status.program = FAST_HOLDFAST;
  TerminalProcess terminal(status);
  CHECK(terminal.Shows("holdfast reply", kAtOnce));
  CHECK(terminal.Shows("Trying the practice", kAtOnce));
  hanging.GoOn();
  CHECK(terminal.Shows("has answered"));
  CHECK(terminal.Wait() == kExitOk);
  INFO(terminal.shown());
  CHECK(Times(terminal.shown(), "there is nothing new.") == 1);
}

TEST_CASE("what is read in a pipe, or as one line, is said once", "[hanging]") {
  const std::vector<std::string> brief = {"status", "--brief"};
  for (const std::vector<std::string>& command : {std::vector<std::string>{"status"}, brief}) {
    INFO(command.back());
    HangingCouple couple;
    couple.client.CheckIn("a second one");
    const Hanging hanging(couple);
    auto plain = std::async(std::launch::async, [&] { return couple.therapist.TryPlain(command); });
    std::this_thread::sleep_for(seconds(4));
    hanging.GoOn();
    const Outcome outcome = plain.get();
    INFO(Describe(outcome));
    CHECK(outcome.exit_code == kExitOk);
    CHECK(Times(outcome.out, "2 replies owed") == 1);
    CHECK(Times(outcome.out, "1 reply owed") == 0);
    if (command == brief) CHECK(Times(outcome.out, "\n") == 1);
  }
}

TEST_CASE("the one line waits for the practice at a terminal too, and says so", "[hanging]") {
  HangingCouple couple;
  couple.client.CheckIn("a second one");
  const Hanging hanging(couple);
  TerminalProcess terminal(AtTerminal(couple.therapist, {"status", "--brief"}));
  CHECK(terminal.Shows("Trying the practice", kAtOnce));
  hanging.GoOn();
  CHECK(terminal.Shows("2 replies owed"));
  CHECK(terminal.Wait() == kExitOk);
  INFO(terminal.shown());
  CHECK(Times(terminal.shown(), "owed") == 1);
}

TEST_CASE("a practice that never answers is said to be away once, and it is no failure",
          "[hanging]") {
  HangingCouple couple;
  const Hanging hanging(couple);
  const Outcome plain = couple.therapist.TryPlain({"status"});
  INFO(Describe(plain));
  CHECK(plain.exit_code == kExitOk);
  CHECK(Times(plain.out, "1 reply owed") == 1);
  CHECK(Times(plain.out + plain.err, "did not answer") == 1);
  const Outcome document = couple.therapist.Try({"promise"});
  CHECK(document.exit_code == kExitOk);
  const Json promises = Json::parse(document.out);
  CHECK(promises.at("promises").size() == 1);
  CHECK_FALSE(promises.at("synced"));
  CHECK(promises.at("sync_error").at("reason") == "unreachable");
}

TEST_CASE("whoever stops the wait hears that it is kept", "[hanging]") {
  HangingCouple couple;
  {
    const Hanging hanging(couple);
    TerminalProcess send(AtTerminal(couple.client, {"send", "--text", "kept all the same"}));
    CHECK(send.Shows("Trying the practice", kAtOnce));
    REQUIRE(send.Type("\x03"));
    CHECK(send.Shows("safe on this device"));
    CHECK(send.Wait() == 128 + SIGINT);
    TerminalProcess landed(AtTerminal(
        couple.client, {"landed", couple.client.Inbox().front().at("id"), "--text", "that hurt"}));
    // A mark asks nobody, so that its time tells nothing.
    CHECK(landed.Shows("Thank you for saying so"));
    CHECK(landed.Wait() == kExitOk);
    CHECK(landed.shown().find("Trying the practice") == std::string::npos);
  }
  couple.client.Sync();
  couple.therapist.Sync();
  CHECK(TextsFrom(couple.therapist.Inbox(), "client").size() == 2);
}

TEST_CASE("offline, whatever is shown asks nobody", "[hanging]") {
  HangingCouple couple;
  const std::string id = couple.therapist.Inbox().front().at("id");
  const Hanging hanging(couple);
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"status"},
                                             {"status", "--brief"},
                                             {"inbox"},
                                             {"show", id},
                                             {"next"},
                                             {"promise"},
                                             {"rhythm"},
                                             {"availability"},
                                             {"availability", "away"},
                                             {"ahead", "list"},
                                             {"ledger"}}) {
    INFO(command.front());
    const auto begin = steady_clock::now();
    std::vector<std::string> offline = command;
    offline.emplace_back("--offline");
    const Json document = couple.therapist.Do(offline);
    CHECK(steady_clock::now() - begin < kAtOnce);
    if (document.contains("synced")) CHECK_FALSE(document.at("synced"));
  }
  CHECK(couple.client.Try({"pause", "--offline"}).exit_code == kExitUsage);
  CHECK(couple.therapist.Try({"rhythm", "end", "--offline"}).exit_code == kExitUsage);
}

}  // namespace
}  // namespace holdfast::test
