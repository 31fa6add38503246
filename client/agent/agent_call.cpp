#include "client/agent/agent_call.h"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>
#include <thread>

#include "client/agent/agent_wire.h"
#include "crypto/public/hash.h"
#include "rules/errors.h"

namespace holdfast::client {
namespace {

using Moment = std::chrono::steady_clock::time_point;

constexpr std::chrono::milliseconds kCallStep{10};

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

struct Call {
  std::optional<Line> line;
  int error = 0;  // an error number, where there is no line

  // Any other error says nothing of that.
  bool IsToNobody() const { return error == ENOENT || error == ECONNREFUSED; }
};

Call CallUp(const AgentPlace& place) {
  if (!CheckPlace(place).ok()) return {std::nullopt, EACCES};
  Descriptor socket = ConnectTo(place.socket);
  if (!socket.is_open()) return {std::nullopt, errno};
  const std::optional<pid_t> agent = PeerOfOwnUser(socket.number());
  if (!agent) return {std::nullopt, EPERM};
  return {Line{std::move(socket), *agent}, 0};
}

// Again and again until somebody takes the call, or there is nobody.
Call CallUpUntil(const AgentPlace& place, Moment end) {
  for (;;) {
    Call call = CallUp(place);
    if (call.line || call.IsToNobody() || std::chrono::steady_clock::now() >= end) return call;
    std::this_thread::sleep_for(kCallStep);
  }
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
  const Call call = CallUp(place);
  if (!call.line) return std::nullopt;
  auto told = Ask(*call.line, {what, vault}, end);
  if (!told || told->answer.has != AgentHas::kIt) return std::nullopt;
  return told;
}

// The other side has gone, with its process.
bool HangsUp(const Line& line, Moment end) {
  char nothing = 0;
  return WaitUntilReadable(line.socket.number(), end) &&
         recv(line.socket.number(), &nothing, 1, 0) <= 0;
}

// By its claim, which it has for as long as it lives; else by who listens.
std::optional<pid_t> AgentAt(const AgentPlace& place) {
  if (const auto holder = HolderOf(place)) return holder;
  const Call call = CallUp(place);
  return call.line ? std::optional(call.line->agent) : std::nullopt;
}

// False where it lives on.
bool EndByForce(const AgentPlace& place, pid_t agent) {
  if (agent <= 1 || agent == getpid()) return false;
  const Descriptor process(static_cast<int>(syscall(SYS_pidfd_open, agent, 0)));
  if (!process.is_open()) return errno == ESRCH;
  // What is held open is still the same, and not another one with its number.
  if (AgentAt(place) != agent) return true;
  syscall(SYS_pidfd_send_signal, process.number(), SIGKILL, nullptr, 0);
  return WaitUntilReadable(process.number(), std::chrono::steady_clock::now() + kAgentWait);
}

absl::Status NotEnded(const std::string& what) {
  return Refuse(Reason::kStorageFailed, "",
                what + "; end it with \"pkill -KILL holdfast-agent\", and try again");
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
  const auto folder = std::filesystem::symlink_status(place.folder, error);
  if (folder.type() == std::filesystem::file_type::not_found) return false;
  HOLDFAST_ASSIGN_OR_RETURN(const Descriptor taken, TakePlace(place));
  return EndAgentAt(place, taken);
}

absl::StatusOr<bool> EndAgentAt(const AgentPlace& place, const Descriptor& /*taken*/) {
  const Moment end = std::chrono::steady_clock::now() + kAgentWait;
  const Call call = CallUpUntil(place, end);
  if (call.line && Ask(*call.line, {AgentAsk::kEnd, {}}, end)) HangsUp(*call.line, end);
  // Its process ends a moment after its last word.
  while (HolderOf(place) && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(kCallStep);
  }
  // One that hangs, or is of another version.
  const std::optional<pid_t> hanging = AgentAt(place);
  if (hanging && !EndByForce(place, *hanging)) {
    return NotEnded("the process " + std::to_string(*hanging) +
                    ", which holds the key, does not end");
  }
  const Call last = CallUpUntil(place, std::chrono::steady_clock::now() + kAgentWait);
  if (!last.IsToNobody()) {
    return NotEnded("whether a process holds the key cannot be known, as nothing gets through to " +
                    place.socket.string() +
                    (last.line ? "" : std::string(" (") + std::strerror(last.error) + ")"));
  }
  if (last.error == ECONNREFUSED) unlink(place.socket.c_str());  // what a killed one left
  return call.line.has_value() || hanging.has_value();
}

}  // namespace holdfast::client
