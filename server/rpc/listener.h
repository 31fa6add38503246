// The listening sockets of one host:port.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace holdfast::server {

class Listener {
 public:
  // Every address of the host, on one port; port 0 takes a free one. unreachable,
  // naming "listen", where none can be had or one is in use.
  static absl::StatusOr<Listener> Open(const std::string& listen);
  // Sockets that listen already, at least one; the port is the first one's.
  static Listener Adopt(std::vector<int> sockets);
  ~Listener();
  Listener(Listener&& other) noexcept;
  Listener& operator=(Listener&&) = delete;

  int port() const { return port_; }
  // Not owned by the caller. Ready for poll; accepting never blocks.
  const std::vector<int>& sockets() const { return sockets_; }

 private:
  Listener() = default;

  std::vector<int> sockets_;
  int port_ = 0;
};

struct Accepted {
  int descriptor = -1;  // -1: see errno
  // What counts as one peer: an IPv4 address, or the /64 of an IPv6 one, which is what
  // one household or machine gets.
  std::string peer;
  std::string endpoint;  // the whole address (an IPv4 one in 4 bytes) and the port
};
Accepted Accept(int socket);

}  // namespace holdfast::server
