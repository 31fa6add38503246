// Why a port cannot be had is said in words.
#include "server/rpc/listener.h"

#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
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

TEST_CASE("a socket that listens already is taken as it is, and accepting from it never blocks") {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE(socket >= 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(::listen(socket, 8) == 0);
  socklen_t size = sizeof address;
  REQUIRE(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  const Listener listener = Listener::Adopt({socket});
  CHECK(listener.port() == ntohs(address.sin_port));
  CHECK(listener.sockets() == std::vector<int>{socket});
  CHECK((::fcntl(socket, F_GETFD) & FD_CLOEXEC) != 0);
  CHECK(Accept(socket).descriptor == -1);
  const int client = ::socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE(::connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  const int taken = Accept(socket).descriptor;
  REQUIRE(taken >= 0);
  int is_set = 0;
  size = sizeof is_set;
  CHECK(::getsockopt(taken, IPPROTO_TCP, TCP_NODELAY, &is_set, &size) == 0);
  CHECK(is_set != 0);
  ::close(taken);
  ::close(client);
}

}  // namespace
}  // namespace holdfast::server
