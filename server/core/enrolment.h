// How a therapist joins: the operator makes a code, the therapist's device uses it.
#pragma once

#include "holdfast/v1/directory.pb.h"
#include "server/core/context.h"

namespace holdfast::server {

// Core::AddTherapist and Core::EnrollTherapist.
absl::StatusOr<std::string> AddTherapist(Context& context, Transaction& transaction);
absl::Status EnrollTherapist(Context& context, Transaction& transaction,
                             const v1::EnrollTherapistRequest& request,
                             v1::EnrollTherapistResponse& response);

// Verifies the practice's own earlier statement about an account. `field` is what
// the request calls it.
absl::Status CheckAccountEvidence(const Context& context, const crypto::Signed& evidence,
                                  const AccountKey& account, crypto::Role role,
                                  std::string_view field);
// A new one, from now on.
crypto::Signed MakeAccountStatement(const Context& context, const AccountKey& account,
                                    crypto::Role role);

}  // namespace holdfast::server
