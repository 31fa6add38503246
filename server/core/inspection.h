// Reads a whole store, or a sample of it, and says what is not as it was written: bodies
// against the hashes in their envelopes, receipts and ledger entries against the signed
// trees of their batches, archives, chains and counts. It changes nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "rules/identifiers.h"
#include "server/store/store.h"

namespace holdfast::server {

struct StoreFinding {
  enum class Kind : std::uint8_t {
    kTable,     // rows of a table cannot be read, or are not what lies there
    kBody,      // an envelope's body is damaged or missing
    kEnvelope,  // an envelope is missing, or not what its receipt covers
    kBatch,     // a batch's signature or tree does not hold
    kArchive,   // a record of an account's archive is missing, damaged, or not in the chain
    kLedger,    // a ledger's chain is broken, or an entry is not what was signed
    kCount,     // two places count differently
  };
  Kind kind = Kind::kTable;
  std::string whose;  // "bond 3f9a12bc", or a table
  std::string what;
};

struct StoreCounts {
  std::uint64_t accounts = 0;
  std::uint64_t bonds = 0;
  std::uint64_t envelopes = 0;
  std::uint64_t bodies = 0;  // read, and as they were sealed
  std::uint64_t entries = 0;
  std::uint64_t batches = 0;
};

// What a store says of itself. storage_failed where it cannot be read.
struct StoreFacts {
  PracticeKey practice;
  std::uint32_t format = 0;
  std::uint64_t newest_batch = 0;  // of the newest incarnation
};
absl::StatusOr<StoreFacts> DescribeStore(Transaction& transaction);

// How the practice stands at `now_ms` of its own time.
struct StoreStanding {
  std::uint64_t late_ms = 0;       // of the first timer that is due and has not fired
  std::uint64_t missed_today = 0;  // promises; days are UTC
  std::uint64_t missed_yesterday = 0;
};
absl::StatusOr<StoreStanding> ReadStanding(Transaction& transaction, std::uint64_t now_ms);

using FindingSink = absl::FunctionRef<void(const StoreFinding&)>;

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
