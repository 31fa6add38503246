// What was written and not sent, sealed in the vault: the texts of prompts, forms and
// editors that were left, refused or cut off.
#pragma once

#include <vector>

#include "client/core/shown/drafts.h"
#include "client/core/vault/context.h"

namespace holdfast::client {

// Puts it into the change; see Engine::KeepDraft.
absl::StatusOr<DraftId> PutDraft(Context context, VaultChange& change, const Draft& draft);

// Oldest first.
absl::StatusOr<std::vector<KeptDraft>> AllDrafts(const VaultReader& reader);

// Puts its end into the change. usage where there is none.
absl::Status EraseDraft(VaultChange& change, const DraftId& id);

}  // namespace holdfast::client
