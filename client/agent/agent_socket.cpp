#include "client/agent/agent_socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace holdfast::client {
namespace {

// Commands that wait at once; more ask for the passphrase.
constexpr int kBacklog = 16;

sockaddr_un AddressOf(const std::filesystem::path& socket) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  const std::string& name = socket.native();
  std::memcpy(address.sun_path, name.data(), std::min(name.size(), sizeof address.sun_path - 1));
  return address;
}

Descriptor PacketSocket() {
  return Descriptor(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

}  // namespace

Descriptor::~Descriptor() {
  if (number_ >= 0) close(number_);
}

std::optional<pid_t> PeerOfOwnUser(int socket) {
  ucred peer = {};
  socklen_t size = sizeof peer;
  if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || size != sizeof peer ||
      peer.uid != geteuid()) {
    return std::nullopt;
  }
  return peer.pid;
}

FileIdentity IdentityOf(const std::filesystem::path& path) {
  struct stat found = {};
  if (lstat(path.c_str(), &found) != 0) return {};
  return {found.st_dev, found.st_ino};
}

bool FitsAddress(const std::filesystem::path& socket) {
  return socket.native().size() < sizeof sockaddr_un().sun_path;
}

Descriptor ConnectTo(const std::filesystem::path& socket) {
  errno = ENAMETOOLONG;
  if (!FitsAddress(socket)) return Descriptor();
  Descriptor descriptor = PacketSocket();
  const sockaddr_un address = AddressOf(socket);
  const bool connects = descriptor.is_open() &&
                        connect(descriptor.number(), reinterpret_cast<const sockaddr*>(&address),
                                sizeof address) == 0;
  const int error = errno;
  if (!connects) descriptor = Descriptor();
  errno = error;
  return descriptor;
}

Descriptor ListenAt(const std::filesystem::path& socket) {
  errno = ENAMETOOLONG;
  if (!FitsAddress(socket)) return Descriptor();
  Descriptor descriptor = PacketSocket();
  const sockaddr_un address = AddressOf(socket);
  unlink(socket.c_str());
  const mode_t before = umask(0177);
  const bool listens =
      descriptor.is_open() &&
      bind(descriptor.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      listen(descriptor.number(), kBacklog) == 0;
  umask(before);
  return listens ? std::move(descriptor) : Descriptor();
}

std::uint64_t BootMs() {
  timespec now = {};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1000 +
         static_cast<std::uint64_t>(now.tv_nsec) / 1'000'000;
}

}  // namespace holdfast::client
