// How a further device gets what it needs: sealed under a code from another of the account's
// screens, or under its recovery code (crypto/PROTOCOL.md "Linking", "Recovery code").
#pragma once

#include "holdfast/v1/directory.pb.h"
#include "server/core/members/identity.h"

namespace holdfast::server {

absl::Status LinkUnknown(std::string_view field);
absl::Status LinkUsed(std::string_view field);
absl::Status LinkExpired(std::string_view field);

// What lies sealed under open links is of before another code or another epoch of the archive.
absl::Status CloseLinks(Transaction& transaction, const AccountKey& account);

// What the timer of a link does, so that neither the store nor a backup keeps for ever what its
// code opens: a day after it expired nothing is left of it, used or not.
absl::Status ForgetLink(const Context& context, Transaction& transaction, const LookupId& lookup);

// Core::CreateLink, Core::GetLink and Core::GetRecovery.
absl::Status CreateLink(Context& context, Transaction& transaction, const Caller& caller,
                        const v1::CreateLinkRequest& request, v1::CreateLinkResponse& response);
absl::Status GetLink(Context& context, Transaction& transaction, const v1::GetLinkRequest& request,
                     v1::NewDeviceResponse& response);
absl::Status GetRecovery(Context& context, Transaction& transaction,
                         const v1::GetRecoveryRequest& request, v1::NewDeviceResponse& response);

}  // namespace holdfast::server
