#include "client/core/people/directory.h"

#include <set>

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
      if (!known || known->stopped) co_return absl::OkStatus();
      request.set_after_version(known->devices.version);
    }
  }
  auto response = co_await connection_.Ask(&Transport::GetDevices, request);
  if (!response.ok()) {
    // After a restore the other side may not be back yet: what is pinned still holds.
    if (ReasonOf(response.status()) == Reason::kUnknownAccount) co_return absl::OkStatus();
    co_return response.status();
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
  if (devices->version == progress.list_version()) return absl::OkStatus();
  PutPeer(change, *devices, wire);
  progress.set_list_version(devices->version);
  progress.set_list_hash(devices->list_hash.str());
  change.Put(names::kProgress, progress);
  return absl::OkStatus();
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
