// How an agent comes to be: a process of its own, detached from terminal and command, which
// is there before there is a secret and is then handed the key.
#pragma once

#include "absl/status/statusor.h"
#include "client/agent/agent_service.h"
#include "crypto/vault_key.h"

namespace holdfast::client {

// For the new process to say that it serves.
inline constexpr int kAgentStartMs = 5000;

class AgentStart {
 public:
  // From a process with one thread, and before it knows passphrase or key: nothing of them is
  // in the memory that the agent begins with. What is not handed a key ends with this.
  // storage_failed where the system has no room for another process.
  static absl::StatusOr<AgentStart> Begin(const AgentDuty& duty);

  // From now on it serves for as long as its duty says. Whether the system keeps its memory
  // out of the swap space; storage_failed where it does not serve.
  absl::StatusOr<bool> Give(const Hash& vault, const crypto::VaultKey& key);

 private:
  explicit AgentStart(Descriptor agent) : agent_(std::move(agent)) {}

  Descriptor agent_;
};

}  // namespace holdfast::client
