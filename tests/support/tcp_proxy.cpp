#include "support/tcp_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <utility>
#include <vector>

namespace holdfast::test {
namespace {

constexpr int kPollMs = 10;

sockaddr_in AddressOf(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  sockaddr_in result{};
  result.sin_family = AF_INET;
  result.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1))));
  inet_pton(AF_INET, address.substr(0, colon).c_str(), &result.sin_addr);
  return result;
}

bool WriteAll(int fd, const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t written = send(fd, data, size, MSG_NOSIGNAL);
    if (written <= 0) return false;
    data += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

}  // namespace

int ConnectTo(const std::string& target) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = AddressOf(target);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    close(fd);
    return -1;
  }
  return fd;
}

int ListenOnLoopback(std::string& address) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in bound = AddressOf("127.0.0.1:0");
  socklen_t size = sizeof bound;
  auto* const generic = reinterpret_cast<sockaddr*>(&bound);
  if (fd < 0 || bind(fd, generic, size) != 0 || listen(fd, SOMAXCONN) != 0 ||
      getsockname(fd, generic, &size) != 0) {
    throw std::runtime_error("cannot listen on loopback");
  }
  address = "127.0.0.1:" + std::to_string(ntohs(bound.sin_port));
  return fd;
}

TcpProxy::TcpProxy(std::string target)
    : listener_(ListenOnLoopback(address_)), target_(std::move(target)) {
  thread_ = std::thread([this] { Loop(); });
}

TcpProxy::~TcpProxy() {
  stop_ = true;
  thread_.join();
  close(listener_);
}

void TcpProxy::SetTarget(std::string target) {
  const std::lock_guard lock(mutex_);
  target_ = std::move(target);
}

void TcpProxy::Cut() {
  cut_ = true;
  while (cut_) std::this_thread::yield();
}

void TcpProxy::Accept() {
  const int near = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (near < 0) return;
  ++connections_;
  std::string target;
  {
    const std::lock_guard lock(mutex_);
    target = target_;
  }
  const int far = refuse_ ? -1 : ConnectTo(target);
  if (far < 0) {
    close(near);
    return;
  }
  peers_[near] = far;
  peers_[far] = near;
}

bool TcpProxy::Carry(int from, int to) {
  std::array<char, 65536> buffer;
  const ssize_t size = recv(from, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (size <= 0) return false;
  if (delay_ms_ > 0) std::this_thread::sleep_for(std::chrono::milliseconds(delay_ms_));
  return WriteAll(to, buffer.data(), static_cast<std::size_t>(size));
}

void TcpProxy::Loop() {
  const auto drop = [this](int fd) {
    const auto entry = peers_.find(fd);
    if (entry == peers_.end()) return;
    const int other = entry->second;
    peers_.erase(fd);
    peers_.erase(other);
    close(fd);
    close(other);
  };
  while (!stop_) {
    std::vector<pollfd> waiting = {{listener_, POLLIN, 0}};
    if (!stall_) {
      for (const auto& [fd, other] : peers_) waiting.push_back({fd, POLLIN, 0});
    }
    poll(waiting.data(), waiting.size(), kPollMs);
    if (cut_) {
      while (!peers_.empty()) drop(peers_.begin()->first);
      cut_ = false;
      continue;
    }
    for (std::size_t i = 1; i < waiting.size(); ++i) {
      const auto entry = peers_.find(waiting[i].fd);
      if (waiting[i].revents == 0 || entry == peers_.end()) continue;
      if (!Carry(entry->first, entry->second)) drop(entry->first);
    }
    if (waiting[0].revents != 0) Accept();
  }
  while (!peers_.empty()) drop(peers_.begin()->first);
}

}  // namespace holdfast::test
