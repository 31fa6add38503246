#include "server/core/members/device_changes.h"

#include <array>
#include <span>
#include <string>

#include "rules/limits.h"
#include "server/core/mailbox/mailbox_ends.h"
#include "server/core/members/bonds.h"
#include "server/core/members/identity.h"
#include "server/core/records/fields.h"
#include "server/core/records/keys.h"
#include "server/core/records/limits.h"

namespace holdfast::server {
namespace {

using Statements = std::vector<crypto::Signed>;

absl::StatusOr<Statements> ReadStatements(
    const google::protobuf::RepeatedPtrField<v1::SignedStatement>& carried, std::size_t max,
    std::string_view field) {
  if (carried.empty() || static_cast<std::size_t>(carried.size()) > max) {
    return Refuse(Reason::kMalformedField, field, "must be 1 to " + std::to_string(max));
  }
  Statements statements;
  for (const v1::SignedStatement& one : carried) {
    HOLDFAST_ASSIGN_OR_RETURN(statements.emplace_back(), ReadSigned(one, field));
  }
  return statements;
}

// The lists from the first one on that is not stored; the newest alone where all are.
// stale_device_list where they do not chain to what is stored.
absl::StatusOr<std::span<const crypto::Signed>> FreshLists(Transaction& transaction,
                                                           const AccountKey& account,
                                                           const DevicesRecord& known,
                                                           const Statements& lists) {
  std::size_t first = 0;
  std::uint32_t version = 0;
  for (; first < lists.size(); ++first) {
    const auto list = crypto::DecodeDeviceList(lists[first].statement);
    if (!list.ok()) return Blame(list.status(), "device_list", "devices.lists");
    if (list->account != account) {
      return Refuse(Reason::kMalformedField, "devices.lists.account", "is another account");
    }
    version = list->version;
    if (version > known.version()) {
      const bool follows =
          version == known.version() + 1 && list->previous.view() == BytesView(known.list_hash());
      if (!follows) return ChangedMeanwhile("devices.lists");
      break;
    }
    HOLDFAST_ASSIGN_OR_RETURN(const auto stored,
                              Find(transaction, keys::DeviceList(account, version)));
    if (!stored || stored->statement() != lists[first].statement) {
      return ChangedMeanwhile("devices.lists");
    }
  }
  if (first < lists.size()) return std::span(lists).subspan(first);
  if (version != known.version()) return ChangedMeanwhile("devices.lists");
  return std::span(lists).last(1);
}

// What the parts are called by those that verify them, and in a request.
constexpr std::array<std::array<std::string_view, 2>, 3> kSetParts = {{
    {"device_list", "devices.lists"},
    {"certificate", "devices.certificates"},
    {"prekey", "devices.prekeys"},
}};

absl::Status BlameSet(const absl::Status& status) {
  const std::string field = FieldOf(status);
  for (const auto& [part, name] : kSetParts) {
    if (field.starts_with(part)) return Blame(status, part, name);
  }
  return Blame(status, "devices", "devices");
}

absl::Status CheckTimes(const DeviceChange& change, std::uint64_t now_ms) {
  for (const crypto::Signed& carried : change.lists) {
    const auto list = crypto::DecodeDeviceList(carried.statement);
    if (!list.ok()) return BlameSet(list.status());
    HOLDFAST_RETURN_IF_ERROR(
        CheckNotAhead(list->issued_at_ms, now_ms, "devices.lists.issued_at_ms"));
  }
  for (const ListedDevice& listed : change.devices) {
    HOLDFAST_RETURN_IF_ERROR(CheckNotAhead(listed.device.certificate.created_at_ms, now_ms,
                                           "devices.certificates.created_at_ms"));
    HOLDFAST_RETURN_IF_ERROR(
        CheckNotAhead(listed.device.prekey.created_at_ms, now_ms, "devices.prekeys.created_at_ms"));
  }
  return absl::OkStatus();
}

absl::Status CheckDevicesUnclaimed(Transaction& transaction, const DeviceChange& change) {
  for (const ListedDevice& listed : change.devices) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto known, Find(transaction, keys::Device(listed.device.id)));
    if (known && BytesView(known->account()) != change.account.view()) {
      return Refuse(Reason::kNotPermitted, "devices.certificates",
                    "a device is registered for another account already");
    }
  }
  return absl::OkStatus();
}

