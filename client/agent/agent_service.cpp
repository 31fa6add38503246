#include "client/agent/agent_service.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "client/agent/agent_wire.h"

namespace holdfast::client {
namespace {

class KeyService {
 public:
  KeyService(const AgentDuty& duty, const Hash& vault, LockedKey& key, Descriptor listening)
      : duty_(duty),
        vault_(vault),
        key_(key),
        listening_(std::move(listening)),
        own_(IdentityOf(duty.socket)),
        until_ms_(BootMs() + duty.for_ms) {}

  void Run(const Descriptor& signals);

 private:
  // A timer that runs out at once when the machine wakes too late.
  Descriptor Deadline() const;
  bool IsOver() const { return BootMs() >= until_ms_; }
  bool IsWanted() const;
  void TakeConnection();
  AgentAnswer AnswerTo(const AgentRequest& request);
  void Reply(int connection, const AgentAnswer& answer, bool with_key);
  void Forget();

  const AgentDuty& duty_;
  const Hash vault_;
  LockedKey& key_;
  Descriptor listening_;
  const FileIdentity own_;
  const std::uint64_t until_ms_;
  bool ends_ = false;
};

Descriptor KeyService::Deadline() const {
  Descriptor timer(timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK));
  itimerspec at = {};
  at.it_value.tv_sec = static_cast<time_t>(until_ms_ / 1000);
  at.it_value.tv_nsec = static_cast<long>(until_ms_ % 1000 * 1'000'000);
  if (timer.is_open()) timerfd_settime(timer.number(), TFD_TIMER_ABSTIME, &at, nullptr);
  return timer;
}

bool KeyService::IsWanted() const {
  struct stat found = {};
  const bool vault_gone =
      stat(duty_.vault.c_str(), &found) != 0 && (errno == ENOENT || errno == ENOTDIR);
  return !IsOver() && !vault_gone && IdentityOf(duty_.socket) == own_;
}

void KeyService::Run(const Descriptor& signals) {
  const Descriptor deadline = Deadline();
  std::array<pollfd, 3> events = {{{listening_.number(), POLLIN, 0},
                                   {signals.number(), POLLIN, 0},
                                   {deadline.number(), POLLIN, 0}}};
  while (!ends_ && IsWanted()) {
    const int count = poll(events.data(), events.size(), kAgentLookMs);
    if (count < 0 && errno != EINTR) break;
    if (count <= 0) continue;
    if (events[1].revents != 0 || events[2].revents != 0) break;
    if (events[0].revents != 0) TakeConnection();
  }
  Forget();
}

void KeyService::Forget() {
  key_.Wipe();
  if (!listening_.is_open()) return;  // it was done
  // Before nobody listens, so that whoever finds nobody may put another in its place.
  if (IdentityOf(duty_.socket) == own_) unlink(duty_.socket.c_str());
  listening_ = Descriptor();
}

void KeyService::TakeConnection() {
  const Descriptor connection(accept4(listening_.number(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!connection.is_open() || !PeerOfOwnUser(connection.number())) return;
  const timeval wait = {0, kPacketWaitMs * 1000};
  setsockopt(connection.number(), SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
  setsockopt(connection.number(), SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
  std::array<char, kAgentRequestBytes + 1> packet{};
  const ssize_t size = recv(connection.number(), packet.data(), packet.size(), 0);
  if (size <= 0) return;
  const auto request = DecodeAgentRequest({packet.data(), static_cast<std::size_t>(size)});
  if (!request.ok()) return Reply(connection.number(), {}, false);
  const AgentAnswer answer = AnswerTo(*request);
  const bool has = answer.has == AgentHas::kIt;
  if (ends_) Forget();
  Reply(connection.number(), answer, has && request->ask == AgentAsk::kKey);
}

AgentAnswer KeyService::AnswerTo(const AgentRequest& request) {
  AgentAnswer answer{AgentHas::kOther, key_.is_locked(), 0};
  // The vault at this place has another passphrase by now, or is another one.
  if (request.ask == AgentAsk::kEnd || request.vault != vault_ || !IsWanted()) {
    ends_ = true;
    return answer;
  }
  const std::uint64_t now_ms = BootMs();
  if (now_ms >= until_ms_) return answer;
  answer.has = AgentHas::kIt;
  answer.left_ms = until_ms_ - now_ms;
  return answer;
}

// The key goes from its own page to the other side, with no copy of it here.
void KeyService::Reply(int connection, const AgentAnswer& answer, bool with_key) {
  Bytes front = EncodeAgentAnswer(answer);
  std::array<iovec, 2> parts = {{{front.data(), front.size()}, {key_.data(), LockedKey::size}}};
  msghdr message = {};
  message.msg_iov = parts.data();
  message.msg_iovlen = with_key ? 2 : 1;
  sendmsg(connection, &message, MSG_NOSIGNAL);
}

}  // namespace

void ServeKey(const AgentDuty& duty, const Hash& vault, LockedKey& key, Descriptor listening,
              const Descriptor& signals) {
  KeyService(duty, vault, key, std::move(listening)).Run(signals);
}

}  // namespace holdfast::client
