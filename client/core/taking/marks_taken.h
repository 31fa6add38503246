// A client's marks ("that landed badly") as they come in a message of another device.
#pragma once

#include "client/core/people/bonds.h"
#include "client/core/vault/context.h"
#include "holdfast/v1/content.pb.h"
#include "rules/header.h"

namespace holdfast::client {

// Takes in the marks that a message of another device holds. Those that do not come from the
// client's account change nothing and raise an alarm. Beyond limits::kMarksOnMissingMax on
// messages that are not here, the caller's bond only counts them.
absl::Status TakeRuptures(VaultChange& change, vault::Bond& bond, const BondParties& parties,
                          const Header& header, const v1::Content& content, std::uint64_t now_ms);

}  // namespace holdfast::client