// Certificates of former devices that are not known here.
absl::StatusOr<Statements> ReadFormer(
    Transaction& transaction, const AccountKey& account,
    const google::protobuf::RepeatedPtrField<v1::SignedStatement>& carried, Former former) {
  Statements unknown;
  if (carried.empty()) return unknown;
  if (former == Former::kNone) {
    return Refuse(Reason::kMalformedField, "devices.former", "must be left out");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const Statements certificates,
                            ReadStatements(carried, limits::kFormerDevicesMax, "devices.former"));
  for (const crypto::Signed& one : certificates) {
    const auto certificate = crypto::DecodeCertificate(one.statement);
    if (!certificate.ok()) return Blame(certificate.status(), "certificate", "devices.former");
    const DeviceId id = crypto::DeviceIdOf(*certificate);
    HOLDFAST_ASSIGN_OR_RETURN(const auto known, transaction.Get(keys::Device(id)));
    if (known) continue;
    const auto verified = crypto::VerifyCertificate(one, account);
    if (!verified.ok()) return Blame(verified.status(), "certificate", "devices.former");
    unknown.push_back(one);
  }
  return unknown;
}

// Numbered behind those that are known: they came off in lists that were lost.
absl::Status StoreFormer(Transaction& transaction, const DeviceChange& change,
                         DevicesRecord& newest) {
  for (auto one = change.former.rbegin(); one != change.former.rend(); ++one) {
    const auto certificate = crypto::DecodeCertificate(one->statement);
    if (!certificate.ok()) return DamagedRecord("a certificate");
    const DeviceId id = crypto::DeviceIdOf(*certificate);
    HOLDFAST_ASSIGN_OR_RETURN(const auto known, transaction.Get(keys::Device(id)));
    if (known) continue;  // listed by this very change, or named twice
    DeviceRecord record;
    record.set_account(change.account.str());
    record.set_signing_key(certificate->signing.str());
    Save(transaction, keys::Device(id), record);
    DeviceStatementsRecord statements;
    Copy(*one, *statements.mutable_certificate());
    Save(transaction, keys::DeviceStatements(id), statements);
    FormerDeviceRecord former;
    former.set_device(id.str());
    newest.set_former(newest.former() + 1);
    Save(transaction, keys::FormerDevice(change.account, newest.former()), former);
  }
  return absl::OkStatus();
}

// Takes a device that was on the list before out of the account.
absl::Status Unlink(Context& context, Transaction& transaction, const DeviceId& device) {
  HOLDFAST_ASSIGN_OR_RETURN(auto record, Load(transaction, keys::Device(device)));
  if (record.suspended_by_size() > 0) {
    record.clear_suspended_by();
    Save(transaction, keys::Device(device), record);
  }
  return EndMailbox(context, transaction, device);
}

}  // namespace

absl::Status ChangedMeanwhile(std::string_view field) {
  return Refuse(Reason::kStaleDeviceList, field,
                "does not follow what the practice has: the account changed meanwhile. Fetch it "
                "and make the change anew");
}

