// Which connections are open, so that no peer uses up the descriptors that the store
// and everybody else need. gRPC owns and closes them; whether one is still the same
// socket is asked of the kernel.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <map>
#include <string>

#include "server/rpc/listener.h"

namespace holdfast::server {

class Connections {
 public:
  using Clock = std::chrono::steady_clock;

  // `most` at once, and half of them from one address.
  explicit Connections(std::size_t most) : most_(most) {}

  // Counts a socket of this peer, unless there are too many, or too many were opened within
  // a minute, or a few since one of the peer's was cut off: then false, and the caller
  // closes it. Looks for closed ones at most every kSweepPeriod.
  bool Admit(const Accepted& accepted, Clock::time_point now);
  // Ends a connection that is open, though gRPC has it. False where there is none. On the
  // thread that accepts: so its number is nobody else's by then.
  bool CutOff(const std::string& endpoint, Clock::time_point now);

  // Forgets those that were closed.
  void Sweep();

  std::size_t count() const { return open_.size(); }  // as the last look found

 private:
  struct Open {
    dev_t device = 0;
    ino_t inode = 0;
    std::string peer;
    std::string endpoint;
  };

  static bool IsOpen(const std::map<int, Open>::value_type& connection);
  bool HasRoom(const std::string& peer) const;
  bool MayOpen(const std::string& peer, Clock::time_point now);
  void Forget(std::map<int, Open>::iterator connection);

  const std::size_t most_;
  std::map<int, Open> open_;
  std::map<std::string, std::size_t> of_peer_;
  Clock::time_point swept_{};
  std::map<std::string, std::size_t> opened_;  // by each peer since minute_
  Clock::time_point minute_{};
  struct Pause {
    Clock::time_point until;
    std::size_t opened = 0;  // meanwhile
  };
  std::map<std::string, Pause> pauses_;
};

// One look at every connection takes a few milliseconds.
inline constexpr std::chrono::milliseconds kSweepPeriod{100};
// Of all connections, the part that one address may hold: with a forwarder in front
// all come from one.
inline constexpr std::size_t kPeerShare = 2;
// By one address: a handshake costs about a millisecond.
inline constexpr std::size_t kOpenedPerMinuteMax = 6000;
// After one of its connections was cut off an address opens few others for so long. Those
// that it has go on, and a few may come: with a forwarder in front they may be other people's.
inline constexpr std::chrono::seconds kCutOffPause{10};
inline constexpr std::size_t kOpenedInPauseMax = 4;
// Addresses that are remembered for either.
inline constexpr std::size_t kPeersKnownMax = 65'536;

}  // namespace holdfast::server
