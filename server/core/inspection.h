// Reads a whole store, or a sample of it, and says what is not as it was written: bodies
// against the hashes in their envelopes, receipts and ledger entries against the signed
// trees of their batches, archives, chains and counts. It changes nothing.
#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "server/core/standing.h"
#include "server/core/store_finding.h"
#include "server/store/store.h"

namespace holdfast::server {

struct StoreCounts {
  std::uint64_t accounts = 0;
  std::uint64_t bonds = 0;
  std::uint64_t envelopes = 0;
  std::uint64_t bodies = 0;  // read, and as they were sealed
  std::uint64_t entries = 0;
  std::uint64_t batches = 0;
};

// All of it. The practice's key is the one that its record names. storage_failed where not
// even that can be read.
absl::StatusOr<StoreCounts> InspectStore(Transaction& transaction, FindingSink found);

// At most so many envelopes with their bodies and receipts: `seed` picks a bond for each, and
// any of the bond's. What is picked twice is read and counted once.
absl::StatusOr<StoreCounts> InspectSample(Transaction& transaction, std::size_t envelopes,
                                          BytesView seed, FindingSink found);
// Bytes of the seed for each envelope: of a bond's id, and of a number.
inline constexpr std::size_t kSeedNumberBytes = 8;
inline constexpr std::size_t kSeedBytes = BondId::size + kSeedNumberBytes;

}  // namespace holdfast::server
