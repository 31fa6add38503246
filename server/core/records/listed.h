// Who is on an account's newest device list, and who of them is shut out.
#pragma once

#include "server/core/records/records.h"

namespace holdfast::server {

// Whether the account's newest list holds the device.
bool IsListed(const DevicesRecord& devices, const DeviceId& device);
// The same of a device whose account is not known yet; false for one that is unknown.
absl::StatusOr<bool> IsListed(Transaction& transaction, const DeviceId& device);

// Whether a listed device is shut out by another listed one.
bool IsSuspended(const DeviceRecord& device, const DevicesRecord& devices);
// Forgets the suspensions by who is not listed any more. Whether there were some.
bool DropSuspensions(DeviceRecord& device, const DevicesRecord& devices);

}  // namespace holdfast::server
