#include "server/ops/service_manager.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <systemd/sd-daemon.h>

#include <array>
#include <cstdint>
#include <ctime>

#include "rules/errors.h"

namespace holdfast::server {
namespace {

bool ListensForTcp(int socket) {
  return sd_is_socket_inet(socket, AF_UNSPEC, SOCK_STREAM, 1, 0) > 0;
}

std::string AddressOfSocket(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return "";
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.ss_family == AF_INET6) {
    const auto& six = reinterpret_cast<const sockaddr_in6&>(address);
    (void)::inet_ntop(AF_INET6, &six.sin6_addr, text.data(), text.size());
    return "[" + std::string(text.data()) + "]:" + std::to_string(ntohs(six.sin6_port));
  }
  const auto& four = reinterpret_cast<const sockaddr_in&>(address);
  (void)::inet_ntop(AF_INET, &four.sin_addr, text.data(), text.size());
  return std::string(text.data()) + ":" + std::to_string(ntohs(four.sin_port));
}

absl::Status NotOurs(const std::string& what) {
  return Refuse(Reason::kUsage, "listen",
                "the service manager hands over " + what +
                    ": look at ListenStream= in holdfastd.socket; it takes TCP ports alone");
}

// Nobody listening is no failure of this process.
void TellManager(const std::string& state) { (void)sd_notify(0, state.c_str()); }

}  // namespace

absl::StatusOr<HandedOver> TakeHandedOver() {
  HandedOver taken;
  const int count = sd_listen_fds(1);
  if (count > kHandedOverMax) return NotOurs(std::to_string(count) + " sockets");
  for (int i = 0; i < count; ++i) {
    const int socket = SD_LISTEN_FDS_START + i;
    if (!ListensForTcp(socket)) return NotOurs("a socket that does not listen for TCP");
    taken.sockets.push_back(socket);
  }
  if (!taken.sockets.empty()) taken.address = AddressOfSocket(taken.sockets.front());
  return taken;
}

void TellServing(const std::string& address) { TellManager("READY=1\nSTATUS=serving " + address); }

void TellReloading() {
  timespec now{};
  (void)::clock_gettime(CLOCK_MONOTONIC, &now);
  const std::int64_t now_us = std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
  TellManager("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(now_us));
}

void TellStopping() { TellManager("STOPPING=1\nSTATUS=lets what is under way end"); }

std::optional<std::chrono::microseconds> AlivePatience() {
  std::uint64_t patience_us = 0;
  if (sd_watchdog_enabled(0, &patience_us) <= 0) return std::nullopt;
  return std::chrono::microseconds(patience_us);
}

void TellAlive() { TellManager("WATCHDOG=1"); }

}  // namespace holdfast::server
