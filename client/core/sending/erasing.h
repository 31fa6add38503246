// What a person erases on their own side: a message's content and key go from this vault for good,
// its place, time, kind and state stay. Nothing here reaches the other side.
#pragma once

#include <vector>

#include "client/core/ledger/ledgers.h"
#include "client/core/shown/erased.h"
#include "client/core/vault/context.h"

namespace holdfast::client {

// All of them or none: unknown_envelope, or usage naming "id" where one cannot be erased yet. At
// most limits::kErasedPerCommitMax.
absl::StatusOr<Erased> EraseMessages(Context context, Ledgers& ledgers,
                                     const std::vector<EnvelopeId>& ids);
// All of a bond's that can be erased; the rest is named. A commit for each
// limits::kErasedPerCommitMax: what stops it leaves messages that are erased and messages that are
// not.
absl::StatusOr<Erased> EraseBondHistory(Context context, Ledgers& ledgers, const BondId& bond);

// What of them could be erased now, changing nothing.
absl::StatusOr<Erased> ErasableOf(const VaultReader& reader, Ledgers& ledgers, const BondId& bond);

// What another device of this account erased; nothing where it is erased already.
absl::Status TakeErased(VaultChange& change, const EnvelopeId& id, std::uint64_t erased_ms);

}  // namespace holdfast::client
