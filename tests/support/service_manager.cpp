#include "support/service_manager.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace holdfast::test {
namespace {

void MustWork(bool works, const char* what) {
  if (!works) throw std::runtime_error(what);
}

bool HasLine(const std::string& text, const std::string& line) {
  return ("\n" + text + "\n").find("\n" + line + "\n") != std::string::npos;
}

}  // namespace

ServiceManager::ServiceManager()
    : ear_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)),
      listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un ear{};
  ear.sun_family = AF_UNIX;
  std::strncpy(ear.sun_path, (files_ / "notify").c_str(), sizeof ear.sun_path - 1);
  MustWork(::bind(ear_, reinterpret_cast<const sockaddr*>(&ear), sizeof ear) == 0, "bind notify");
  sockaddr_in port{};
  port.sin_family = AF_INET;
  port.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof port;
  MustWork(::bind(listener_, reinterpret_cast<const sockaddr*>(&port), sizeof port) == 0 &&
               ::listen(listener_, SOMAXCONN) == 0 &&
               ::getsockname(listener_, reinterpret_cast<sockaddr*>(&port), &size) == 0,
           "listen");
  address_ = "127.0.0.1:" + std::to_string(ntohs(port.sin_port));
}

ServiceManager::~ServiceManager() {
  ::close(ear_);
  ::close(listener_);
}

Command ServiceManager::Unit(Command command, std::chrono::milliseconds alive_within) {
  if (alive_within.count() != 0) {
    command.environment["WATCHDOG_USEC"] = std::to_string(alive_within.count() * 1000);
  }
  return UnitWith(listener_, std::move(command));
}

// The shell knows the number that the program will have.
Command ServiceManager::UnitWith(int descriptor, Command command) {
  (void)Heard();
  heard_.clear();
  command.arguments.insert(command.arguments.begin(),
                           {"-c", "LISTEN_PID=$$; export LISTEN_PID; exec \"$@\"", "sh",
                            std::exchange(command.program, "/bin/sh")});
  command.environment["LISTEN_FDS"] = "1";
  command.environment["NOTIFY_SOCKET"] = (files_ / "notify").string();
  command.handed_over = descriptor;
  return command;
}

const std::vector<std::string>& ServiceManager::Heard() {
  std::array<char, 4096> text{};
  for (ssize_t size = 0; (size = ::recv(ear_, text.data(), text.size(), 0)) >= 0;) {
    heard_.emplace_back(text.data(), static_cast<std::size_t>(size));
  }
  return heard_;
}

std::size_t ServiceManager::Count(const std::string& line) {
  const std::vector<std::string>& all = Heard();
  return static_cast<std::size_t>(std::count_if(
      all.begin(), all.end(), [&](const std::string& text) { return HasLine(text, line); }));
}

}  // namespace holdfast::test
