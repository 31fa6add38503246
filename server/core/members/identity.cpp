#include "server/core/members/identity.h"

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
