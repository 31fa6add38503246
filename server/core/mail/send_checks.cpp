#include "server/core/mail/send_checks.h"

#include <algorithm>

#include "server/core/ledger/ahead.h"
#include "server/core/ledger/ahead_terms.h"
#include "server/core/ledger/slots.h"
#include "server/core/members/parties.h"
#include "server/core/records/fields.h"
#include "server/core/records/keys.h"

namespace holdfast::server {
namespace {

absl::Status StaleList(std::string_view field, std::uint32_t newest) {
  return Refuse(
      Reason::kStaleDeviceList, field,
      "the newest device list has version " + std::to_string(newest) + ". Fetch it and seal again");
}

}  // namespace

absl::Status CheckShape(const Identity& identity, const Header& header,
                        const v1::SendRequest& request) {
  if (request.body().size() > limits::kBodyBytesMax) {
    return Refuse(Reason::kTooLarge, "body",
                  "is longer than " + std::to_string(limits::kBodyBytesMax) + " bytes");
  }
  if (header.body_bytes != request.body().size()) {
    return Refuse(Reason::kMalformedField, "header.body_bytes", "is not the body's size");
  }
  if (header.sender_account != identity.account) {
    return Refuse(Reason::kNotPermitted, "header.sender_account", "is not the account that calls");
  }
  if (header.sender_device != identity.device) {
    return Refuse(Reason::kNotPermitted, "header.sender_device", "is not the device that calls");
  }
  return IsAhead(header) ? CheckAheadShape(header, request) : absl::OkStatus();
}

absl::Status CheckCapsules(const v1::SendRequest& request, std::vector<DeviceId>& devices) {
  const auto count = static_cast<std::size_t>(request.capsules_size());
  if (count == 0 || count > limits::kCapsulesMax) {
    return Refuse(Reason::kMalformedField, "capsules",
                  "must be 1 to " + std::to_string(limits::kCapsulesMax));
  }
  devices.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const v1::Capsule& capsule = request.capsules(static_cast<int>(i));
    const auto device = DeviceId::From(capsule.device(), "device");
    if (!device.ok()) {
      return Blame(device.status(), "device", "capsules[" + std::to_string(i) + "].device");
    }
    if (std::ranges::find(devices, *device) != devices.end()) {
      return Refuse(Reason::kMalformedField, "capsules[" + std::to_string(i) + "].device",
                    "has a capsule already");
    }
    if (capsule.sealed().empty()) {
      return Refuse(Reason::kMalformedField, "capsules[" + std::to_string(i) + "].sealed",
                    "is missing");
    }
    if (capsule.sealed().size() > limits::kCapsuleBytesMax) {
      return Refuse(Reason::kTooLarge, "capsules[" + std::to_string(i) + "].sealed",
                    "is longer than " + std::to_string(limits::kCapsuleBytesMax) + " bytes");
    }
    devices.push_back(*device);
  }
  return absl::OkStatus();
}

absl::Status CheckNotWithdrawn(const EnvelopeIndexRecord& index, const AccountKey& account) {
  const auto& by = index.withdrawn_by();
  if (std::ranges::find(by, account.view()) == by.end()) return absl::OkStatus();
  return Refuse(Reason::kActSuperseded, "header.envelope", "was withdrawn before it came");
}

absl::Status CheckAllowed(const Identity& identity, const BondRecord& bond, const Header& header,
                          std::uint64_t now_ms) {
  HOLDFAST_RETURN_IF_ERROR(CheckSlot(header));
  if (bond.ended()) return Refuse(Reason::kBondEnded, "header.bond", "the bond has ended");
  if (header.kind == Kind::kCheckIn && BytesView(bond.client()) != identity.account.view()) {
    return Refuse(Reason::kNotPermitted, "header.kind", "only the client sends check-ins");
  }
  return CheckNotAhead(header.sent_at_ms, now_ms, "header.sent_at_ms");
}

absl::Status CheckCoverage(Transaction& transaction, const Identity& identity,
                           const BondRecord& bond, const Header& header,
                           const std::vector<DeviceId>& capsules) {
  HOLDFAST_ASSIGN_OR_RETURN(const AccountKey receiver, OtherParty(bond, identity.account));
  HOLDFAST_ASSIGN_OR_RETURN(const auto receivers, Load(transaction, keys::Devices(receiver)));
  if (header.sender_list_version != identity.devices.version()) {
    return StaleList("header.sender_list_version", identity.devices.version());
  }
  if (header.receiver_list_version != receivers.version()) {
    return StaleList("header.receiver_list_version", receivers.version());
  }
  const int expected = identity.devices.devices_size() - 1 + receivers.devices_size();
  const bool all_listed = std::ranges::all_of(capsules, [&](const DeviceId& device) {
    return device != identity.device &&
           (IsListed(identity.devices, device) || IsListed(receivers, device));
  });
  if (std::ssize(capsules) == expected && all_listed) return absl::OkStatus();
  return Refuse(Reason::kMalformedField, "capsules",
                "must be one for each listed device but the sender's own");
}

}  // namespace holdfast::server
