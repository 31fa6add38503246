// Devices of this account that this device suspended. Only the practice shuts them out, so this
// device remembers how far each bond had come when the practice had agreed: what a suspended device
// writes behind that shows that it was let go on. A practice that restored an older backup is told
// again.
#pragma once

#include "client/core/outside/task.h"
#include "client/core/people/connection.h"
#include "client/core/vault/context.h"
#include "crypto/public/account_change.h"
#include "crypto/public/device.h"
#include "rules/receipt.h"

namespace holdfast::client {

// Tells the practice, and once it agrees keeps the statement and where its bonds stand; commits.
// The connection is logged in.
Task<absl::Status> TellSuspension(Context context, Connection& connection,
                                  crypto::Signed statement);

// Every suspension once more, to a practice whose store began a new life.
Task<absl::Status> TellSuspensionsAgain(Context context, Connection& connection);

// Those of devices that are on the list no more have ended.
absl::Status ForgetSuspensions(VaultChange& change, const crypto::VerifiedDevices& listed);

// Whether the practice stored this for a device after it had agreed that it is suspended; true once
// for each suspension.
absl::StatusOr<bool> GoesOnThoughSuspended(VaultChange& change, const BondId& bond,
                                           const DeviceId& sender, const ReceiptLeaf& leaf);

}  // namespace holdfast::client
