// Every document of `holdfast --json` is as client/cli/JSON.md says: each command with one, what
// it puts on standard error, and every event of a watch.
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <sstream>

#include "scenario/at_terminal.h"
#include "support/catch.h"
#include "support/fast_programs.h"

namespace holdfast::test {
namespace {

constexpr const char* kPython = "/usr/bin/python3";
// A day of schedules passes in 24 seconds.
constexpr std::chrono::seconds kSlotMax{90};

std::string OnOneLine(const std::string& text) { return Json::parse(text).dump(); }

std::string Tool(const std::string& name) { return HOLDFAST_SOURCE_DIR "/client/cli/json/" + name; }

// What the programs wrote, each with the name that the page has for it.
class Documents {
 public:
  // Exactly one document, where it succeeded.
  Json Take(const std::string& name, const Outcome& outcome, int exit_code = kExitOk) {
    INFO(name << ": " << Describe(outcome));
    CHECK(outcome.exit_code == exit_code);
    TakeErrors(outcome);
    std::istringstream out(outcome.out);
    std::string line;
    if (!std::getline(out, line)) return {};
    Add(name, line);
    CHECK(out.peek() == EOF);
    return Json::parse(line);
  }
  void TakeEvents(const Outcome& outcome) {
    TakeErrors(outcome);
    std::istringstream out(outcome.out);
    for (std::string line; std::getline(out, line);) {
      Add("watch-" + Json::parse(line).value("event", ""), line);
    }
  }
  // Says what is not as the schema has it, and which documents were not among them.
  Outcome Validate() const { return Run({kPython, {Tool("validate"), "--all"}, {}, lines_}); }

 private:
  void Add(const std::string& name, const std::string& line) {
    lines_ += name + "\t" + line + "\n";
  }
  void TakeErrors(const Outcome& outcome) {
    std::istringstream err(outcome.err);
    for (std::string line; std::getline(err, line);) {
      Add(line.find("{\"alarms\"") == 0 ? "alarms-line" : "error-line", line);
    }
  }

  std::string lines_;
};

bool Shows(const Process& watch, const std::string& event, std::chrono::milliseconds wait_max) {
  const std::string text = "{\"event\":\"" + event + "\"";
  return Eventually([&] { return watch.out().find(text) != std::string::npos; }, wait_max);
}

struct Story {
  TempDir files;
  Programs programs = FastPrograms();
  PracticeProcess practice{files / "practice", programs.practice};
  Person therapist{files / "therapist", programs.device};
  Person client{files / "client", programs.device};
  Documents documents;
  std::string recovery_code;  // the client's

  Json Of(Person& person, const std::string& name, const std::vector<std::string>& arguments,
          const std::string& input = "", int exit_code = kExitOk) {
    return documents.Take(name, person.Try(arguments, input), exit_code);
  }

  void Meet() {
    practice.Start();
    Of(therapist, "enroll", {"enroll", "--code-file", "-"}, practice.EnrolmentCode());
    const Json invite = Of(therapist, "invite", {"invite", "--label", "Kim"});
    const Json open = Of(therapist, "status", {"status"}).at("invitations").at(0);
    CHECK(open.at("id") == invite.at("id"));
    Of(therapist, "invite", {"invite", "--label", "Lost"});
    CHECK(Of(therapist, "invitations", {"invitations"}).at("invitations").size() == 2);
    CHECK(Of(therapist, "withdraw", {"invitations", "withdraw", "lost"})
              .at("invitation")
              .at("state") == "withdrawn");
    CHECK(Of(therapist, "invitations", {"invitations", "list"}).at("invitations").size() == 1);
    const Json joined =
        Of(client, "enroll", {"join", "--invitation-file", "-"}, invite.at("invitation"));
    recovery_code = joined.at("recovery_code");
    CHECK(joined.at("bond") == invite.at("bond"));
    Of(therapist, "sync", {"sync"});
    practice.Stop();
    practice.SaveTo(files / "backup");
    practice.Start();
  }

