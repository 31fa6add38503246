#include "server/rpc/connections.h"

#include <sys/stat.h>

namespace holdfast::server {

bool Connections::Admit(int descriptor, const std::string& peer, Clock::time_point now) {
  // The kernel gave this number out again.
  if (const auto before = open_.find(descriptor); before != open_.end()) Forget(before);
  if (!HasRoom(peer) && now - swept_ >= kSweepPeriod) {
    Sweep();
    swept_ = now;
  }
  struct stat facts {};
  if (!HasRoom(peer) || ::fstat(descriptor, &facts) != 0) return false;
  open_[descriptor] = {facts.st_dev, facts.st_ino, peer};
  ++of_peer_[peer];
  return true;
}

bool Connections::HasRoom(const std::string& peer) const {
  const auto held = of_peer_.find(peer);
  return open_.size() < most_ && (held == of_peer_.end() || held->second < most_ / kPeerShare);
}

void Connections::Sweep() {
  for (auto at = open_.begin(); at != open_.end();) {
    const auto connection = at++;
    struct stat facts {};
    const Open& known = connection->second;
    if (::fstat(connection->first, &facts) != 0 || facts.st_ino != known.inode ||
        facts.st_dev != known.device) {
      Forget(connection);
    }
  }
}

void Connections::Forget(std::map<int, Open>::iterator connection) {
  const auto held = of_peer_.find(connection->second.peer);
  if (--held->second == 0) of_peer_.erase(held);
  open_.erase(connection);
}

}  // namespace holdfast::server
