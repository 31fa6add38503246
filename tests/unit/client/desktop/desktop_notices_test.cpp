// Notices on a real session bus: shown once, replaced, taken away; and desktops that are not there,
// refuse, or never answer.
#include "client/desktop/desktop_notices.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <vector>

#include "support/catch.h"
#include "support/desktop_session.h"

namespace holdfast::client {
namespace {

using std::chrono::milliseconds;
using test::DesktopSession;
using test::NoticeService;
using Manner = test::NoticeService::Manner;

constexpr std::uint64_t kLongMs = 10'000;
constexpr int kKey = 1;

// A program with a loop, in the session of that address.
struct Program {
  explicit Program(const std::string& address, NoticePace pace = Quick()) {
    setenv("DBUS_SESSION_BUS_ADDRESS", address.c_str(), 1);
    notices.emplace(
        loop, [this](const std::string& trouble) { told.push_back(trouble); }, pace);
  }
  static NoticePace Quick() {
    return {milliseconds(20), milliseconds(20), milliseconds(300), milliseconds(100),
            milliseconds(200)};
  }
  bool Until(const std::function<bool()>& done) { return loop.RunUntil(done, kLongMs); }
  void Go(std::uint64_t ms) {
    loop.RunUntil([] { return false; }, ms);
  }

  Loop loop;
  std::vector<std::string> told;
  std::optional<DesktopNotices> notices;
};

TEST_CASE("one notice stands for a reason, replaced by news and taken away") {
  const DesktopSession session;
  NoticeService service(session, Manner::kShows);
  Program program(session.address());
  program.notices->Show(kKey, "one");
  program.notices->Show(kKey, "one and another");  // gathered
  REQUIRE(program.Until([&] { return service.Standing().size() == 1; }));
  program.Go(100);
  CHECK(service.shown() == 1);
  CHECK(program.told == std::vector<std::string>{""});
  program.notices->Show(kKey, "more");
  REQUIRE(program.Until([&] { return service.shown() == 2; }));
  CHECK(service.Standing() == std::map<std::uint32_t, std::string>{{1, "more"}});
  program.notices->Show(kKey + 1, "another reason");
  REQUIRE(program.Until([&] { return service.Standing().size() == 2; }));
  program.notices->TakeAway(kKey);
  REQUIRE(program.Until([&] { return service.Standing().size() == 1; }));
  CHECK(service.Standing().at(2) == "another reason");
  program.notices->End(milliseconds(kLongMs));
  CHECK(service.Standing().empty());
}

TEST_CASE("what the person put away comes again with news only") {
  const DesktopSession session;
  NoticeService service(session, Manner::kShows);
  Program program(session.address());
  program.notices->Show(kKey, "something");
  REQUIRE(program.Until([&] { return service.Standing().size() == 1; }));
  program.Go(100);  // for the answer
  service.PutAway(1);
  program.Go(300);
  CHECK(service.shown() == 1);
  program.notices->Show(kKey, "news");
  REQUIRE(program.Until([&] { return service.shown() == 2; }));
  CHECK(service.Standing() == std::map<std::uint32_t, std::string>{{2, "news"}});
}

TEST_CASE("what is gathered and then read is never shown") {
  const DesktopSession session;
  NoticeService service(session, Manner::kShows);
  Program program(session.address());
  program.notices->Show(kKey, "read at once");
  program.notices->TakeAway(kKey);
  program.Go(200);
  CHECK(service.shown() == 0);
}

TEST_CASE("without a session that is said once, and nothing waits") {
  Program program("unix:path=/nonexistent/bus");
  program.notices->Show(kKey, "something");
  program.Go(1000);
  REQUIRE(program.told.size() == 1);
  CHECK(program.told.front().find("no desktop session") != std::string::npos);
  const auto began = std::chrono::steady_clock::now();
  program.notices->End(milliseconds(kLongMs));
  CHECK(std::chrono::steady_clock::now() - began < milliseconds(500));
}

TEST_CASE("a notice comes when its desktop does") {
  const DesktopSession session;
  Program program(session.address());
  program.notices->Show(kKey, "something");
  REQUIRE(program.Until([&] { return program.told.size() == 1; }));
  CHECK(program.told.front() == "nothing on this desktop shows notices");
  NoticeService service(session, Manner::kShows);
  REQUIRE(program.Until([&] { return service.Standing().size() == 1; }));
  CHECK(program.Until([&] { return program.told.back().empty(); }));
}

TEST_CASE("another program that shows notices is given what stands, once") {
  const DesktopSession session;
  auto first = std::make_unique<NoticeService>(session, Manner::kShows);
  Program program(session.address());
  program.notices->Show(kKey, "something");
  REQUIRE(program.Until([&] { return first->Standing().size() == 1; }));
  program.Go(100);
  first.reset();
  program.Go(100);
  NoticeService second(session, Manner::kShows);
  REQUIRE(program.Until([&] { return second.Standing().size() == 1; }));
  program.Go(200);
  CHECK(second.shown() == 1);
}

TEST_CASE("a desktop that refuses is asked ever more rarely, and that is said once") {
  const DesktopSession session;
  NoticeService service(session, Manner::kRefuses);
  Program program(session.address());
  program.notices->Show(kKey, "something");
  REQUIRE(program.Until([&] { return service.shown() >= 2; }));
  program.Go(1000);
  CHECK(service.shown() <= 9);  // 200 ms apart at the most often
  REQUIRE(program.told.size() == 1);
  CHECK(program.told.front().find("org.example.Refused") != std::string::npos);
}

TEST_CASE("a desktop that never answers is asked once, and delays nothing") {
  const DesktopSession session;
  NoticeService service(session, Manner::kNeverAnswers);
  Program program(session.address());
  program.notices->Show(kKey, "something");
  REQUIRE(program.Until([&] { return program.told.size() == 1; }));
  CHECK(program.told.front().find("does not answer") != std::string::npos);
  bool worked = false;
  program.loop.After(10, [&] { worked = true; });
  program.Go(500);
  CHECK(worked);
  CHECK(service.shown() == 1);
  const auto began = std::chrono::steady_clock::now();
  program.notices->End(milliseconds(kLongMs));
  CHECK(std::chrono::steady_clock::now() - began < milliseconds(500));
}

TEST_CASE(
    "a session bus that takes the connection and says nothing is left alone, and tried again") {
  const test::TempDir files;
  const std::string path = files / "bus";
  const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  std::strncpy(name.sun_path, path.c_str(), sizeof name.sun_path - 1);
  REQUIRE(::bind(listener, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0);
  REQUIRE(::listen(listener, SOMAXCONN) == 0);
  Program program("unix:path=" + path);
  program.notices->Show(kKey, "something");
  REQUIRE(program.Until([&] { return program.told.size() == 1; }));
  CHECK(program.told.front() == "the desktop's session bus does not answer");
  const int first = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
  program.Go(1000);  // it came again
  const int second = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  CHECK(second >= 0);
  CHECK(program.told.size() == 1);
  for (const int one : {first, second, listener}) ::close(one);
}

TEST_CASE("a desktop that goes away is found again when it is back") {
  auto session = std::make_unique<DesktopSession>();
  auto service = std::make_unique<NoticeService>(*session, Manner::kShows);
  Program program(session->address());
  program.notices->Show(kKey, "something");
  REQUIRE(program.Until([&] { return service->Standing().size() == 1; }));
  program.Go(100);
  session->End();
  REQUIRE(program.Until([&] { return program.told.size() == 2; }));
  CHECK_FALSE(program.told.back().empty());
}

}  // namespace
}  // namespace holdfast::client
