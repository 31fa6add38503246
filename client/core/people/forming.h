// Invitations on the therapist's side: made, deposited, and answered. A bond is
// formed only by an answer under the invitation's own key, once.
#pragma once

#include "client/core/outside/task.h"
#include "client/core/people/connection.h"
#include "client/core/people/own_device.h"
#include "client/core/shown/shown.h"
#include "client/core/vault/context.h"

namespace holdfast::client {

// A fresh invitation, in the vault before it is deposited.
Task<absl::StatusOr<std::string>> Invite(Context context, Connection& connection, std::string label,
                                         std::uint64_t valid_ms);
// Deposits again what the practice may have lost or never got.
Task<absl::Status> DepositInvitations(Context context, Connection& connection);

// Takes one back that nobody has answered: signed, and told by TellWithdrawals(). Again is
// OK. usage where there is none, invitation_used, invitation_expired.
absl::Status WithdrawInvitation(Context context, const LookupId& lookup);
// Where the practice says that one was answered before, it is open again and the person told.
Task<absl::Status> TellWithdrawals(Context context, Connection& connection);

// Those that nobody has answered, the newest date first. Expired ones that the person was
// shown as such only where `all`, and taken back ones.
absl::StatusOr<std::vector<InvitationView>> ListInvitations(const VaultReader& reader,
                                                            std::uint64_t now_ms, bool all);
// The person has seen which of them have expired.
absl::Status MarkExpiriesShown(Context context);

// "An invitation was answered", as the practice says. What is not right raises an
// alarm and forms nothing; an error means that the vault failed.
absl::Status TakeBondFormed(VaultChange& change, const OwnDevice& own, const v1::BondFormed& formed,
                            std::uint64_t now_ms);

}  // namespace holdfast::client
