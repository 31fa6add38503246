// Where a vault's agent is found: a socket in a folder that only this user can reach.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "client/agent/agent_socket.h"

namespace holdfast::client {

// For another command that begins or ends an agent just now.
inline constexpr std::chrono::milliseconds kFolderWait{5000};
// Of the folder, looked at where all agents are to end.
inline constexpr std::size_t kAgentsMax = 1024;

struct AgentPlace {
  std::filesystem::path folder;
  std::filesystem::path socket;
};

// holdfast in `runtime`, which is XDG_RUNTIME_DIR; where that is empty holdfast-USER-ID in
// `temporary`. The socket is named after the vault, whatever links lead to it.
AgentPlace PlaceOfAgent(const std::filesystem::path& vault, const std::filesystem::path& runtime,
                        const std::filesystem::path& temporary = "/tmp");

// Whether nobody else can have put something there. storage_failed, saying what is wrong.
absl::Status CheckPlace(const AgentPlace& place);

// Makes the folder where there is none, checks it and locks it: while the answer lives, no
// other command begins or ends an agent. storage_failed.
absl::StatusOr<Descriptor> TakePlace(const AgentPlace& place);

// For the one before to be gone wholly, once it no longer listens.
inline constexpr std::chrono::milliseconds kClaimWait{1000};

// By the process that is to serve at `socket`: as long as the answer is open, the system knows
// its number and tells it to HolderOf(), also where it answers nobody. Not open where another
// has it, or the system refuses; errno says why.
Descriptor ClaimPlace(const std::filesystem::path& socket);
// The process that has claimed the place. None as well where the file of claims was removed.
std::optional<pid_t> HolderOf(const AgentPlace& place);

// The sockets of all agents in the same folder.
std::vector<AgentPlace> AllAgents(const std::filesystem::path& folder);

}  // namespace holdfast::client
