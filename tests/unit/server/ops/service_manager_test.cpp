// What the service manager is told, and what is taken from it, byte by byte.
#include "server/ops/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "support/catch.h"
#include "support/temp_dir.h"

namespace holdfast::server {
namespace {

// Its end of the datagram socket; the environment names it as long as it is there.
class Ear {
 public:
  Ear() : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0)) {
    const std::string path = (files_ / "notify").string();
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    REQUIRE(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
  }
  ~Ear() {
    ::unsetenv("NOTIFY_SOCKET");
    ::close(socket_);
  }
  std::string Next() const {
    std::array<char, 1024> text{};
    const ssize_t size = ::recv(socket_, text.data(), text.size(), 0);
    return size < 0 ? "" : std::string(text.data(), static_cast<std::size_t>(size));
  }

 private:
  test::TempDir files_;
  int socket_;
};

TEST_CASE("each thing that the service manager is told is one datagram") {
  const Ear ear;
  TellServing("127.0.0.1:7443");
  CHECK(ear.Next() == "READY=1\nSTATUS=serving 127.0.0.1:7443");
  TellAlive();
  CHECK(ear.Next() == "WATCHDOG=1");
  TellStopping();
  CHECK(ear.Next().starts_with("STOPPING=1\n"));
  CHECK(ear.Next().empty());
}

TEST_CASE("reading the settings again is told with the time at which it began") {
  const Ear ear;
  timespec before{};
  REQUIRE(::clock_gettime(CLOCK_MONOTONIC, &before) == 0);
  TellReloading();
  const std::string told = ear.Next();
  const std::string begin = "RELOADING=1\nMONOTONIC_USEC=";
  REQUIRE(told.starts_with(begin));
  const long long at_us = std::stoll(told.substr(begin.size()));
  const long long before_us = before.tv_sec * 1'000'000LL + before.tv_nsec / 1000;
  CHECK(at_us >= before_us);
  CHECK(at_us < before_us + 10'000'000);
}

TEST_CASE("where no service manager is, nobody is told and nothing is taken") {
  ::unsetenv("NOTIFY_SOCKET");
  TellServing("127.0.0.1:7443");
  CHECK_FALSE(AlivePatience());
  const auto taken = TakeHandedOver();
  REQUIRE(taken.ok());
  CHECK(taken->sockets.empty());
  CHECK(taken->address.empty());
}

TEST_CASE("signs of life are wanted by the process that the service manager means, and no other") {
  ::setenv("WATCHDOG_USEC", "3000000", 1);
  CHECK(AlivePatience() == std::chrono::seconds(3));
  ::setenv("WATCHDOG_PID", "1", 1);
  CHECK_FALSE(AlivePatience());
  ::unsetenv("WATCHDOG_PID");
  ::unsetenv("WATCHDOG_USEC");
}

}  // namespace
}  // namespace holdfast::server
