// Who calls, and whether they may.
#pragma once

#include "server/core/engine/context.h"
#include "server/core/records/listed.h"

namespace holdfast::server {

// Who calls, after all checks.
struct Identity {
  DeviceId device;
  DeviceKey signing_key;
  AccountKey account;
  DevicesRecord devices;  // the account's newest list
};

// A device that came off its account's list, or is suspended. For whoever has shown to be it.
absl::Status DeviceUnlinked(std::string_view field);
absl::Status DeviceSuspended(std::string_view field);

// Authenticates a call: the token, and that its device is still listed (device_unlinked) and
// not suspended (device_suspended).
absl::StatusOr<Identity> Authorise(Context& context, Transaction& transaction,
                                   const Caller& caller);
// A suspended one is let in: for what the account key decides, whoever brings it.
absl::StatusOr<Identity> AuthoriseSuspendedToo(Context& context, Transaction& transaction,
                                               const Caller& caller);

}  // namespace holdfast::server
