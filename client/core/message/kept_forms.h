// The forms that this device holds, by the hash of their bytes: those that were brought in here,
// and those that came with a therapist's message. What is in them the engine does not look at.
#pragma once

#include <vector>

#include "client/core/vault/vault.h"

namespace holdfast::client {

// Kept once; too_large beyond limits::kFormBytesMax, outbox_full where limits::kFormsMax are here.
absl::Status KeepForm(VaultChange& change, BytesView canonical);
// The form that a content assigns, if it does and there is room.
absl::Status KeepFormIn(VaultChange& change, BytesView content);
absl::StatusOr<std::vector<Bytes>> AllForms(const VaultReader& reader);

}  // namespace holdfast::client
