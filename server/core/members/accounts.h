// Accounts and their devices, as those who share a bond may see them.
#pragma once

#include "holdfast/v1/directory.pb.h"
#include "server/core/members/identity.h"

namespace holdfast::server {

// The device lists after `after_version` (the newest alone where there is none),
// certificate and prekey of each device of the newest, and the certificates of those that came
// off.
absl::Status WriteDevices(Transaction& transaction, const AccountKey& account,
                          std::uint32_t after_version, v1::DeviceSet& devices);

// What names all that GetDevices says of the account's newest list and prekeys.
absl::StatusOr<Hash> NameOfDevices(Transaction& transaction, const AccountKey& account);

// Core::PublishPrekey and Core::GetDevices.
absl::Status PublishPrekey(Context& context, Transaction& transaction, const Caller& caller,
                           const v1::PublishPrekeyRequest& request,
                           v1::PublishPrekeyResponse& response);
absl::Status GetDevices(Context& context, Transaction& transaction, const Caller& caller,
                        const v1::GetDevicesRequest& request, v1::GetDevicesResponse& response);

}  // namespace holdfast::server
