// "That landed badly": a client's marks on messages. They travel as control
// messages, which the practice cannot tell from beacons.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "client/core/ledger/ledgers.h"
#include "client/core/people/bonds.h"
#include "client/core/shown/shown.h"
#include "client/core/vault/context.h"
#include "holdfast/v1/content.pb.h"
#include "rules/header.h"

namespace holdfast::client {

// Puts the mark into the change and queues it. False where nothing changes. usage
// where this device is not a client's or there is nothing to close,
// unknown_envelope, malformed_field, too_large, bond_ended, outbox_full, vault_rolled_back.
absl::StatusOr<bool> WriteRupture(Context context, Ledgers& ledgers, VaultChange& change,
                                  const EnvelopeId& message, bool closed, const std::string& text);

// Takes in a mark from another device. One that does not come from the client's
// account changes nothing and raises an alarm. Beyond limits::kMarksOnMissingMax on
// messages that are not here, the caller's bond only counts them.
absl::Status TakeRupture(VaultChange& change, vault::Bond& bond, const BondParties& parties,
                         const Header& header, const v1::RuptureMark& mark, std::uint64_t now_ms);

// Open ones on messages that are here, oldest first.
absl::StatusOr<std::vector<RuptureView>> OpenRuptures(const VaultReader& reader);
// How many in each bond are open on messages that are not, or were not kept.
absl::StatusOr<std::map<BondId, std::uint64_t>> MarksOnMissing(const VaultReader& reader);
// Every mark, open or closed.
absl::StatusOr<std::map<EnvelopeId, RuptureView>> AllRuptures(const VaultReader& reader);

}  // namespace holdfast::client
