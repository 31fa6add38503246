// "That landed badly": a client's marks on messages. A mark has no envelope: it goes along with
// the receipts and beacons that this device sends anyway, at times that do not depend on it, and
// leaves their size as it is. So the practice cannot tell that there is one.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "client/core/ledger/ledgers.h"
#include "client/core/message/outgoing.h"
#include "client/core/shown/shown.h"
#include "client/core/vault/context.h"
#include "holdfast/v1/content.pb.h"

namespace holdfast::client {

// Puts the mark into the change, for the next sign to tell. Where nothing changes it is left as it
// is. usage where this device is not a client's or there is nothing to close, unknown_envelope,
// malformed_field, too_large, bond_ended, outbox_full, vault_rolled_back.
absl::Status WriteRupture(Context context, Ledgers& ledgers, VaultChange& change,
                          const EnvelopeId& message, bool closed, const std::string& text);

// Adds the marks of this bond that were made here and not told, the oldest first, to a receipt or
// beacon that is being sealed: as many as leave its size. They count as told.
absl::Status NameMarks(VaultChange& change, const BondId& bond, Outgoing& outgoing,
                       std::uint64_t now_ms);
// A receipt or beacon with this content came to nobody: the next one tells its marks.
absl::Status TellMarksAgain(VaultChange& change, const v1::Content& told);

// Open ones on messages that are here, oldest first.
absl::StatusOr<std::vector<RuptureView>> OpenRuptures(const VaultReader& reader);
// How many in each bond are open on messages that are not, or were not kept.
absl::StatusOr<std::map<BondId, std::uint64_t>> MarksOnMissing(const VaultReader& reader);
// Every mark, open or closed.
absl::StatusOr<std::map<EnvelopeId, RuptureView>> AllRuptures(const VaultReader& reader);

}  // namespace holdfast::client
