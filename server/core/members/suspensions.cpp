#include "server/core/members/suspensions.h"

#include <algorithm>

#include "crypto/public/account_change.h"
#include "server/core/records/fields.h"
#include "server/core/records/keys.h"

namespace holdfast::server {
namespace {

absl::StatusOr<crypto::Suspension> ReadSuspension(const Identity& identity,
                                                  const crypto::Signed& carried) {
  const auto decoded = crypto::DecodeSuspension(carried.statement);
  if (!decoded.ok()) return Blame(decoded.status(), "suspension", "suspension");
  if (decoded->account != identity.account) {
    return Refuse(Reason::kNotPermitted, "suspension.account", "is not the account that calls");
  }
  if (decoded->by != identity.device) {
    return Refuse(Reason::kNotPermitted, "suspension.by", "is not the device that calls");
  }
  const auto verified = crypto::VerifySuspension(carried, identity.signing_key);
  if (!verified.ok()) return Blame(verified.status(), "suspension", "suspension");
  return *verified;
}

}  // namespace

absl::Status SuspendDevice(Context& context, Transaction& transaction, const Caller& caller,
                           const v1::SuspendDeviceRequest& request,
                           v1::SuspendDeviceResponse& response) {
  response.Clear();
  HOLDFAST_ASSIGN_OR_RETURN(const Identity identity, Authorise(context, transaction, caller));
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::Signed carried,
                            ReadSigned(request.suspension(), "suspension"));
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::Suspension suspension, ReadSuspension(identity, carried));
  HOLDFAST_RETURN_IF_ERROR(
      CheckNotAhead(suspension.at_ms, context.clock.WallMs(), "suspension.at_ms"));
  if (!IsListed(identity.devices, suspension.suspended)) {
    return Refuse(Reason::kUnknownDevice, "suspension.suspended",
                  "is not one of this account's devices");
  }
  HOLDFAST_ASSIGN_OR_RETURN(auto device, Load(transaction, keys::Device(suspension.suspended)));
  const auto& by = device.suspended_by();
  if (std::ranges::find(by, identity.device.view()) != by.end()) return absl::OkStatus();
  DropSuspensions(device, identity.devices);  // so that a list bounds how many there are
  device.add_suspended_by(identity.device.str());
  Save(transaction, keys::Device(suspension.suspended), device);
  // Whoever follows its mailbox is told by the next read.
  context.batch.Wake(suspension.suspended);
  return absl::OkStatus();
}

}  // namespace holdfast::server
