#include "server/core/members/identity.h"

#include <algorithm>

#include "rules/planted.h"
#include "server/core/records/keys.h"

namespace holdfast::server {
namespace {

struct KnownCaller {
  Identity identity;
  DeviceRecord record;
};

absl::StatusOr<KnownCaller> FindCaller(Context& context, Transaction& transaction,
                                       const Caller& caller) {
  KnownCaller found;
  Identity& identity = found.identity;
  HOLDFAST_ASSIGN_OR_RETURN(identity.device,
                            context.logins.CheckToken(caller.token, context.clock.BootMs()));
  HOLDFAST_ASSIGN_OR_RETURN(auto device, Find(transaction, keys::Device(identity.device)));
  if (!device) {
    return Refuse(Reason::kTokenInvalid, "authorization",
                  "this device is not one of its account's devices here");
  }
  found.record = *std::move(device);
  HOLDFAST_ASSIGN_OR_RETURN(identity.account, Stored<AccountKey>(found.record.account()));
  HOLDFAST_ASSIGN_OR_RETURN(identity.signing_key, Stored<DeviceKey>(found.record.signing_key()));
  HOLDFAST_ASSIGN_OR_RETURN(identity.devices, Load(transaction, keys::Devices(identity.account)));
  if (!IsListed(identity.devices, identity.device)) return DeviceUnlinked("authorization");
  return found;
}

}  // namespace

absl::Status DeviceUnlinked(std::string_view field) {
  return Refuse(Reason::kDeviceUnlinked, field,
                "this device was unlinked: it is not one of its account's devices any more. What "
                "it holds can still be read");
}

absl::Status DeviceSuspended(std::string_view field) {
  return Refuse(Reason::kDeviceSuspended, field,
                "another device of the account suspended this one. Whoever has the recovery code "
                "decides which of them goes on");
}

bool IsListed(const DevicesRecord& devices, const DeviceId& device) {
  if (HOLDFAST_PLANTED(kLetShutOutGoOn)) return true;
  return std::any_of(devices.devices().begin(), devices.devices().end(),
                     [&](const Bytes& id) { return BytesView(id) == device.view(); });
}

absl::StatusOr<bool> IsListed(Transaction& transaction, const DeviceId& device) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto record, Find(transaction, keys::Device(device)));
  if (!record) return false;
  HOLDFAST_ASSIGN_OR_RETURN(const auto account, Stored<AccountKey>(record->account()));
  HOLDFAST_ASSIGN_OR_RETURN(const auto devices, Load(transaction, keys::Devices(account)));
  return IsListed(devices, device);
}

bool IsSuspended(const DeviceRecord& device, const DevicesRecord& devices) {
  const auto& listed = devices.devices();
  return std::any_of(
      device.suspended_by().begin(), device.suspended_by().end(),
      [&](const Bytes& by) { return std::ranges::find(listed, by) != listed.end(); });
}

absl::StatusOr<Identity> AuthoriseSuspendedToo(Context& context, Transaction& transaction,
                                               const Caller& caller) {
  HOLDFAST_ASSIGN_OR_RETURN(KnownCaller found, FindCaller(context, transaction, caller));
  return std::move(found.identity);
}

absl::StatusOr<Identity> Authorise(Context& context, Transaction& transaction,
                                   const Caller& caller) {
  HOLDFAST_ASSIGN_OR_RETURN(KnownCaller found, FindCaller(context, transaction, caller));
  if (IsSuspended(found.record, found.identity.devices)) return DeviceSuspended("authorization");
  return std::move(found.identity);
}

}  // namespace holdfast::server
