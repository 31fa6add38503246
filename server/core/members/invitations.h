// Invitations: deposited by a therapist's device, fetched by whoever holds the
// lookup id. redemption.h is how they are answered.
#pragma once

#include "crypto/public/invitation_statement.h"
#include "holdfast/v1/directory.pb.h"
#include "server/core/members/identity.h"

namespace holdfast::server {

// Core::CreateInvitation, Core::WithdrawInvitation and Core::GetInvitation.
absl::Status CreateInvitation(Context& context, Transaction& transaction, const Caller& caller,
                              const v1::CreateInvitationRequest& request,
                              v1::CreateInvitationResponse& response);
absl::Status WithdrawInvitation(Context& context, Transaction& transaction, const Caller& caller,
                                const v1::WithdrawInvitationRequest& request,
                                v1::WithdrawInvitationResponse& response);
absl::Status GetInvitation(Context& context, Transaction& transaction,
                           const v1::GetInvitationRequest& request,
                           v1::GetInvitationResponse& response);

// The refusals that both sides of an invitation share.
absl::Status InvitationUnknown(std::string_view field);
absl::Status InvitationUsed(std::string_view field);
absl::Status InvitationWithdrawn(std::string_view field);
absl::Status CheckNotExpired(const crypto::InvitationStatement& invitation, std::uint64_t now_ms,
                             std::string_view field);

}  // namespace holdfast::server
