#include "server/rpc/listener.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>

#include "rules/errors.h"
#include "server/rpc/server_limits.h"

namespace holdfast::server {
namespace {

using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

std::string WhyNot(int error) {
  switch (error) {
    case EACCES:
      return "permission denied: ports below 1024 are for root. Take another port, or allow this "
             "one (holdfastd.socket, where systemd runs it)";
    case EADDRINUSE:
      return "another server is using this port: stop that one, or take another port";
    case EADDRNOTAVAIL:
      return "the address is not one of this machine's";
    case EAFNOSUPPORT:
      return "this machine does not have that kind of address (IPv6 may be switched off)";
    case 0:
      return "the host is not known; give an address of this machine, or 0.0.0.0 or [::] for all";
    default:
      return std::strerror(error);
  }
}

absl::Status CannotListen(const std::string& listen, int error) {
  return Refuse(Reason::kUnreachable, "listen",
                "cannot listen on " + listen + ": " + WhyNot(error));
}

Addresses Resolve(const std::string& listen) {
  const std::size_t colon = listen.rfind(':');
  if (colon == std::string::npos) return {nullptr, ::freeaddrinfo};
  std::string host = listen.substr(0, colon);
  if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  const int failure = ::getaddrinfo(host.c_str(), listen.substr(colon + 1).c_str(), &hints, &found);
  return {failure == 0 ? found : nullptr, ::freeaddrinfo};
}

in_port_t* PortIn(sockaddr_storage& address) {
  return address.ss_family == AF_INET6 ? &reinterpret_cast<sockaddr_in6&>(address).sin6_port
                                       : &reinterpret_cast<sockaddr_in&>(address).sin_port;
}

void Set(int socket, int level, int option, int value) {
  (void)::setsockopt(socket, level, option, &value, sizeof value);
}

// Connections inherit it.
void SetForConnections(int socket) {
  Set(socket, IPPROTO_TCP, TCP_NODELAY, 1);
  Set(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, kKeepaliveTimeoutMs);
}

// -1 where the address cannot be had.
int Bind(const addrinfo& at, int port) {
  const int socket =
      ::socket(at.ai_family, at.ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, at.ai_protocol);
  if (socket < 0) return -1;
  Set(socket, SOL_SOCKET, SO_REUSEADDR, 1);
  SetForConnections(socket);
  if (at.ai_family == AF_INET6) Set(socket, IPPROTO_IPV6, IPV6_V6ONLY, 0);
  sockaddr_storage address{};
  std::memcpy(&address, at.ai_addr, at.ai_addrlen);
  if (port != 0) *PortIn(address) = htons(static_cast<std::uint16_t>(port));
  if (::bind(socket, reinterpret_cast<const sockaddr*>(&address), at.ai_addrlen) == 0 &&
      ::listen(socket, SOMAXCONN) == 0) {
    return socket;
  }
  const int error = errno;
  ::close(socket);
  errno = error;
  return -1;
}

int PortOf(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  return ntohs(*PortIn(address));
}

constexpr std::size_t kNetworkBytes = 8;

// 4 or 16 bytes.
std::string AddressOf(const sockaddr_storage& address) {
  if (address.ss_family != AF_INET6) {
    const auto& four = reinterpret_cast<const sockaddr_in&>(address).sin_addr;
    return {reinterpret_cast<const char*>(&four), sizeof four};
  }
  constexpr std::size_t kMappedBytes = 12;
  const auto& six = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
  const std::string bytes(reinterpret_cast<const char*>(&six), sizeof six);
  return IN6_IS_ADDR_V4MAPPED(&six) ? bytes.substr(kMappedBytes) : bytes;
}

}  // namespace

absl::StatusOr<Listener> Listener::Open(const std::string& listen) {
  Listener listener;
  int error = 0;
  const Addresses addresses = Resolve(listen);
  for (const addrinfo* at = addresses.get(); at != nullptr; at = at->ai_next) {
    const int socket = Bind(*at, listener.port_);
    if (socket < 0) error = errno;
    if (socket < 0 && error == EADDRINUSE) return CannotListen(listen, error);
    if (socket < 0) continue;
    listener.sockets_.push_back(socket);
    if (listener.port_ == 0) listener.port_ = PortOf(socket);
  }
  if (listener.sockets_.empty()) return CannotListen(listen, error);
  return listener;
}

Listener Listener::Adopt(std::vector<int> sockets) {
  Listener listener;
  for (const int socket : sockets) {
    SetForConnections(socket);
    (void)::fcntl(socket, F_SETFD, FD_CLOEXEC);
    (void)::fcntl(socket, F_SETFL, ::fcntl(socket, F_GETFL) | O_NONBLOCK);
  }
  listener.port_ = PortOf(sockets.front());
  listener.sockets_ = std::move(sockets);
  return listener;
}

Listener::Listener(Listener&& other) noexcept
    : sockets_(std::exchange(other.sockets_, {})), port_(other.port_) {}

Listener::~Listener() {
  for (const int socket : sockets_) ::close(socket);
}

Accepted Accept(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  const int descriptor =
      ::accept4(socket, reinterpret_cast<sockaddr*>(&address), &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
  const std::string from = AddressOf(address);
  const in_port_t port = *PortIn(address);  // in the order of the network
  return {descriptor, from.substr(0, kNetworkBytes),
          from + std::string(reinterpret_cast<const char*>(&port), sizeof port)};
}

}  // namespace holdfast::server
