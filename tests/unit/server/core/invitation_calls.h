// What a therapist and a client ask of a practice about invitations.
#pragma once

#include "crypto/public/invitation_statement.h"
#include "support/server_world.h"

namespace holdfast::server {

inline absl::Status Invite(ServerWorld& world, const TestDevice& therapist,
                           const v1::SignedStatement& invitation) {
  return world.Run([&](Core& core, Transaction& transaction) {
    v1::CreateInvitationRequest request;
    *request.mutable_invitation() = invitation;
    v1::CreateInvitationResponse response;
    return core.CreateInvitation(transaction, therapist.caller(), request, response);
  });
}

inline absl::Status Get(ServerWorld& world, const v1::SignedStatement& invitation,
                        v1::GetInvitationResponse& response) {
  return world.Run([&](Core& core, Transaction& transaction) {
    v1::GetInvitationRequest request;
    request.set_lookup_id(
        crypto::DecodeInvitationStatement(invitation.statement()).value().lookup.str());
    return core.GetInvitation(transaction, request, response);
  });
}

inline absl::Status Redeem(ServerWorld& world, const v1::RedeemInvitationRequest& request,
                           v1::RedeemInvitationResponse& response) {
  return world.Run([&](Core& core, Transaction& transaction) {
    return core.RedeemInvitation(transaction, request, response);
  });
}

inline absl::Status TakeBack(ServerWorld& world, const TestDevice& therapist,
                             const v1::SignedStatement& invitation,
                             const v1::SignedStatement& withdrawal) {
  return world.Run([&](Core& core, Transaction& transaction) {
    v1::WithdrawInvitationRequest request;
    *request.mutable_invitation() = invitation;
    *request.mutable_withdrawal() = withdrawal;
    v1::WithdrawInvitationResponse response;
    return core.WithdrawInvitation(transaction, therapist.caller(), request, response);
  });
}

}  // namespace holdfast::server