absl::StatusOr<DeviceChange> CheckDeviceChange(Transaction& transaction, const AccountKey& account,
                                               const v1::DeviceSet& devices, Former former,
                                               std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(
      const Statements lists,
      ReadStatements(devices.lists(), limits::kListsPerAnswerMax, "devices.lists"));
  HOLDFAST_ASSIGN_OR_RETURN(const Statements certificates,
                            ReadStatements(devices.certificates(), limits::kDevicesPerAccountMax,
                                           "devices.certificates"));
  HOLDFAST_ASSIGN_OR_RETURN(
      const Statements prekeys,
      ReadStatements(devices.prekeys(), limits::kDevicesPerAccountMax, "devices.prekeys"));
  DeviceChange change{account, {}, {}, 0, {}, {}, {}};
  HOLDFAST_ASSIGN_OR_RETURN(change.known, Load(transaction, keys::Devices(account)));
  HOLDFAST_ASSIGN_OR_RETURN(const auto fresh,
                            FreshLists(transaction, account, change.known, lists));
  HOLDFAST_ASSIGN_OR_RETURN(const Hash known_hash, Stored<Hash>(change.known.list_hash()));
  change.lists.assign(fresh.begin(), fresh.end());
  const auto verified = crypto::VerifyDevices(account, change.known.version(), known_hash,
                                              change.lists, certificates, prekeys);
  if (!verified.ok()) return BlameSet(verified.status());
  change.version = verified->version;
  change.list_hash = verified->list_hash;
  if (change.version == change.known.version()) change.lists.clear();
  for (std::size_t i = 0; i < verified->devices.size(); ++i) {
    change.devices.push_back({verified->devices[i], certificates[i], prekeys[i]});
  }
  HOLDFAST_RETURN_IF_ERROR(CheckTimes(change, now_ms));
  HOLDFAST_RETURN_IF_ERROR(CheckDevicesUnclaimed(transaction, change));
  HOLDFAST_ASSIGN_OR_RETURN(change.former,
                            ReadFormer(transaction, account, devices.former(), former));
  return change;
}

absl::Status StoreDevice(Transaction& transaction, const ListedDevice& listed) {
  const crypto::Device& device = listed.device;
  HOLDFAST_ASSIGN_OR_RETURN(auto statements, Find(transaction, keys::DeviceStatements(device.id)));
  if (!statements) {
    DeviceRecord record;
    record.set_account(device.certificate.account.str());
    record.set_signing_key(device.certificate.signing.str());
    Save(transaction, keys::Device(device.id), record);
    statements.emplace();
    Copy(listed.certificate, *statements->mutable_certificate());
  } else if (statements->prekey_id() >= device.prekey.id) {
    return absl::OkStatus();
  }
  Copy(listed.prekey, *statements->mutable_prekey());
  statements->set_prekey_id(device.prekey.id);
  Save(transaction, keys::DeviceStatements(device.id), *statements);
  return absl::OkStatus();
}

absl::Status StoreDeviceChange(Context& context, Transaction& transaction,
                               const DeviceChange& change) {
  for (const ListedDevice& listed : change.devices) {
    HOLDFAST_RETURN_IF_ERROR(StoreDevice(transaction, listed));
  }
  if (change.lists.empty() && change.former.empty()) return absl::OkStatus();
  DevicesRecord newest;
  newest.set_version(change.version);
  newest.set_list_hash(change.list_hash.str());
  for (const ListedDevice& listed : change.devices) newest.add_devices(listed.device.id.str());
  newest.set_former(change.known.former());
  HOLDFAST_RETURN_IF_ERROR(StoreFormer(transaction, change, newest));
  std::uint32_t version = change.known.version();
  for (const crypto::Signed& list : change.lists) {
    StoredStatement stored;
    Copy(list, stored);
    Save(transaction, keys::DeviceList(change.account, ++version), stored);
  }
  for (const Bytes& id : change.known.devices()) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto device, Stored<DeviceId>(id));
    if (IsListed(newest, device)) continue;
    newest.set_former(newest.former() + 1);
    FormerDeviceRecord former;
    former.set_device(id);
    Save(transaction, keys::FormerDevice(change.account, newest.former()), former);
    HOLDFAST_RETURN_IF_ERROR(Unlink(context, transaction, device));
  }
  // Who came off the list suspends nobody any more, also where it is listed again one day.
  for (const ListedDevice& listed : change.devices) {
    const auto key = keys::Device(listed.device.id);
    HOLDFAST_ASSIGN_OR_RETURN(auto record, Load(transaction, key));
    if (DropSuspensions(record, newest)) Save(transaction, key, record);
  }
  Save(transaction, keys::Devices(change.account), newest);
  for (const ListedDevice& listed : change.devices) {
    if (IsListed(change.known, listed.device.id)) continue;
    HOLDFAST_RETURN_IF_ERROR(TellBonds(context, transaction, change.account, listed.device.id));
  }
  return absl::OkStatus();
}

}  // namespace holdfast::server
