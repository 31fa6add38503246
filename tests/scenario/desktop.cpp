// holdfast watch --notify on a real session bus: that something waits, never who or what; and other
// commands go on meanwhile.
#include "support/desktop_session.h"

#include <csignal>
#include <sys/stat.h>

#include "support/catch.h"
#include "support/couple.h"

namespace holdfast::test {
namespace {

using Manner = NoticeService::Manner;

bool Says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// A couple whose therapist sits at a desktop.
struct AtDesktop {
  Couple couple;
  DesktopSession session;

  explicit AtDesktop(const std::string& address = {}) {
    couple.therapist.set_variable("DBUS_SESSION_BUS_ADDRESS",
                                  address.empty() ? session.address() : address);
  }
  // Once it is connected.
  std::unique_ptr<Process> Watch(std::vector<std::string> options = {}) {
    options.insert(options.begin(), {"watch", "--notify"});
    auto watch = couple.therapist.Start(options);
    REQUIRE(Eventually([&] { return Says(watch->out(), "\"connected\":true"); }));
    return watch;
  }
  static void End(Process& watch) {
    watch.Signal(SIGTERM);
    const auto ended = watch.Wait();
    REQUIRE(ended);
    INFO(Describe(*ended));
    CHECK(ended->exit_code == kExitOk);
  }
};

TEST_CASE("a notice says that something waits, nothing else, and goes once it is read",
          "[desktop]") {
  AtDesktop desk;
  NoticeService service(desk.session, Manner::kShows);
  const auto watch = desk.Watch();
  desk.couple.client.CheckIn("a quiet day");
  REQUIRE(Eventually([&] { return service.Standing().size() == 1; }));
  CHECK(service.Heard() ==
        "Holdfast||Holdfast|Something is waiting for you, when you have a moment.\n");
  // Nothing of it is printed, where a log may keep it.
  CHECK_FALSE(Says(watch->out() + watch->err(), "quiet"));
  // Other commands have the vault meanwhile, and what was noticed is new to them.
  const Json inbox = desk.couple.therapist.Do({"inbox", "--read"});
  CHECK(inbox.at("messages").at(0).at("unread") == true);
  CHECK(Eventually([&] { return service.Standing().empty(); }));
  CHECK(watch->running());
  // It is connected again.
  desk.couple.client.CheckIn("another day");
  REQUIRE(Eventually([&] { return service.Standing().size() == 1; }));
  AtDesktop::End(*watch);
  CHECK(service.Standing().empty());
}

TEST_CASE("with its reasons one notice stands for each", "[desktop]") {
  AtDesktop desk;
  NoticeService service(desk.session, Manner::kShows);
  desk.couple.client.CheckIn("one");
  desk.couple.client.CheckIn("two");
  const auto watch = desk.Watch({"--reasons"});
  REQUIRE(Eventually([&] { return service.Standing().size() == 1; }));
  CHECK(service.Standing().begin()->second == "Something is waiting to be read.");
  CHECK(service.shown() == 1);
  AtDesktop::End(*watch);
}

TEST_CASE("many commands at once and a watch all have their turn", "[desktop]") {
  AtDesktop desk;
  NoticeService service(desk.session, Manner::kShows);
  const auto watch = desk.Watch();
  std::vector<std::unique_ptr<Process>> commands;
  for (int i = 0; i < 4; ++i) {
    commands.push_back(desk.couple.therapist.Start({"inbox", "--offline"}));
  }
  for (const auto& command : commands) {
    const auto ended = command->Wait();
    REQUIRE(ended);
    INFO(Describe(*ended));
    CHECK((ended->exit_code == kExitOk || ReasonIn(*ended) == "vault_busy"));
  }
  desk.couple.client.CheckIn("after them");
  CHECK(Eventually([&] { return service.Standing().size() == 1; }));
  AtDesktop::End(*watch);
}

TEST_CASE("without a session bus that is said in words, and watching goes on", "[desktop]") {
  AtDesktop desk("unix:path=/nonexistent/bus");
  const auto watch = desk.Watch();
  desk.couple.client.CheckIn("nobody hears");
  REQUIRE(Eventually([&] { return Says(watch->out(), "\"shown\":false"); }));
  CHECK(Says(watch->out(), "there is no desktop session here"));
  CHECK(watch->running());
  CHECK(TextsFrom(desk.couple.therapist.Inbox(), "client").size() == 1);
  AtDesktop::End(*watch);
}

TEST_CASE("a desktop that refuses or never answers delays nothing", "[desktop]") {
  for (const Manner manner : {Manner::kRefuses, Manner::kNeverAnswers}) {
    AtDesktop desk;
    NoticeService service(desk.session, manner);
    const auto watch = desk.Watch();
    desk.couple.client.CheckIn("one");
    REQUIRE(Eventually([&] { return Says(watch->out(), "\"shown\":false"); }));
    CHECK(TextsFrom(desk.couple.therapist.Inbox(), "client").size() == 1);
    CHECK(watch->running());
    AtDesktop::End(*watch);
    CHECK(service.shown() == 1);
  }
}

TEST_CASE("it waits to be unlocked, and keeps no key once it is locked", "[desktop]") {
  AtDesktop desk;
  Person& therapist = desk.couple.therapist;
  NoticeService service(desk.session, Manner::kShows);
  const auto runtime = desk.couple.files() / "run";
  REQUIRE(mkdir(runtime.c_str(), 0700) == 0);
  therapist.set_variable("XDG_RUNTIME_DIR", runtime.string());
  desk.couple.client.CheckIn("before it was unlocked");
  therapist.set_passphrase("not this one");
  const auto watch = therapist.Start({"watch", "--notify", "--when-unlocked"});
  std::this_thread::sleep_for(std::chrono::seconds(1));
  CHECK(watch->running());
  CHECK(service.shown() == 0);
  therapist.set_passphrase("correct horse battery staple");
  therapist.Do({"unlock"});
  REQUIRE(Eventually([&] { return service.Standing().size() == 1; }));
  therapist.Do({"lock"});
  CHECK(Eventually([&] { return service.Standing().empty(); }));
  CHECK(watch->running());
  therapist.Do({"unlock"});
  CHECK(Eventually([&] { return service.Standing().size() == 1; }));
  therapist.Do({"lock"});
  AtDesktop::End(*watch);
}

}  // namespace
}  // namespace holdfast::test