  void Agree() {
    Of(therapist, "decided",
       {"availability", "set", "--zone", "Etc/UTC", "--hours", "mon-sun 0:00-24:00",
        "--reply-within", "2h"});
    Of(therapist, "availability", {"availability"});
    Of(therapist, "away", {"availability", "away"});
    Of(therapist, "decided",
       {"rhythm", "propose", "--rule", "FREQ=DAILY", "--at", "12:00", "--zone", "Etc/UTC",
        "--window", "20h"});
    Of(client, "sync", {"sync"});
    Of(client, "rhythm", {"rhythm"});
    Of(therapist, "decided",
       {"rhythm", "propose", "--weekly", "mon", "--at", "18:00", "--zone", "Etc/UTC", "--later"});
    const Json later = Of(therapist, "rhythm", {"rhythm"});
    CHECK(later.at("standing").at("rule") == "FREQ=WEEKLY;BYDAY=MO");
    CHECK(later.at("bonds").at(0).at("proposal").at("rule") == "FREQ=DAILY");
    Of(therapist, "standing-rhythm", {"rhythm", "end", "--later"});
    CHECK(Of(therapist, "rhythm", {"rhythm"}).at("standing").is_null());
    Of(client, "decided", {"rhythm", "accept"});
  }

  // A check-in opens, is reminded of, and is filled; its reply is promised, moved, and late.
  void ShowUp() {
    Of(client, "written", {"send", "--text", "on my way"});
    const auto watch = client.Start({"watch"});
    CHECK(Shows(*watch, "connection", kWaitMax));
    Of(therapist, "sync", {"sync"});
    const std::string id = MessageWith(therapist.Inbox(), "on my way").at("id");
    Of(therapist, "show", {"show", id});
    Of(therapist, "written", {"reply", id, "--text", "good to know"});
    for (const char* event : {"state", "message", "ledger", "reminder"}) {
      INFO(event << " in " << watch->out());
      CHECK(Shows(*watch, event, kSlotMax));
    }
    watch->Signal(SIGTERM);
    documents.TakeEvents(watch->Wait().value());
    client.set_variable("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
    const auto notifying = client.Start({"watch", "--notify"});
    CHECK(Shows(*notifying, "notices", kWaitMax));
    notifying->Signal(SIGTERM);
    documents.TakeEvents(notifying->Wait().value());
    Of(client, "written", {"checkin", "--answers", "-", "--need", "reply"}, R"({"rest": 2})");
    Of(therapist, "promise", {"promise"});
    Of(therapist, "status", {"status"});
    CHECK(Eventually([&] {
      Of(client, "sync", {"sync"});
      const Json promises = Of(client, "promise", {"promise", "list"}).at("promises");
      return !promises.empty() && promises.at(0).at("overdue") == true;
    }));
    const Json owed = Of(therapist, "status", {"status"}).at("owed");
    REQUIRE_FALSE(owed.empty());
    Of(therapist, "written", {"reply", owed.at(0).at("message"), "--text", "I am late"});
    Of(client, "inbox", {"inbox"});
    Of(client, "status", {"status"});
  }

  void SpeakOfHarm() {
    Of(client, "sync", {"sync"});
    const std::string id = MessageWith(client.Inbox(), "I am late").at("id");
    Of(client, "landed", {"landed", id, "--text", "it felt short"});
    Of(client, "show", {"show", id});
    REQUIRE_FALSE(Of(therapist, "inbox", {"inbox"}).at("ruptures").empty());
    Of(therapist, "status", {"status"});
    Of(therapist, "status-brief", {"status", "--brief"});
    Of(therapist, "next", {"next"});
    Of(client, "landed", {"landed", id, "--close"});
  }

  // An answer that must not wait, live and until a person has seen it.
  void SayNotSafe() {
    const auto watch = therapist.Start({"watch"});
    CHECK(Shows(*watch, "connection", kWaitMax));
    const Json sent = Of(client, "written", {"checkin", "--answers", "-", "--need", "none"},
                         R"({"safe-now": "not-safe"})");
    CHECK(Shows(*watch, "not-safe", kWaitMax));
    watch->Signal(SIGTERM);
    documents.TakeEvents(watch->Wait().value());
    Of(therapist, "status", {"status"});
    Of(therapist, "inbox", {"inbox"});
    Of(therapist, "seen", {"seen", sent.at("message").at("id")});
    const Json said = Of(therapist, "seen", {"witness", sent.at("message").at("id")});
    CHECK(said.at("message").at("witnessed_at").is_string());
    Of(client, "status", {"status"});
  }

  void AskForAForm() {
    Of(therapist, "form", {"forms", "show", "phq-9"});
    Of(therapist, "form", {"forms", "import", "-"}, R"({"resourceType": "Questionnaire",
        "url": "urn:test:sleep", "version": "1", "id": "sleep", "status": "active",
        "item": [{"linkId": "hours", "text": "Hours?", "type": "integer"}]})");
    Of(therapist, "written", {"forms", "assign", "sleep", "--every", "1w"});
    Of(client, "sync", {"sync"});
    CHECK(Of(client, "forms", {"forms"}).at("asked").size() == 1);
    Of(client, "inbox", {"inbox"});
    Of(client, "written", {"checkin", "sleep", "--answers", "-", "--need", "none"},
       R"({"hours": 7})");
    CHECK(Of(client, "forms", {"forms"}).at("asked").at(0).at("last_at").is_string());
    Of(client, "resources", {"resources"});
    Of(client, "trend", {"trend"});
    Of(therapist, "sync", {"sync"});
    CHECK(Of(therapist, "trend", {"trend", "sleep"}).at("trends").size() == 1);
    const std::string page = (files / "trend.html").string();
    CHECK(Of(therapist, "trend", {"trend", "--html", page}).at("file") == page);
    CHECK(ReadFile(page).find("<svg role=\"img\"") != std::string::npos);
    CHECK(Of(therapist, "trend", {"trend", "k6", "--html", page}).at("file").is_null());
    const Json kim = Of(therapist, "caseload", {"caseload"}).at("clients").at(0);
    CHECK(kim.at("forms").back().at("name") == "sleep");
    CHECK(client.Try({"caseload"}).exit_code == kExitUsage);
    Of(therapist, "written", {"forms", "unassign", "sleep"});
  }

