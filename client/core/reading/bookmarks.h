// What a person keeps, to find it again: a mark on a message that nobody else learns of.
#pragma once

#include <map>

#include "client/core/vault/vault.h"
#include "rules/identifiers.h"

namespace holdfast::client {

// Since when each is kept, by the clock of the device on which that was done.
absl::StatusOr<std::map<EnvelopeId, std::uint64_t>> AllBookmarks(const VaultReader& reader);

// False where it was so already. unknown_envelope where no such message is here, outbox_full
// beyond limits::kBookmarksMax.
absl::StatusOr<bool> KeepMessage(VaultChange& change, const EnvelopeId& id, std::uint64_t now_ms);
absl::StatusOr<bool> KeepMessageNoMore(VaultChange& change, const EnvelopeId& id);

}  // namespace holdfast::client
