// A history that was exported elsewhere and imported here, to be read: as it was shown then, with
// no account, ledger or practice behind it.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "client/core/shown/drafts.h"
#include "client/core/shown/imported.h"
#include "client/core/shown/shown.h"
#include "client/core/vault/vault.h"

namespace holdfast::client {

// None where nothing was imported, or not to its end.
absl::StatusOr<std::optional<ImportedHistory>> FindImported(const VaultReader& reader);

// In this order: Begin, which drops what an import that stopped left; Put, bond by bond in the
// order of each; Finish. usage where the profile has an account, or holds one already.
absl::Status BeginImport(VaultChange& change, const ImportedHistory& history, std::uint64_t now_ms);
absl::Status PutImported(VaultChange& change, const std::vector<MessageView>& messages);
absl::Status FinishImport(VaultChange& change);

// In the order of the file, as they were shown then. `take` answers false to stop.
absl::Status EachImported(const VaultReader& reader, const HistoryQuery& query,
                          const std::function<absl::StatusOr<bool>(MessageView)>& take);
absl::StatusOr<std::vector<MessageView>> ViewImported(const VaultReader& reader,
                                                      const MessageQuery& query);
absl::StatusOr<MessageView> ViewOneImported(const VaultReader& reader, std::string_view id_prefix);
absl::StatusOr<std::vector<MessageView>> ViewImportedThread(const VaultReader& reader,
                                                            const EnvelopeId& id);

}  // namespace holdfast::client
