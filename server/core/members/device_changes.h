// Newer device lists of an account: checked against the one that is stored, then stored with all
// that follows from them.
#pragma once

#include <vector>

#include "crypto/public/device.h"
#include "holdfast/v1/common.pb.h"
#include "server/core/engine/context.h"
#include "server/core/records/records.h"

namespace holdfast::server {

// A signed statement of a device set that was verified, one device each.
struct ListedDevice {
  crypto::Device device;
  crypto::Signed certificate;
  crypto::Signed prekey;
};

struct DeviceChange {
  AccountKey account;
  DevicesRecord known;                // the newest list before
  std::vector<crypto::Signed> lists;  // those that are new here, oldest first; may be none
  std::uint32_t version = 0;          // of the newest list, and its hash
  Hash list_hash;
  std::vector<ListedDevice> devices;  // of the newest list, in its order
  // Of devices that are on no list any more and not known here, the newest first.
  std::vector<crypto::Signed> former;
};

// What a change may carry beside the lists: certificates of former devices, which come back after
// a restored backup.
enum class Former : std::uint8_t { kNone, kMayCome };

// Every signature, size and time. stale_device_list where the lists do not chain to the newest one
// that is stored; not_permitted where a device belongs to another account. Lists that are stored
// already are passed over.
absl::StatusOr<DeviceChange> CheckDeviceChange(Transaction& transaction, const AccountKey& account,
                                               const v1::DeviceSet& devices, Former former,
                                               std::uint64_t now_ms);

// Newer prekeys of devices that were listed before are kept as well. Who comes off the list is
// remembered as a former device, and its mailbox ends.
absl::Status StoreDeviceChange(Context& context, Transaction& transaction,
                               const DeviceChange& change);

// The rows of a device: new ones, or a newer prekey in those that are there.
absl::Status StoreDevice(Transaction& transaction, const ListedDevice& listed);

// stale_device_list: something else was decided first.
absl::Status ChangedMeanwhile(std::string_view field);

}  // namespace holdfast::server
