// What a command and the agent that holds a vault's key say to each other: one request and
// one answer a connection, each one packet. Behind an answer that has it stands the key.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "rules/identifiers.h"

namespace holdfast::client {

// Of both packets. An agent goes on when the program that began it is replaced; of another
// version nothing is understood, and the passphrase is asked for.
inline constexpr std::uint8_t kAgentVersion = 1;

// The longest time for which a key may be held: who was away for longer than a day shows
// anew that it is them.
inline constexpr std::uint64_t kHeldMsMax = std::uint64_t{24} * 3600 * 1000;

enum class AgentAsk : std::uint8_t {
  kKey = 1,      // for the key, and how long it is held
  kHowLong = 2,  // only that
  kEnd = 3,      // to forget the key and end, whatever vault it is of
};

// version || ask || vault.
struct AgentRequest {
  AgentAsk ask = AgentAsk::kKey;
  // SHA-256 of the vault's wrapped key: another passphrase makes it another one.
  Hash vault;

  bool operator==(const AgentRequest&) const = default;
};
inline constexpr std::size_t kAgentRequestBytes = 2 + Hash::size;

enum class AgentHas : std::uint8_t {
  kIt = 1,
  kOther = 2,          // another vault's: it is forgotten, as that vault is no more
  kNotUnderstood = 3,  // the request
};

// version || has || whether the memory is locked || milliseconds left (u64). 0 where it has
// not what was asked for.
struct AgentAnswer {
  AgentHas has = AgentHas::kNotUnderstood;
  bool memory_locked = false;
  std::uint64_t left_ms = 0;

  bool operator==(const AgentAnswer&) const = default;
};
inline constexpr std::size_t kAgentAnswerBytes = 3 + sizeof(std::uint64_t);

Bytes EncodeAgentRequest(const AgentRequest& request);
// unsupported_version or malformed_field.
absl::StatusOr<AgentRequest> DecodeAgentRequest(BytesView bytes);
Bytes EncodeAgentAnswer(const AgentAnswer& answer);
absl::StatusOr<AgentAnswer> DecodeAgentAnswer(BytesView bytes);

}  // namespace holdfast::client