  void WriteAhead() {
    const Json note = Of(therapist, "written",
                         {"ahead", "--at", DayFromNow(9) + " 10:00", "--text", "good morning"});
    Of(therapist, "ahead-list", {"ahead", "list"});
    Of(therapist, "ahead-release", {"ahead", "release", note.at("message").at("id")});
    const Json anew =
        Of(therapist, "written",
           {"ahead", "rewrite", note.at("message").at("id"), "--text", "a better morning"});
    Of(therapist, "ahead-withdraw", {"ahead", "withdraw", anew.at("message").at("id")});
    // One that goes out soon is said to a watch; the watch lets it be written.
    const auto watch = therapist.Start({"watch"});
    CHECK(Shows(*watch, "connection", kWaitMax));
    Of(therapist, "written", {"ahead", "--when-opens", "--text", "until then"});
    CHECK(Shows(*watch, "ahead", kWaitMax));
    watch->Signal(SIGTERM);
    documents.TakeEvents(watch->Wait().value());
    Of(therapist, "written", {"ahead", "--if-missed", "--text", "should I be late"});
    Of(therapist, "ahead-list", {"ahead", "list"});
  }

  void LeaveADraft() {
    Command send = AtTerminal(client, {"send"});
    send.program = FAST_HOLDFAST;
    TerminalProcess terminal(send);
    REQUIRE(terminal.Shows("Ctrl-D"));
    REQUIRE(terminal.Shows("\x1b[?2004h"));
    REQUIRE(terminal.Type("half a sentence"));
    terminal.Signal(SIGTERM);
    CHECK(terminal.Wait() == 128 + SIGTERM);
    const Json drafts = Of(client, "drafts", {"drafts"}).at("drafts");
    REQUIRE(drafts.size() == 1);
    const std::string id = drafts.at(0).at("id");
    Of(client, "draft", {"drafts", "show", id});
    Of(client, "draft-drop", {"drafts", "drop", id});
  }

  // Another device comes, is suspended and unlinked; the code is replaced.
  void ChangeDevices() {
    Person second{files / "second", programs.device};
    const Json link = Of(client, "device-invite",
                         {"devices", "invite", "--recovery-code-file", "-"}, recovery_code);
    Of(second, "new-device", {"link", "--code-file", "-"}, link.at("link"));
    const Json devices = Of(client, "devices", {"devices"}).at("devices");
    REQUIRE(devices.size() == 2);
    const std::string id = devices.at(1).at("id");
    Of(client, "device-suspend", {"devices", "suspend", id});
    Of(client, "device-unlink", {"devices", "unlink", id, "--recovery-code-file", "-"},
       recovery_code);
    recovery_code =
        Of(client, "new-code", {"recovery", "new-code", "--recovery-code-file", "-"}, recovery_code)
            .at("recovery_code");
  }

  void FindAgain() {
    const Json found = Of(client, "search", {"search", "GOOD to"}).at("matches").at(0);
    CHECK(found.at("line") == "good to know");
    const std::string id = found.at("message").at("id");
    CHECK(Of(client, "search", {"search", "good to", "--since", "2 days ago"}).at("more") == false);
    CHECK(Of(client, "thread", {"show", id, "--thread"}).at("messages").size() == 2);
    CHECK(Of(client, "kept", {"keep", id}).at("message").at("kept_at").is_string());
    CHECK(Of(client, "kept-list", {"keep", "--list"}).at("messages").at(0).at("id") == id);
    CHECK(Of(client, "kept", {"unkeep", id}).at("message").at("kept_at").is_null());
    CHECK(Of(client, "kept-list", {"keep"}).at("messages").empty());
  }

