// How a therapist joins: the operator makes a code, the therapist's device uses it.
#pragma once

#include "holdfast/v1/directory.pb.h"
#include "server/core/engine/context.h"

namespace holdfast::server {

// Core::AddTherapist and Core::EnrollTherapist.
absl::StatusOr<std::string> AddTherapist(Context& context, Transaction& transaction);
absl::Status EnrollTherapist(Context& context, Transaction& transaction,
                             const v1::EnrollTherapistRequest& request,
                             v1::EnrollTherapistResponse& response);

}  // namespace holdfast::server
