#include "server/core/mail/send_checks.h"

#include <algorithm>
#include <iterator>
#include <optional>

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

struct Lists {
  const AccountKey& account;
  const DevicesRecord& newest;
};

struct NamedVersion {
  std::string_view field;
  std::uint32_t version = 0;
};

// When what names the lists was written, and whether it may have been stored here before.
struct Naming {
  std::uint64_t sent_at_ms = 0;
  bool may_be_earlier = false;
};

absl::StatusOr<std::optional<crypto::DeviceList>> FindList(Transaction& transaction,
                                                           const AccountKey& account,
                                                           std::uint32_t version) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto stored,
                            Find(transaction, keys::DeviceList(account, version)));
  if (!stored) return std::nullopt;
  auto list = crypto::DecodeDeviceList(stored->statement());
  if (!list.ok()) return DamagedRecord("a device list");
  return *std::move(list);
}

// The devices of the list that a header names: the newest one; or an earlier one, where a backup
// may have lost the envelope and it was written before the list that followed, as far as clocks
// agree.
absl::StatusOr<std::vector<DeviceId>> Named(Transaction& transaction, const Lists& lists,
                                            const Naming& naming, const NamedVersion& named) {
  if (named.version == lists.newest.version()) {
    std::vector<DeviceId> devices;
    for (const Bytes& id : lists.newest.devices()) {
      HOLDFAST_ASSIGN_OR_RETURN(devices.emplace_back(), Stored<DeviceId>(id));
    }
    return devices;
  }
  const bool is_earlier =
      naming.may_be_earlier && named.version != 0 && named.version < lists.newest.version();
  if (!is_earlier) return StaleList(named.field, lists.newest.version());
  HOLDFAST_ASSIGN_OR_RETURN(const auto list, FindList(transaction, lists.account, named.version));
  HOLDFAST_ASSIGN_OR_RETURN(const auto next,
                            FindList(transaction, lists.account, named.version + 1));
  const bool fits =
      list && next && naming.sent_at_ms <= next->issued_at_ms + limits::kSentAheadMsMax;
  if (!fits) return StaleList(named.field, lists.newest.version());
  return list->devices;
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

absl::StatusOr<bool> CheckCoverage(Context& context, Transaction& transaction,
                                   const Identity& identity, const BondRecord& bond,
                                   const Header& header, const std::vector<DeviceId>& capsules) {
  HOLDFAST_ASSIGN_OR_RETURN(const AccountKey receiver, OtherParty(bond, identity.account));
  HOLDFAST_ASSIGN_OR_RETURN(const auto receivers, Load(transaction, keys::Devices(receiver)));
  HOLDFAST_ASSIGN_OR_RETURN(const bool may_be_earlier, MayHaveLostSome(context, transaction, bond));
  const Naming naming{header.sent_at_ms, may_be_earlier};
  HOLDFAST_ASSIGN_OR_RETURN(const auto mine,
                            Named(transaction, {identity.account, identity.devices}, naming,
                                  {"header.sender_list_version", header.sender_list_version}));
  HOLDFAST_ASSIGN_OR_RETURN(const auto theirs,
                            Named(transaction, {receiver, receivers}, naming,
                                  {"header.receiver_list_version", header.receiver_list_version}));
  std::vector<DeviceId> expected = theirs;
  std::ranges::copy_if(mine, std::back_inserter(expected),
                       [&](const DeviceId& device) { return device != identity.device; });
  if (mine.size() + theirs.size() == capsules.size() + 1 &&
      std::ranges::is_permutation(expected, capsules)) {
    return header.sender_list_version != identity.devices.version() ||
           header.receiver_list_version != receivers.version();
  }
  return Refuse(Reason::kMalformedField, "capsules",
                "must be one for each listed device but the sender's own");
}

}  // namespace holdfast::server
