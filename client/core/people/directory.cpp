#include "client/core/people/directory.h"

#include <set>

#include "client/core/people/own_list.h"
#include "client/core/people/bonds.h"
#include "client/core/people/peers.h"
#include "client/core/people/wire.h"
#include "client/core/vault/alarms.h"
#include "client/core/vault/names.h"

namespace holdfast::client {

Task<absl::Status> Directory::RefreshAccount(AccountKey account, BondId bond, PersonName who,
                                             Bytes seen) {
  v1::GetDevicesRequest request;
  request.set_account(account.str());
  {
    const VaultReader look(context_.vault);
    HOLDFAST_CO_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(look));
    if (account == own->account) {
      HOLDFAST_CO_ASSIGN_OR_RETURN(const auto progress, look.Read(names::kProgress));
      request.set_after_version(progress.list_version());
    } else {
      HOLDFAST_CO_ASSIGN_OR_RETURN(const auto known, FindPeer(look, account));
      if (known && known->stopped) co_return absl::OkStatus();
      request.set_after_version(known ? known->devices.version : 0);
    }
  }
  auto response = co_await connection_.Ask(&Transport::GetDevices, request);
  if (!response.ok()) {
    // After a restore the other side may not be back yet: what is pinned still holds.
    if (ReasonOf(response.status()) == Reason::kUnknownAccount) co_return absl::OkStatus();
    co_return response.status();
  }
  HOLDFAST_CO_ASSIGN_OR_RETURN(const bool gives_back, GivesBack(account, response->devices()));
  if (gives_back) {
    auto returned = co_await ReturnDevices(context_, connection_);
    HOLDFAST_CO_RETURN_IF_ERROR(returned);
    response = co_await connection_.Ask(&Transport::GetDevices, request);
    HOLDFAST_CO_RETURN_IF_ERROR(response.status());
  }
  VaultChange change(context_.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(change));
  if (account == own->account) {
    HOLDFAST_CO_RETURN_IF_ERROR(TakeOwn(change, response->devices()));
  } else {
    HOLDFAST_CO_RETURN_IF_ERROR(
        TakePeerDevices(change, account, response->devices(), seen, bond, who, context_.Now()));
  }
  co_return change.Commit();
}

// An older list than the one that is known: a practice that restored a backup, for all that
// can be seen of it.
bool Directory::IsOlder(const v1::DeviceSet& wire, std::uint32_t known_version) {
  if (wire.lists().empty()) return false;
  const auto newest = crypto::DecodeDeviceList(wire.lists().rbegin()->statement());
  return newest.ok() && newest->version < known_version;
}

absl::Status Directory::TakeOwn(VaultChange& change, const v1::DeviceSet& wire) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(change));
  HOLDFAST_ASSIGN_OR_RETURN(auto progress, change.Read(names::kProgress));
  HOLDFAST_ASSIGN_OR_RETURN(const Hash list_hash,
                            Hash::From(progress.list_hash(), "vault.progress"));
  const auto devices = VerifyDevices(own->account, progress.list_version(), list_hash, wire);
  const bool listed = devices.ok() && KnownDevices{*devices, false}.Find(own->device) != nullptr;
  if (!devices.ok() || devices->version < progress.list_version()) {
    return RaiseAlarm(change, context_.Now(), Reason::kIntegrity, std::nullopt,
                      AlarmKind::kOwnListUnsigned);
  }
  if (!listed) {
    return RaiseAlarm(change, context_.Now(), Reason::kIntegrity, std::nullopt,
                      AlarmKind::kOwnDeviceUnlisted);
  }
  if (devices->version == progress.list_version()) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto here, FindPeer(change, own->account));
    if (here && wire.former_size() > static_cast<int>(here->former.size())) {
      PutPeer(change, *devices, wire);
    }
    return absl::OkStatus();
  }
  HOLDFAST_ASSIGN_OR_RETURN(const auto known, FindPeer(change, own->account));
  crypto::VerifiedDevices before;
  if (known) before = known->devices;
  if (!known) {
    crypto::Device only;
    only.id = own->device;
    before.devices.push_back(only);
  }
  HOLDFAST_RETURN_IF_ERROR(
      SayDevicesChanged(change, before, *devices, std::nullopt, std::nullopt, context_.Now()));
  return PutOwnDevices(change, *devices, wire);
}

absl::StatusOr<bool> Directory::GivesBack(const AccountKey& account, const v1::DeviceSet& wire) {
  const VaultReader look(context_.vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(look));
  HOLDFAST_ASSIGN_OR_RETURN(const auto progress, look.Read(names::kProgress));
  return account == own->account && IsOlder(wire, progress.list_version());
}

Task<absl::Status> Directory::Refresh(BondId bond) {
  const VaultReader look(context_.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(look));
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto record, FindBond(look, bond));
  if (!record) co_return absl::OkStatus();
  HOLDFAST_CO_ASSIGN_OR_RETURN(const BondParties parties, PartiesOf(*record));
  const AccountKey other = parties.other(own->account);
  auto theirs = co_await RefreshAccount(other, bond, WhoIs(*record, own->account));
  HOLDFAST_CO_RETURN_IF_ERROR(theirs);
  auto mine = co_await RefreshAccount(own->account, bond, PersonName());
  co_return mine;
}

Task<absl::Status> Directory::RefreshOwn() {
  const VaultReader look(context_.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(look));
  auto mine = co_await RefreshAccount(own->account, BondId(), PersonName());
  co_return mine;
}

Task<absl::Status> Directory::RefreshAll(Shown shown) {
  const VaultReader look(context_.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(look));
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto bonds, AllBonds(look));
  std::set<AccountKey> seen;
  for (const vault::Bond& bond : bonds) {
    HOLDFAST_CO_ASSIGN_OR_RETURN(const BondParties parties, PartiesOf(bond));
    const AccountKey other = parties.other(own->account);
    if (!seen.insert(other).second) continue;
    const auto named = shown.find(parties.bond);
    const Bytes name = named == shown.end() ? Bytes() : named->second;
    HOLDFAST_CO_ASSIGN_OR_RETURN(const auto peer, look.Find(names::Peer(other)));
    if (peer && !name.empty() && peer->seen() == name) continue;
    auto refreshed = co_await RefreshAccount(other, parties.bond, WhoIs(bond, own->account), name);
    HOLDFAST_CO_RETURN_IF_ERROR(refreshed);
  }
  auto mine = co_await RefreshAccount(own->account, BondId(), PersonName());
  co_return mine;
}

}  // namespace holdfast::client
