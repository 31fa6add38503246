#include "client/core/people/peers.h"

#include "client/core/outside/limits.h"
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
  return known;
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
  change.Put(names::Peer(devices.account), record);
}

absl::Status StopPeer(VaultChange& change, const AccountKey& account, const BondId& bond,
                      const PersonName& who, std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(auto record, change.Find(names::Peer(account)));
  if (!record || record->stopped()) return absl::OkStatus();
  record->set_stopped(true);
  change.Put(names::Peer(account), *record);
  return RaiseAlarm(change, now_ms, Reason::kIntegrity, bond, AlarmKind::kTwoLists, {.who = who});
}

absl::Status TakePeerDevices(VaultChange& change, const AccountKey& account,
                             const v1::DeviceSet& wire, const Bytes& seen, const BondId& bond,
                             const PersonName& who, std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto known, FindPeer(change, account));
  if (!known || known->stopped) return absl::OkStatus();
  const crypto::VerifiedDevices& pinned = known->devices;
  // Another list under a number that is pinned already.
  for (const v1::SignedStatement& statement : wire.lists()) {
    const auto list = crypto::VerifyDeviceList(FromWire(statement), account);
    if (list.ok() && list->version == pinned.version &&
        crypto::DeviceListHash(statement.statement()) != pinned.list_hash) {
      return StopPeer(change, account, bond, who, now_ms);
    }
  }
  const auto devices = VerifyDevices(account, pinned.version, pinned.list_hash, wire);
  if (!devices.ok()) {
    return RaiseAlarm(change, now_ms, Reason::kIntegrity, bond, AlarmKind::kDevicesUnsigned,
                      {.who = who, .cause = CauseOf(devices.status())});
  }
  if (devices->version < pinned.version) return absl::OkStatus();
  PutPeer(change, *devices, wire);
  if (seen.empty()) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(auto record, change.Read(names::Peer(account)));
  record.set_seen(seen);
  change.Put(names::Peer(account), record);
  return absl::OkStatus();
}

}  // namespace holdfast::client
