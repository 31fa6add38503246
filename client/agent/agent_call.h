// A command's questions to an agent. None is asked that this user did not begin, and none is
// waited for long.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>

#include "client/agent/agent_place.h"
#include "client/agent/agent_socket.h"
#include "crypto/vault_key.h"
#include "rules/identifiers.h"

namespace holdfast::client {

// For an answer. An agent that takes longer is none.
inline constexpr std::chrono::milliseconds kAgentWait{1000};

// By which an agent knows the vault: of its wrapped key.
Hash VaultIdentity(BytesView wrapped_key);

struct HeldKey {
  crypto::VaultKey key;
  std::uint64_t left_ms = 0;
};
// None where no agent holds the key of `vault`, whatever the cause. Whether it is the right
// one is for the vault to say.
std::optional<HeldKey> AskForKey(const AgentPlace& place, const Hash& vault);

struct Holding {
  std::uint64_t left_ms = 0;
  bool memory_locked = false;
};
std::optional<Holding> AskHowLong(const AgentPlace& place, const Hash& vault);

// Ends what serves there, by force where it does not answer, and takes its socket away.
// Whether there was one. storage_failed where that cannot be known, or it does not end.
absl::StatusOr<bool> EndAgent(const AgentPlace& place);
// The same for whoever has taken the place.
absl::StatusOr<bool> EndAgentAt(const AgentPlace& place, const Descriptor& taken);

}  // namespace holdfast::client
