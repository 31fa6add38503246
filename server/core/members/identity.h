// Who calls, and whether they may.
#pragma once

#include "server/core/engine/context.h"

namespace holdfast::server {

// Who calls, after all checks.
struct Identity {
  DeviceId device;
  DeviceKey signing_key;
  AccountKey account;
  DevicesRecord devices;  // the account's newest list
};

// Whether the account's newest list holds the device.
bool IsListed(const DevicesRecord& devices, const DeviceId& device);

// Authenticates a call: the token, and that its device is still listed.
absl::StatusOr<Identity> Authorise(Context& context, Transaction& transaction,
                                   const Caller& caller);

}  // namespace holdfast::server
