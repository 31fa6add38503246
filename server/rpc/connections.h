// Which connections are open, so that no peer uses up the descriptors that the store
// and everybody else need. gRPC owns and closes them; whether one is still the same
// socket is asked of the kernel.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <map>
#include <string>

namespace holdfast::server {

class Connections {
 public:
  using Clock = std::chrono::steady_clock;

  // `most` at once, and half of them from one address.
  explicit Connections(std::size_t most) : most_(most) {}

  // Counts a socket of this peer, unless there are too many: then false, and the
  // caller closes it. Looks for closed ones at most every kSweepPeriod.
  bool Admit(int descriptor, const std::string& peer, Clock::time_point now);

  std::size_t count() const { return open_.size(); }  // as the last look found

 private:
  struct Open {
    dev_t device = 0;
    ino_t inode = 0;
    std::string peer;
  };

  bool HasRoom(const std::string& peer) const;
  void Sweep();
  void Forget(std::map<int, Open>::iterator connection);

  const std::size_t most_;
  std::map<int, Open> open_;
  std::map<std::string, std::size_t> of_peer_;
  Clock::time_point swept_{};
};

// One look at every connection takes a few milliseconds.
inline constexpr std::chrono::milliseconds kSweepPeriod{100};
// Of all connections, the part that one address may hold: with a forwarder in front
// all come from one.
inline constexpr std::size_t kPeerShare = 2;

}  // namespace holdfast::server
