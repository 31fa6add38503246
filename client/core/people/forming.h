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
absl::StatusOr<std::vector<OpenInvitationView>> ListOpenInvitations(const VaultReader& reader,
                                                                    std::uint64_t now_ms);

// "An invitation was answered", as the practice says. What is not right raises an
// alarm and forms nothing; an error means that the vault failed.
absl::Status TakeBondFormed(VaultChange& change, const OwnDevice& own, const v1::BondFormed& formed,
                            std::uint64_t now_ms);

}  // namespace holdfast::client
