// What the agent does: holds one key for a while, hands it to this user's commands, and ends.
#pragma once

#include <cstdint>
#include <filesystem>

#include "client/agent/agent_socket.h"
#include "client/agent/locked_key.h"
#include "rules/identifiers.h"

namespace holdfast::client {

// For the packet of a command that has connected: none keeps the others waiting for longer.
inline constexpr std::uint32_t kPacketWaitMs = 250;
// Between two looks at whether the vault and the socket are still there.
inline constexpr int kAgentLookMs = 30'000;

struct AgentDuty {
  std::filesystem::path vault;
  std::filesystem::path socket;
  std::uint64_t for_ms = 0;  // kHeldMsMax at most
};

// Serves at the socket of `duty`, through `listening`, until the time is over, a signal of
// `signals` comes, a command asks it to end or for another vault, or the vault or the socket
// is gone. Then the key is zero and the socket is gone.
void ServeKey(const AgentDuty& duty, const Hash& vault, LockedKey& key, Descriptor listening,
              const Descriptor& signals);

}  // namespace holdfast::client
