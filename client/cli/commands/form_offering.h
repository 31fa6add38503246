// What a client is offered when they begin a check-in: the weekly form, and what their therapist
// asks for and is due.
#pragma once

#include "absl/status/statusor.h"
#include "client/cli/commands/device.h"

namespace holdfast::client::cli {

// Asks at the terminal which one, where there are several; the weekly form where there are none.
// Without the vault meanwhile.
absl::StatusOr<forms::FormRef> OfferForms(Device& device, const BondId& bond);

}  // namespace holdfast::client::cli
