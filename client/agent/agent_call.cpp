#include "client/agent/agent_call.h"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <system_error>

#include "client/agent/agent_wire.h"
#include "crypto/public/hash.h"
#include "rules/errors.h"

namespace holdfast::client {
namespace {

using Moment = std::chrono::steady_clock::time_point;

bool WaitUntilReadable(int socket, Moment end) {
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    pollfd ready = {socket, POLLIN, 0};
    const int count = poll(&ready, 1, static_cast<int>(std::max<long>(left.count(), 0)));
    if (count >= 0 || errno != EINTR) return count > 0;
  }
}

// An agent's socket, once it is known to be this user's.
struct Line {
  Descriptor socket;
  pid_t agent = 0;
};

std::optional<Line> CallUp(const AgentPlace& place) {
  if (!CheckPlace(place).ok()) return std::nullopt;
  Descriptor socket = ConnectTo(place.socket);
  if (!socket.is_open()) return std::nullopt;
  const std::optional<pid_t> agent = PeerOfOwnUser(socket.number());
  if (!agent) return std::nullopt;
  return Line{std::move(socket), *agent};
}

struct Told {
  AgentAnswer answer;
  std::optional<crypto::VaultKey> key;
};

std::optional<Told> Ask(const Line& line, const AgentRequest& request, Moment end) {
  const Bytes packet = EncodeAgentRequest(request);
  if (send(line.socket.number(), packet.data(), packet.size(), MSG_NOSIGNAL) !=
          static_cast<ssize_t>(packet.size()) ||
      !WaitUntilReadable(line.socket.number(), end)) {
    return std::nullopt;
  }
  std::array<char, kAgentAnswerBytes> front{};
  crypto::VaultKey key;
  std::array<iovec, 2> parts = {{{front.data(), front.size()}, {key.data(), key.size}}};
  msghdr message = {};
  message.msg_iov = parts.data();
  message.msg_iovlen = parts.size();
  const ssize_t size = recvmsg(line.socket.number(), &message, 0);
  const bool with_key = size == static_cast<ssize_t>(front.size() + key.size);
  if ((message.msg_flags & MSG_TRUNC) != 0 ||
      (!with_key && size != static_cast<ssize_t>(front.size()))) {
    return std::nullopt;
  }
  const auto answer = DecodeAgentAnswer({front.data(), front.size()});
  if (!answer.ok()) return std::nullopt;
  Told told{*answer, std::nullopt};
  if (with_key) told.key = std::move(key);
  return told;
}

std::optional<Told> AskFor(AgentAsk what, const AgentPlace& place, const Hash& vault) {
  const Moment end = std::chrono::steady_clock::now() + kAgentWait;
  const auto line = CallUp(place);
  if (!line) return std::nullopt;
  auto told = Ask(*line, {what, vault}, end);
  if (!told || told->answer.has != AgentHas::kIt) return std::nullopt;
  return told;
}

// The other side has gone, with its process.
bool HangsUp(const Line& line, Moment end) {
  char nothing = 0;
  return WaitUntilReadable(line.socket.number(), end) &&
         recv(line.socket.number(), &nothing, 1, 0) <= 0;
}

}  // namespace

Hash VaultIdentity(BytesView wrapped_key) { return crypto::Sha256({wrapped_key}); }

std::optional<HeldKey> AskForKey(const AgentPlace& place, const Hash& vault) {
  auto told = AskFor(AgentAsk::kKey, place, vault);
  if (!told || !told->key) return std::nullopt;
  return HeldKey{*std::move(told->key), told->answer.left_ms};
}

std::optional<Holding> AskHowLong(const AgentPlace& place, const Hash& vault) {
  const auto told = AskFor(AgentAsk::kHowLong, place, vault);
  if (!told) return std::nullopt;
  return Holding{told->answer.left_ms, told->answer.memory_locked};
}

absl::StatusOr<bool> EndAgent(const AgentPlace& place) {
  std::error_code error;
  if (!std::filesystem::exists(std::filesystem::symlink_status(place.folder, error))) return false;
  HOLDFAST_ASSIGN_OR_RETURN(const Descriptor taken, TakePlace(place));
  return EndAgentAt(place, taken);
}

absl::StatusOr<bool> EndAgentAt(const AgentPlace& place, const Descriptor& /*taken*/) {
  const Moment end = std::chrono::steady_clock::now() + kAgentWait;
  const auto line = CallUp(place);
  if (line && Ask(*line, {AgentAsk::kEnd, {}}, end)) HangsUp(*line, end);
  // One that hangs, or is of another version. While it listens its number is no other's.
  if (const auto again = CallUp(place); again && again->agent > 1) {
    kill(again->agent, SIGKILL);
    HangsUp(*again, std::chrono::steady_clock::now() + kAgentWait);
    if (CallUp(place)) {
      return Refuse(
          Reason::kStorageFailed, "",
          "the process " + std::to_string(again->agent) + ", which holds the key, does not end");
    }
  }
  // What a killed one left.
  if (!ConnectTo(place.socket).is_open() && errno == ECONNREFUSED) unlink(place.socket.c_str());
  return line.has_value();
}

}  // namespace holdfast::client