  void LookBack() {
    const std::string file = (files / "ledger.json").string();
    Of(client, "ledger", {"ledger"});
    Of(client, "ledger-verify", {"ledger", "verify"});
    Of(client, "ledger-export", {"ledger", "export", file});
    Of(client, "ledger-verify", {"ledger", "verify", file});
    Of(client, "calendar", {"calendar", "--output", (files / "rhythm.ics").string()});
    Of(client, "export", {"export", "--output", (files / "history.json").string()});
    documents.Take("history", {kExitOk, 0, OnOneLine(ReadFile(files / "history.json")), ""});
    Person later{files / "later", programs.device};
    Of(later, "import", {"import", (files / "history.json").string()});
    Of(client, "doctor", {"doctor"});
    Of(client, "form", {"checkin", "--form"});
    Of(client, "rename", {"rename", "Dr. Kim"});
    ChangeDevices();
    Of(client, "passphrase", {"passphrase", "--new-passphrase-file", "-"}, "another passphrase");
    client.set_passphrase("another passphrase");
    std::filesystem::create_directory(files / "run");
    client.set_variable("XDG_RUNTIME_DIR", (files / "run").string());
    Of(client, "unlock", {"unlock", "--for", "10m"});
    Of(client, "unlock", {"unlock"});
    CHECK(Of(client, "status", {"status"}).at("unlocked_until").is_string());
    Of(client, "lock", {"lock"});
    Of(client, "help", {"help", "checkin"});
    Of(client, "version", {"version"});
    Of(client, "completion", {"completion", "zsh"});
    Of(client, "manual", {"manual"});
    Of(client, "decided", {"pause", "--until", DayFromNow(20)});
    Of(client, "decided", {"resume"});
  }

  void Fail() {
    Of(client, "show", {"show", "ffffffff"}, "", kExitUsage);
    Of(client, "sync", {"sink"}, "", kExitUsage);
    practice.Kill();
    CHECK(Of(client, "inbox", {"inbox"}).at("sync_error").at("reason") == "unreachable");
    Of(client, "decided", {"pause", "--until", DayFromNow(20)});
    Of(client, "written", {"send", "--text", "into the dark"});
    Of(client, "doctor", {"doctor"}, "", kExitDevice);
    Of(client, "sync", {"sync"}, "", kExitUnreachable);
    practice.Start();
  }

  // On one's own side: a message, and at last everything.
  void Erase() {
    const std::string id = MessageWith(client.Inbox(), "good to know").at("id");
    const Json erased = Of(client, "erase", {"erase", id, "--erase-for-good"});
    CHECK(Of(client, "show", {"show", id}).at("message").at("erased_at").is_string());
    CHECK(erased.at("synced") == true);
    Of(client, "erase-everything", {"erase", "--everything", "--erase-for-good"});
  }

  // An older copy of the practice's store is an alarm for both.
  void Restore() {
    const auto watch = therapist.Start({"watch"});
    CHECK(Shows(*watch, "connection", kWaitMax));
    practice.Stop();
    practice.RestoreFrom(files / "backup");
    practice.Start();
    CHECK(Shows(*watch, "alarm", kSlotMax));
    watch->Signal(SIGTERM);
    documents.TakeEvents(watch->Wait().value());
    const Outcome told = client.Try({"inbox"});
    CHECK_FALSE(documents.Take("inbox", told, kExitIntegrity).at("alarms").empty());
    CHECK(told.err.find("{\"alarms\"") != std::string::npos);
  }
};

TEST_CASE("every document is as the page says, to the last field", "[json]") {
  Story story;
  story.Meet();
  story.Agree();
  story.ShowUp();
  story.SpeakOfHarm();
  story.SayNotSafe();
  story.AskForAForm();
  story.WriteAhead();
  story.LeaveADraft();
  story.FindAgain();
  story.LookBack();
  story.Fail();
  story.Restore();
  story.Of(story.therapist, "decided", {"end", "--yes"});
  story.Erase();
  const Outcome valid = story.documents.Validate();
  INFO(valid.err);
  CHECK(valid.exit_code == 0);
}

TEST_CASE("the page of documents is made from their schema", "[json]") {
  const Outcome same = Run({kPython, {Tool("describe"), "--check"}, {}, ""});
  INFO(same.err);
  CHECK(same.exit_code == 0);
}

}  // namespace
}  // namespace holdfast::test
