// What a store says of itself, and how the practice in it stands: a few rows, read at any time.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "rules/identifiers.h"
#include "server/store/store.h"

namespace holdfast::server {

// storage_failed where it cannot be read.
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

}  // namespace holdfast::server
