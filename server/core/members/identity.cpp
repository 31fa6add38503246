#include "server/core/members/identity.h"

#include <algorithm>

#include "server/core/records/keys.h"

namespace holdfast::server {
namespace {

absl::Status NotADevice() {
  return Refuse(Reason::kTokenInvalid, "authorization",
                "this device is no longer one of its account's devices here");
}

}  // namespace

bool IsListed(const DevicesRecord& devices, const DeviceId& device) {
  return std::any_of(devices.devices().begin(), devices.devices().end(),
                     [&](const Bytes& id) { return BytesView(id) == device.view(); });
}

absl::StatusOr<Identity> Authorise(Context& context, Transaction& transaction,
                                   const Caller& caller) {
  Identity identity;
  HOLDFAST_ASSIGN_OR_RETURN(identity.device,
                            context.logins.CheckToken(caller.token, context.clock.BootMs()));
  HOLDFAST_ASSIGN_OR_RETURN(const auto device, Find(transaction, keys::Device(identity.device)));
  if (!device) return NotADevice();
  HOLDFAST_ASSIGN_OR_RETURN(identity.account, Stored<AccountKey>(device->account()));
  HOLDFAST_ASSIGN_OR_RETURN(identity.signing_key, Stored<DeviceKey>(device->signing_key()));
  HOLDFAST_ASSIGN_OR_RETURN(identity.devices, Load(transaction, keys::Devices(identity.account)));
  if (!IsListed(identity.devices, identity.device)) return NotADevice();
  return identity;
}

}  // namespace holdfast::server
