// Why a port cannot be had is said in words.
#include "server/rpc/listener.h"

#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "rules/errors.h"
#include "support/catch.h"

namespace holdfast::server {
namespace {

std::string WhyNot(const std::string& listen) {
  const absl::Status refused = Listener::Open(listen).status();
  CHECK(FieldOf(refused) == "listen");
  return {refused.message().data(), refused.message().size()};
}

TEST_CASE("a port that this user may not take is said to be so") {
  std::string first;
  std::ifstream("/proc/sys/net/ipv4/ip_unprivileged_port_start") >> first;
  if (::geteuid() != 0 || std::atoi(first.c_str()) <= 443) {
    WARN("skipped: becoming another user is root's to do");
    return;
  }
  const pid_t pid = ::fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    const bool is_somebody = ::setgroups(0, nullptr) == 0 && ::setuid(12345) == 0;
    const bool is_told =
        is_somebody && WhyNot("127.0.0.1:443").find("permission denied") != std::string::npos;
    ::_exit(is_told ? 0 : 1);
  }
  int ended = 0;
  REQUIRE(::waitpid(pid, &ended, 0) == pid);
  CHECK(ended == 0);
}

TEST_CASE("a port that is taken, and an address of another machine, are said to be so") {
  const auto listener = Listener::Open("127.0.0.1:0");
  REQUIRE(listener.ok());
  CHECK(WhyNot("127.0.0.1:" + std::to_string(listener->port())).find("using this port") !=
        std::string::npos);
  CHECK(WhyNot("192.0.2.1:7443").find("not one of this machine's") != std::string::npos);
}

}  // namespace
}  // namespace holdfast::server
