#include "server/rpc/connections.h"

#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>

namespace holdfast::server {

bool Connections::Admit(const Accepted& accepted, Clock::time_point now) {
  const int descriptor = accepted.descriptor;
  const std::string& peer = accepted.peer;
  // The kernel gave this number out again.
  if (const auto before = open_.find(descriptor); before != open_.end()) Forget(before);
  if (!MayOpen(peer, now)) return false;
  if (!HasRoom(peer) && now - swept_ >= kSweepPeriod) {
    Sweep();
    swept_ = now;
  }
  struct stat facts {};
  if (!HasRoom(peer) || ::fstat(descriptor, &facts) != 0) return false;
  open_[descriptor] = {facts.st_dev, facts.st_ino, peer, accepted.endpoint};
  ++of_peer_[peer];
  return true;
}

bool Connections::CutOff(const std::string& endpoint, Clock::time_point now) {
  // One that was closed and came from the same port may not have been noticed yet.
  const auto found = std::find_if(open_.begin(), open_.end(), [&](const auto& connection) {
    return connection.second.endpoint == endpoint && IsOpen(connection);
  });
  if (found == open_.end()) return false;
  if (pauses_.size() >= kPeersKnownMax) pauses_.clear();
  pauses_[found->second.peer].until = now + kCutOffPause;
  return ::shutdown(found->first, SHUT_RDWR) == 0;
}

bool Connections::MayOpen(const std::string& peer, Clock::time_point now) {
  if (const auto pause = pauses_.find(peer); pause != pauses_.end()) {
    if (now < pause->second.until && ++pause->second.opened > kOpenedInPauseMax) return false;
    if (now >= pause->second.until) pauses_.erase(pause);
  }
  if (now - minute_ >= std::chrono::minutes(1) || opened_.size() >= kPeersKnownMax) {
    opened_.clear();
    minute_ = now;
  }
  return ++opened_[peer] <= kOpenedPerMinuteMax;
}

bool Connections::HasRoom(const std::string& peer) const {
  const auto held = of_peer_.find(peer);
  return open_.size() < most_ && (held == of_peer_.end() || held->second < most_ / kPeerShare);
}

void Connections::Sweep() {
  for (auto at = open_.begin(); at != open_.end();) {
    const auto connection = at++;
    if (!IsOpen(*connection)) Forget(connection);
  }
}

bool Connections::IsOpen(const std::map<int, Open>::value_type& connection) {
  struct stat facts {};
  const Open& known = connection.second;
  return ::fstat(connection.first, &facts) == 0 && facts.st_ino == known.inode &&
         facts.st_dev == known.device;
}

void Connections::Forget(std::map<int, Open>::iterator connection) {
  const auto held = of_peer_.find(connection->second.peer);
  if (--held->second == 0) of_peer_.erase(held);
  open_.erase(connection);
}

}  // namespace holdfast::server
