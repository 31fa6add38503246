// What an account has open under lookup ids, with the time until which each is good: links,
// invitations.
#pragma once

#include <cstdint>
#include <vector>

#include "server/core/records/records.h"

namespace holdfast::server {

struct Expiry {
  LookupId lookup;
  std::uint64_t expires_at_ms = 0;
};

// The first `max` of the account's rows of a table, whose keys are account and lookup id; `first`
// is the key of the lookup id that is zero.
absl::StatusOr<std::vector<Expiry>> ReadExpiries(Transaction& transaction, BytesView first,
                                                 std::size_t max);

}  // namespace holdfast::server
