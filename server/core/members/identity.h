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

// The same of a device whose account is not known yet; false for one that is unknown.
absl::StatusOr<bool> IsListed(Transaction& transaction, const DeviceId& device);
// Whether a listed device is shut out by another listed one.
bool IsSuspended(const DeviceRecord& device, const DevicesRecord& devices);

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
