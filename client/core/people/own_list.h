// The account's own device list, as this device keeps it with all that proves it: put, shown, and
// given back to a practice that lost it.
#pragma once

#include <vector>

#include "client/core/outside/task.h"
#include "client/core/people/connection.h"
#include "client/core/shown/shown.h"
#include "client/core/vault/context.h"

namespace holdfast::client {

// The list as it was verified, and what proves it, put into the change: where it is newer.
absl::Status PutOwnDevices(VaultChange& change, const crypto::VerifiedDevices& devices,
                           const v1::DeviceSet& wire);

// The account's devices by its newest list, this one first.
absl::StatusOr<std::vector<DeviceView>> ListDevices(const VaultReader& reader);

// Gives the practice what it lacks of lists, epochs and recovery code: where it does not know
// this device any more; and, with what this device suspended, once in each life of its store.
Task<absl::Status> ReturnDevices(Context context, Connection& connection);
Task<absl::Status> ReturnDevicesAfterRestore(Context context, Connection& connection);

}  // namespace holdfast::client
