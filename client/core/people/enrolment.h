// Becoming a therapist (by enrolment code) or a client (by invitation). What is
// sent is made once and kept before it leaves, so that a repeat after any failure
// asks for the same thing.
#pragma once

#include <string>

#include "client/core/outside/task.h"
#include "client/core/people/connection.h"
#include "client/core/shown/shown.h"
#include "client/core/vault/context.h"
#include "crypto/invitation.h"

namespace holdfast::client {

class Enrolment {
 public:
  Enrolment(Context context, Connection& connection) : context_(context), connection_(connection) {}

  Task<absl::StatusOr<Enrolled>> Enroll(std::string code);
  Task<absl::StatusOr<Enrolled>> Join(std::string invitation);

  // After the practice restored a copy from before this account, or before a bond
  // of it: the same requests again, with the practice's own statements.
  Task<absl::Status> ReturnAccount();
  Task<absl::Status> ReturnBond(BondId bond);

 private:
  Task<absl::Status> Register(v1::EnrollTherapistRequest request);
  // Answers the invitation, over a connection that stands. The answer is made once and kept;
  // made `anew` only where the practice has refused the one before for good. Both are alive
  // until it is through.
  Task<absl::Status> Answer(const crypto::Invitation& invitation, const vault::Identity& identity,
                            bool anew);
  Task<absl::Status> Redeem(v1::RedeemInvitationRequest request);

  Context context_;
  Connection& connection_;
};

}  // namespace holdfast::client
