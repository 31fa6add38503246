// A vault's place and an agent there, for the tests of both.
#pragma once

#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <optional>

#include "client/agent/agent_call.h"
#include "client/agent/agent_process.h"
#include "client/agent/agent_wire.h"
#include "support/catch.h"
#include "support/temp_dir.h"

namespace holdfast::client {

inline constexpr std::uint64_t kLongMs = 60'000;

inline crypto::VaultKey KeyOf(char c) {
  return crypto::VaultKey::From(Bytes(32, c), "key").value();
}

// A vault's place, and perhaps an agent there.
struct Scene {
  Scene() {
    test::WriteFile(vault, "wrapped");
    REQUIRE(TakePlace(place).ok());
  }
  ~Scene() { EndAgent(place).IgnoreError(); }

  absl::StatusOr<bool> Serve(std::uint64_t for_ms = kLongMs) {
    auto start = AgentStart::Begin({vault, place.socket, for_ms});
    REQUIRE(start.ok());
    return start->Give(identity, KeyOf('k'));
  }
  std::optional<HeldKey> Key() const { return AskForKey(place, identity); }
  bool HasSocket() const {
    return std::filesystem::exists(std::filesystem::symlink_status(place.socket));
  }
  // Of the process that listens.
  pid_t Agent() const {
    const Descriptor line = ConnectTo(place.socket);
    REQUIRE(line.is_open());
    return PeerOfOwnUser(line.number()).value();
  }

  test::TempDir dir;
  std::filesystem::path vault = dir / "vault";
  AgentPlace place = PlaceOfAgent(vault, dir.path());
  Hash identity = VaultIdentity("wrapped");
};

}  // namespace holdfast::client
