// The practice itself: whose store this is, and which of its lives answers.
#pragma once

#include "holdfast/v1/practice.pb.h"
#include "server/core/engine/context.h"

namespace holdfast::server {

// Core::Open.
absl::Status OpenPractice(Context& context, Transaction& transaction, StoreLife life);
// Core::NewestBatch.
absl::StatusOr<std::uint64_t> NewestBatch(Transaction& transaction);
// Core::Describe.
absl::Status Describe(Context& context, Transaction& transaction, v1::DescribeResponse& response);

// Adds a new random incarnation to the record.
absl::Status AddIncarnation(Entropy& entropy, PracticeRecord& record);

}  // namespace holdfast::server
