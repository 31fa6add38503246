// What this device holds of each sender's chain in a bond, and what it tells
// others of it.
//
// The head that is told is the last one without a gap before it: "I hold
// everything up to here". A sender erases its sealed bytes only up to there, so a
// message that was dropped on the way, or could not be opened, is never taken for
// delivered because a later one was.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "client/core/vault/vault.h"
#include "crypto/chain.h"

namespace holdfast::client {

enum class ChainStep {
  kInOrder,
  kGap,       // some before it have not arrived
  kFillsGap,  // one that was missing
  kRepeated,  // its place is taken: two messages claim it, or an old one came back
  kForked,    // it builds on another past than the one this device saw
};

struct ChainFinding {
  ChainStep step = ChainStep::kInOrder;
  std::uint64_t missing = 0;  // kGap: how many
};

// Moves `chain` on by one authentic message. kRepeated leaves it as it is.
ChainFinding Advance(vault::Chain& chain, const DeviceId& sender, std::uint64_t position,
                     const Hash& previous, const Hash& message_hash);

// What is missing up to `last` will not come: where nothing else is missing, the chain counts as
// whole up to its newest.
void GiveUpMissing(vault::Chain& chain, std::uint64_t last);

// Heads without a gap of the bond's other devices, for a capsule: those of `listed` first, then of
// former devices, as many as fit.
absl::StatusOr<std::vector<crypto::ChainHead>> HeadsToTell(const VaultReader& reader,
                                                           const BondId& bond,
                                                           const std::vector<DeviceId>& listed);

}  // namespace holdfast::client
