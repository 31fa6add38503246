// Watching goes on through restarts, cut and silent connections, by itself.
#include <signal.h>

#include <sstream>

#include "support/catch.h"
#include "support/couple.h"
#include "support/tcp_proxy.h"

namespace holdfast::test {
namespace {

bool Shows(const Process& watch, const std::string& text) {
  return Eventually([&] { return watch.out().find(text) != std::string::npos; });
}

TEST_CASE("watch shows what comes, also after a killed practice and a cut connection", "[watch]") {
  std::unique_ptr<TcpProxy> proxy;
  const auto through_proxy = [&](PracticeProcess& practice) {
    proxy = std::make_unique<TcpProxy>(practice.address());
    return proxy->address();
  };
  Couple couple(through_proxy, {});
  const std::unique_ptr<Process> watch = couple.therapist.Start({"watch"});

  couple.client.CheckIn("while all is well");
  CHECK(Shows(*watch, "while all is well"));

  couple.practice.Kill();
  couple.practice.Start();
  couple.client.CheckIn("after a kill");
  CHECK(Shows(*watch, "after a kill"));

  proxy->Cut();
  couple.client.CheckIn("after a cut");
  CHECK(Shows(*watch, "after a cut"));

  proxy->Stall(true);
  couple.client.CheckIn("into the silence");
  CHECK(watch->out().find("into the silence") == std::string::npos);
  proxy->Cut();
  proxy->Stall(false);
  CHECK(Shows(*watch, "into the silence"));

  proxy->Refuse(true);
  proxy->Cut();
  couple.client.CheckIn("to a closed door");
  std::this_thread::sleep_for(std::chrono::seconds(1));
  proxy->Refuse(false);
  CHECK(Shows(*watch, "to a closed door"));

  CHECK(watch->running());
  // One JSON document a line, all of them whole.
  std::istringstream lines(watch->out());
  for (std::string line; std::getline(lines, line);) {
    INFO(line);
    CHECK_FALSE(Json::parse(line, nullptr, false).is_discarded());
  }
  watch->Signal(SIGTERM);
  const std::optional<Outcome> ended = watch->Wait();
  REQUIRE(ended.has_value());
  // What it showed is in the vault, once.
  CHECK(TextsFrom(couple.therapist.Inbox(), "client").size() == 5);
}

TEST_CASE("a proposal that watch showed can be accepted", "[watch]") {
  Couple couple;
  const std::unique_ptr<Process> watch = couple.client.Start({"watch"});
  CHECK(Shows(*watch, "connection"));
  couple.therapist.Do(
      {"rhythm", "propose", "--weekly", "mon", "--at", "18:00", "--zone", "Etc/UTC"});
  CHECK(Shows(*watch, "\"proposal\":{"));
  CHECK(watch->out().find("FREQ=WEEKLY;BYDAY=MO") != std::string::npos);
  watch->Signal(SIGTERM);
  REQUIRE(watch->Wait().has_value());
  const Outcome accepted = couple.client.Try({"rhythm", "accept"});
  INFO(Describe(accepted));
  CHECK(accepted.exit_code == kExitOk);
  CHECK_FALSE(couple.client.Standing().at("rhythm").is_null());
}

TEST_CASE("a slow connection delays messages and loses none", "[watch]") {
  std::unique_ptr<TcpProxy> proxy;
  const auto through_proxy = [&](PracticeProcess& practice) {
    proxy = std::make_unique<TcpProxy>(practice.address());
    return proxy->address();
  };
  Couple couple(through_proxy, {});
  proxy->Delay(std::chrono::milliseconds(50));
  const std::unique_ptr<Process> watch = couple.therapist.Start({"watch"});
  for (int i = 0; i < 5; ++i) couple.client.CheckIn("slow " + std::to_string(i));
  for (int i = 0; i < 5; ++i) CHECK(Shows(*watch, "slow " + std::to_string(i)));
  watch->Kill();
  CHECK(TextsFrom(couple.therapist.Inbox(), "client").size() == 5);
}

}  // namespace
}  // namespace holdfast::test
