#include "client/core/people/peers.h"

#include <algorithm>

#include "client/core/outside/limits.h"
#include "client/core/people/own_device.h"
#include "client/core/people/wire.h"
#include "client/core/vault/alarms.h"
#include "client/core/vault/names.h"

namespace holdfast::client {
namespace {

absl::StatusOr<KnownDevices> KnownDevicesOf(const AccountKey& account, const vault::Peer& record) {
  KnownDevices known;
  known.stopped = record.stopped();
  known.devices.account = account;
  known.devices.version = record.version();
  HOLDFAST_ASSIGN_OR_RETURN(known.devices.list_hash, Hash::From(record.list_hash(), "vault.peer"));
  for (const vault::PeerDevice& stored : record.devices()) {
    crypto::Device device;
    HOLDFAST_ASSIGN_OR_RETURN(device.certificate, crypto::DecodeCertificate(stored.certificate()));
    HOLDFAST_ASSIGN_OR_RETURN(device.prekey, crypto::DecodePrekey(stored.prekey()));
    device.id = crypto::DeviceIdOf(device.certificate);
    device.certificate_hash = crypto::CertificateHash(stored.certificate());
    known.devices.devices.push_back(device);
  }
  for (const vault::PeerDevice& stored : record.former()) {
    crypto::Device device;
    HOLDFAST_ASSIGN_OR_RETURN(device.certificate, crypto::DecodeCertificate(stored.certificate()));
    device.id = crypto::DeviceIdOf(device.certificate);
    device.certificate_hash = crypto::CertificateHash(stored.certificate());
    known.former.push_back(device);
  }
  return known;
}

bool HasCertificate(const google::protobuf::RepeatedPtrField<vault::PeerDevice>& devices,
                    const std::string& certificate) {
  return std::ranges::any_of(devices, [&](const vault::PeerDevice& device) {
    return device.certificate() == certificate;
  });
}

void AddFormer(vault::Peer& record, const vault::PeerDevice& device) {
  const bool is_known = HasCertificate(record.devices(), device.certificate()) ||
                        HasCertificate(record.former(), device.certificate());
  const auto former = static_cast<std::size_t>(record.former_size());
  if (is_known || former >= limits::kFormerDevicesMax) return;
  *record.add_former() = device;
}

void KeepFormer(vault::Peer& record, const vault::Peer& before, const AccountKey& account,
                const v1::DeviceSet& wire) {
  const auto known = record.former();
  record.clear_former();
  for (const vault::PeerDevice& device : before.devices()) {
    vault::PeerDevice gone = device;
    gone.clear_prekey();
    AddFormer(record, gone);
  }
  for (const vault::PeerDevice& device : known) AddFormer(record, device);
  for (const v1::SignedStatement& shown : wire.former()) {
    if (!crypto::VerifyCertificate(FromWire(shown), account).ok()) continue;
    vault::PeerDevice device;
    device.set_certificate(shown.statement());
    device.set_certificate_signature(shown.signature());
    AddFormer(record, device);
  }
}

// The newest prekey of this device that was ever shown: a practice that restored an
// older copy of its store, or withholds the newer one, shows an older.
const std::string& NewerPrekey(const vault::Peer& before, const std::string& certificate,
                               const std::string& shown) {
  for (const vault::PeerDevice& device : before.devices()) {
    if (device.certificate() != certificate) continue;
    const auto known = crypto::DecodePrekey(device.prekey());
    const auto now = crypto::DecodePrekey(shown);
    if (known.ok() && now.ok() && known->id > now->id) return device.prekey();
  }
  return shown;
}

}  // namespace

const crypto::Device* KnownDevices::Find(const DeviceId& id) const {
  for (const crypto::Device& device : devices.devices) {
    if (device.id == id) return &device;
  }
  return nullptr;
}

absl::StatusOr<std::optional<KnownDevices>> FindPeer(const VaultReader& reader,
                                                     const AccountKey& account) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto record, reader.Find(names::Peer(account)));
  if (!record) return std::optional<KnownDevices>();
  HOLDFAST_ASSIGN_OR_RETURN(KnownDevices known, KnownDevicesOf(account, *record));
  return std::optional<KnownDevices>(std::move(known));
}

void PutPeer(VaultChange& change, const crypto::VerifiedDevices& devices,
             const v1::DeviceSet& wire) {
  const auto found = change.Find(names::Peer(devices.account));
  const vault::Peer before =
      found.ok() && found->has_value() ? **found : vault::Peer::default_instance();
  vault::Peer record = before;
  record.set_version(devices.version);
  record.set_list_hash(devices.list_hash.str());
  record.clear_devices();
  for (int i = 0; i < wire.certificates_size() && i < wire.prekeys_size(); ++i) {
    vault::PeerDevice* device = record.add_devices();
    const std::string& certificate = wire.certificates(i).statement();
    device->set_certificate(certificate);
    device->set_certificate_signature(wire.certificates(i).signature());
    device->set_prekey(NewerPrekey(before, certificate, wire.prekeys(i).statement()));
  }
  KeepFormer(record, before, devices.account, wire);
  change.Put(names::Peer(devices.account), record);
}

