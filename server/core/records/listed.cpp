#include "server/core/records/listed.h"

#include <algorithm>

#include "rules/planted.h"

namespace holdfast::server {
namespace {

bool NamesDevice(const DevicesRecord& devices, BytesView device) {
  return std::ranges::find(devices.devices(), device) != devices.devices().end();
}

}  // namespace

bool IsListed(const DevicesRecord& devices, const DeviceId& device) {
  if (HOLDFAST_PLANTED(kLetShutOutGoOn)) return true;
  return NamesDevice(devices, device.view());
}

absl::StatusOr<bool> IsListed(Transaction& transaction, const DeviceId& device) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto record, Find(transaction, keys::Device(device)));
  if (!record) return false;
  HOLDFAST_ASSIGN_OR_RETURN(const auto account, Stored<AccountKey>(record->account()));
  HOLDFAST_ASSIGN_OR_RETURN(const auto devices, Load(transaction, keys::Devices(account)));
  return IsListed(devices, device);
}

bool IsSuspended(const DeviceRecord& device, const DevicesRecord& devices) {
  return std::ranges::any_of(device.suspended_by(),
                             [&](const Bytes& by) { return NamesDevice(devices, by); });
}

bool DropSuspensions(DeviceRecord& device, const DevicesRecord& devices) {
  std::vector<Bytes> in_force;
  for (const Bytes& by : device.suspended_by()) {
    if (NamesDevice(devices, by)) in_force.push_back(by);
  }
  if (in_force.size() == static_cast<std::size_t>(device.suspended_by_size())) return false;
  device.mutable_suspended_by()->Assign(in_force.begin(), in_force.end());
  return true;
}

}  // namespace holdfast::server
