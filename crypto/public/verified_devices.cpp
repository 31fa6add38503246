// An account's devices, believed only as far as its signatures go.
#include <algorithm>

#include "crypto/public/device.h"
#include "rules/limits.h"

namespace holdfast::crypto {
namespace {

struct ListPoint {
  std::uint32_t version = 0;
  Hash hash;
};

absl::Status BrokenDevices(std::string_view field, std::string_view message) {
  return Refuse(Reason::kIntegrity, field, message);
}

// The newest list, with every list's version and hash added to `points`.
absl::StatusOr<DeviceList> FollowLists(const AccountKey& account, const std::vector<Signed>& lists,
                                       std::vector<ListPoint>& points) {
  if (lists.empty() || lists.size() > limits::kListsPerAnswerMax) {
    return Refuse(Reason::kMalformedField, "devices.lists", "must be 1 to 64 device lists");
  }
  DeviceList newest;
  for (const Signed& carried : lists) {
    HOLDFAST_ASSIGN_OR_RETURN(newest, VerifyDeviceList(carried, account));
    const ListPoint before = points.back();
    const ListPoint point{newest.version, DeviceListHash(carried.statement)};
    if (point.version == before.version && before.version != 0) {
      if (point.hash != before.hash) {
        return BrokenDevices("devices.lists",
                             "tell two stories: two different lists of one version");
      }
      continue;
    }
    if (point.version != before.version + 1) {
      return BrokenDevices("devices.lists", "leave out a version of the device list or go back");
    }
    if (newest.previous != before.hash) {
      return BrokenDevices("devices.lists", "do not follow the device list known before");
    }
    points.push_back(point);
  }
  return newest;
}

// A countersignature must agree with every list that is known here.
absl::Status CheckCountersigned(const Prekey& prekey, const std::vector<ListPoint>& points) {
  if (prekey.list_version > points.back().version) {
    return BrokenDevices("devices.prekeys",
                         "countersign a newer device list, which is withheld here");
  }
  for (const ListPoint& point : points) {
    if (point.version == prekey.list_version && point.hash != prekey.list_hash) {
      return BrokenDevices("devices.prekeys",
                           "countersign another device list of the same version");
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Device> VerifyDevice(const AccountKey& account, const DeviceId& id,
                                    const Signed& certificate, const Signed& prekey) {
  HOLDFAST_ASSIGN_OR_RETURN(const Certificate certified, VerifyCertificate(certificate, account));
  if (DeviceIdOf(certified) != id) {
    return BrokenDevices("devices.certificates",
                         "do not belong to the devices of the list, in its order");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const Prekey published, VerifyPrekey(prekey, certified.signing));
  if (published.device != id) {
    return BrokenDevices("devices.prekeys",
                         "do not belong to the devices of the list, in its order");
  }
  return Device{id, certified, CertificateHash(certificate.statement), published};
}

}  // namespace

absl::StatusOr<VerifiedDevices> VerifyDevices(const AccountKey& account,
                                              std::uint32_t known_version, const Hash& known_hash,
                                              const std::vector<Signed>& lists,
                                              const std::vector<Signed>& certificates,
                                              const std::vector<Signed>& prekeys) {
  std::vector<ListPoint> points{{known_version, known_hash}};
  HOLDFAST_ASSIGN_OR_RETURN(const DeviceList newest, FollowLists(account, lists, points));
  if (certificates.size() != newest.devices.size()) {
    return Refuse(Reason::kMalformedField, "devices.certificates", "must be one for each device");
  }
  if (prekeys.size() != newest.devices.size()) {
    return Refuse(Reason::kMalformedField, "devices.prekeys", "must be one for each device");
  }
  VerifiedDevices verified{account, points.back().version, points.back().hash, {}};
  for (std::size_t i = 0; i < newest.devices.size(); ++i) {
    HOLDFAST_ASSIGN_OR_RETURN(
        const Device device, VerifyDevice(account, newest.devices[i], certificates[i], prekeys[i]));
    HOLDFAST_RETURN_IF_ERROR(CheckCountersigned(device.prekey, points));
    verified.devices.push_back(device);
  }
  return verified;
}

}  // namespace holdfast::crypto
