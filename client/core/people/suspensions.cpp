#include "client/core/people/suspensions.h"

#include <algorithm>

#include "client/core/people/wire.h"
#include "client/core/vault/names.h"
#include "crypto/public/practice.h"

namespace holdfast::client {
namespace {

// What the practice says of a device that is gone, or of a suspension that is none any more.
bool IsOfTheGone(const absl::Status& refusal) {
  const Reason reason = ReasonOf(refusal);
  return reason == Reason::kUnknownDevice || reason == Reason::kNotPermitted;
}

}  // namespace

Task<absl::Status> TellSuspension(Context context, Connection& connection,
                                  crypto::Signed statement) {
  HOLDFAST_CO_ASSIGN_OR_RETURN(const crypto::Suspension suspension,
                               crypto::DecodeSuspension(statement.statement));
  v1::SuspendDeviceRequest request;
  *request.mutable_suspension() = ToWire(statement);
  auto response = co_await connection.Ask(&Transport::SuspendDevice, request);
  HOLDFAST_CO_RETURN_IF_ERROR(response.status());
  // Asked for behind its answer: nothing of that device can come later in any bond.
  auto bonds = co_await connection.Ask(&Transport::ListBonds, v1::ListBondsRequest());
  HOLDFAST_CO_RETURN_IF_ERROR(bonds.status());
  vault::Suspended record;
  *record.mutable_statement() = request.suspension();
  record.set_life(connection.incarnation().str());
  for (const v1::Bond& bond : bonds->bonds()) {
    const auto stated = crypto::DecodeBond(bond.bond().statement());
    if (!stated.ok()) continue;
    vault::BondHead& head = *record.add_heads();
    head.set_bond(stated->bond.str());
    head.set_position(bond.head_position());
  }
  VaultChange change(context.vault);
  change.Put(names::Suspended(suspension.suspended), record);
  co_return change.Commit();
}

Task<absl::Status> TellSuspensionsAgain(Context context, Connection& connection) {
  const VaultReader look(context.vault);
  std::vector<crypto::Signed> statements;
  HOLDFAST_CO_RETURN_IF_ERROR(
      look.Scan(names::kSuspended, [&](BytesView, const vault::Suspended& record) {
        statements.push_back(FromWire(record.statement()));
        return true;
      }));
  for (const crypto::Signed& statement : statements) {
    auto told = co_await TellSuspension(context, connection, statement);
    if (!IsOfTheGone(told)) HOLDFAST_CO_RETURN_IF_ERROR(told);
  }
  co_return absl::OkStatus();
}

absl::Status ForgetSuspensions(VaultChange& change, const crypto::VerifiedDevices& listed) {
  return change.Scan(names::kSuspended, [&](BytesView key, const vault::Suspended&) {
    const bool is_listed = std::ranges::any_of(
        listed.devices, [&](const crypto::Device& device) { return device.id.view() == key; });
    if (!is_listed) change.Erase(names::kSuspended.At(key));
    return true;
  });
}

absl::StatusOr<bool> GoesOnThoughSuspended(VaultChange& change, const BondId& bond,
                                           const DeviceId& sender, const ReceiptLeaf& leaf) {
  HOLDFAST_ASSIGN_OR_RETURN(auto record, change.Find(names::Suspended(sender)));
  if (!record || record->said() || record->life() != leaf.incarnation.view()) return false;
  std::uint64_t stood_at = 0;  // in a bond that was formed since: at its beginning
  for (const vault::BondHead& head : record->heads()) {
    if (head.bond() == bond.view()) stood_at = head.position();
  }
  if (leaf.position <= stood_at) return false;
  record->set_said(true);
  change.Put(names::Suspended(sender), *record);
  return true;
}

}  // namespace holdfast::client
