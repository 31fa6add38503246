// What systemd does for a unit of Type=notify with a socket, for a program that a test starts:
// it holds a port that listens, hands it over, and hears what it is told.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "support/process.h"

namespace holdfast::test {

class ServiceManager {
 public:
  ServiceManager();  // listens on a free port of loopback
  ~ServiceManager();
  ServiceManager(const ServiceManager&) = delete;
  ServiceManager& operator=(const ServiceManager&) = delete;

  // host:port of what is handed over.
  const std::string& address() const { return address_; }

  // The same command as this would start it: with the socket, and signs of life wanted within
  // that time (0: not wanted). What was heard before is forgotten.
  Command Unit(Command command, std::chrono::milliseconds alive_within = {});
  // Hands that over instead.
  Command UnitWith(int descriptor, Command command);

  // The datagrams so far, in order.
  const std::vector<std::string>& Heard();
  // How many of them have this line.
  std::size_t Count(const std::string& line);

 private:
  TempDir files_;
  int ear_ = -1;
  int listener_ = -1;
  std::string address_;
  std::vector<std::string> heard_;
};

}  // namespace holdfast::test
