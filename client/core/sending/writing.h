// What a person writes: checked and put into the vault, from where it goes out.
#pragma once

#include "client/core/ledger/ledgers.h"
#include "client/core/shown/drafts.h"
#include "client/core/vault/context.h"

namespace holdfast::client {

// usage, unknown_bond, unknown_envelope, malformed_field, too_large, outbox_full,
// vault_rolled_back, storage_failed.
absl::StatusOr<EnvelopeId> WriteMessage(Context context, Ledgers& ledgers, const Draft& draft);

}  // namespace holdfast::client
