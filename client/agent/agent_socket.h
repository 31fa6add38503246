// Sockets between processes of one user, and the clock that goes on while the machine sleeps.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <utility>

namespace holdfast::client {

// Closed with it.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }

  int number() const { return number_; }
  bool is_open() const { return number_ >= 0; }

 private:
  int number_;
};

// The process at the other end: the one that listened, or that connected. None where it is
// another user's, whoever owns the file between the two.
std::optional<pid_t> PeerOfOwnUser(int socket);

// With packets, not blocking. Not open where that cannot be done; errno says why.
Descriptor ConnectTo(const std::filesystem::path& socket);
// A file of mode 0600, in place of what is there.
Descriptor ListenAt(const std::filesystem::path& socket);

struct FileIdentity {
  dev_t device = 0;
  ino_t inode = 0;
  bool operator==(const FileIdentity&) const = default;
};
// Of what lies there itself, no link followed; zeros where nothing does.
FileIdentity IdentityOf(const std::filesystem::path& path);

// Whether such a name fits an address of the system.
bool FitsAddress(const std::filesystem::path& socket);

// Since the machine started, sleep included; no setting of the clock moves it.
std::uint64_t BootMs();

}  // namespace holdfast::client