const crypto::Device* KnownDevices::FindEver(const DeviceId& id) const {
  const crypto::Device* const listed = Find(id);
  if (listed != nullptr) return listed;
  for (const crypto::Device& device : former) {
    if (device.id == id) return &device;
  }
  return nullptr;
}

absl::Status SayDevicesChanged(VaultChange& change, const crypto::VerifiedDevices& before,
                               const crypto::VerifiedDevices& after,
                               const std::optional<BondId>& bond,
                               const std::optional<PersonName>& who, std::uint64_t now_ms) {
  const auto missing_of = [](const crypto::VerifiedDevices& some,
                             const crypto::VerifiedDevices& others) {
    return static_cast<std::uint64_t>(
        std::ranges::count_if(some.devices, [&](const crypto::Device& device) {
          return std::ranges::find(others.devices, device.id, &crypto::Device::id) ==
                 others.devices.end();
        }));
  };
  const std::uint64_t added = missing_of(after, before);
  const std::uint64_t gone = missing_of(before, after);
  const auto say = [&](std::uint64_t count, AlarmKind of_others, AlarmKind of_own) {
    if (count == 0) return absl::OkStatus();
    AlarmArgs args;
    args.who = who;
    args.count = count;
    return RaiseAlarm(change, now_ms, Reason::kStaleDeviceList, bond, who ? of_others : of_own,
                      args);
  };
  HOLDFAST_RETURN_IF_ERROR(say(added, AlarmKind::kDevicesLinked, AlarmKind::kOwnDevicesLinked));
  return say(gone, AlarmKind::kDevicesUnlinked, AlarmKind::kOwnDevicesUnlinked);
}

absl::StatusOr<bool> IsForAnotherDevice(const VaultReader& reader, const vault::Bond& bond) {
  if (bond.invited_by().empty()) return false;
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(reader));
  if (bond.invited_by() == own->device.view()) return false;
  HOLDFAST_ASSIGN_OR_RETURN(const auto known, FindPeer(reader, own->account));
  const auto device = DeviceId::From(bond.invited_by(), "vault.bond");
  return known && device.ok() && known->Find(*device) != nullptr;
}

absl::Status StopPeer(VaultChange& change, const AccountKey& account, const BondId& bond,
                      const PersonName& who, std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(auto record, change.Find(names::Peer(account)));
  if (!record || record->stopped()) return absl::OkStatus();
  record->set_stopped(true);
  change.Put(names::Peer(account), *record);
  return RaiseAlarm(change, now_ms, Reason::kIntegrity, bond, AlarmKind::kTwoLists, {.who = who});
}

namespace {

// All lists that are shown are signed, and the newest is older than the one that is known.
bool IsOfBefore(const v1::DeviceSet& wire, const AccountKey& account, std::uint32_t known) {
  bool is_before = !wire.lists().empty();
  for (const v1::SignedStatement& statement : wire.lists()) {
    const auto list = crypto::VerifyDeviceList(FromWire(statement), account);
    is_before = is_before && list.ok() && list->version < known;
  }
  return is_before;
}

}  // namespace

absl::Status TakePeerDevices(VaultChange& change, const AccountKey& account,
                             const v1::DeviceSet& wire, const Bytes& seen, const BondId& bond,
                             const PersonName& who, std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto known, FindPeer(change, account));
  if (known && known->stopped) return absl::OkStatus();
  // Of a bond that came from the archive nothing is pinned yet: its account key is known.
  crypto::VerifiedDevices pinned;
  pinned.account = account;
  if (known) pinned = known->devices;
  // Another list under a number that is pinned already.
  for (const v1::SignedStatement& statement : wire.lists()) {
    const auto list = crypto::VerifyDeviceList(FromWire(statement), account);
    if (list.ok() && list->version == pinned.version &&
        crypto::DeviceListHash(statement.statement()) != pinned.list_hash) {
      return StopPeer(change, account, bond, who, now_ms);
    }
  }
  // An older one is that of a practice that restored a backup, for all that can be seen of it.
  if (IsOfBefore(wire, account, pinned.version)) return absl::OkStatus();
  const auto devices = VerifyDevices(account, pinned.version, pinned.list_hash, wire);
  if (!devices.ok()) {
    return RaiseAlarm(change, now_ms, Reason::kIntegrity, bond, AlarmKind::kDevicesUnsigned,
                      {.who = who, .cause = CauseOf(devices.status())});
  }
  if (devices->version < pinned.version) return absl::OkStatus();
  if (known) {
    HOLDFAST_RETURN_IF_ERROR(SayDevicesChanged(change, pinned, *devices, bond, who, now_ms));
  }
  PutPeer(change, *devices, wire);
  if (seen.empty()) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(auto record, change.Read(names::Peer(account)));
  record.set_seen(seen);
  change.Put(names::Peer(account), record);
  return absl::OkStatus();
}

}  // namespace holdfast::client
