#include "client/core/people/own_list.h"

#include <algorithm>
#include <functional>

#include "client/core/outside/limits.h"
#include "client/core/people/own_device.h"
#include "client/core/people/peers.h"
#include "client/core/people/suspensions.h"
#include "client/core/vault/names.h"
#include "client/core/vault/wiped_at_end.h"

namespace holdfast::client {
namespace {

// Lists with all that proves them, then each epoch of the archive's key, then the recovery code:
// a practice that restored a backup takes of these what it lacks.
absl::StatusOr<std::vector<v1::ChangeAccountRequest>> WhatToReturn(const VaultReader& reader) {
  std::vector<v1::ChangeAccountRequest> requests;
  HOLDFAST_ASSIGN_OR_RETURN(const auto set, reader.Find(names::kOwnDevices));
  if (!set) return requests;
  HOLDFAST_ASSIGN_OR_RETURN(auto identity, reader.Read(names::kIdentity));
  const WipedAtEnd wiped(identity);
  v1::ChangeAccountRequest lists;
  *lists.mutable_account() = identity.statement();
  *lists.mutable_devices() = *set;
  v1::ChangeAccountRequest rest = lists;
  HOLDFAST_ASSIGN_OR_RETURN(const auto account,
                            AccountKey::From(identity.account(), "vault.identity"));
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, reader.Find(names::Peer(account)));
  const vault::Peer known = own.value_or(vault::Peer());
  for (const vault::PeerDevice& device : known.former()) {
    v1::SignedStatement* certificate = lists.mutable_devices()->add_former();
    certificate->set_statement(device.certificate());
    certificate->set_signature(device.certificate_signature());
  }
  requests.push_back(std::move(lists));
  HOLDFAST_RETURN_IF_ERROR(
      reader.Scan(names::kOwnEpochs, [&](BytesView, const v1::SignedStatement& epoch) {
        requests.push_back(rest);
        *requests.back().mutable_epoch() = epoch;
        return true;
      }));
  HOLDFAST_ASSIGN_OR_RETURN(const auto recovery, reader.Find(names::kOwnRecovery));
  if (recovery) {
    requests.push_back(rest);
    *requests.back().mutable_recovery() = *recovery;
  }
  return requests;
}

}  // namespace

absl::Status PutOwnDevices(VaultChange& change, const crypto::VerifiedDevices& devices,
                           const v1::DeviceSet& wire) {
  HOLDFAST_ASSIGN_OR_RETURN(auto progress, change.Read(names::kProgress));
  if (devices.version < progress.list_version()) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(auto kept, change.Find(names::kOwnDevices));
  v1::DeviceSet set = kept.value_or(v1::DeviceSet());
  std::uint32_t newest = 0;
  if (!set.lists().empty()) {
    const auto last = crypto::DecodeDeviceList(set.lists().rbegin()->statement());
    if (last.ok()) newest = last->version;
  }
  for (const v1::SignedStatement& list : wire.lists()) {
    const auto decoded = crypto::DecodeDeviceList(list.statement());
    if (!decoded.ok() || decoded->version <= newest) continue;
    *set.add_lists() = list;
  }
  while (static_cast<std::size_t>(set.lists_size()) > limits::kListsPerAnswerMax) {
    set.mutable_lists()->DeleteSubrange(0, 1);
  }
  *set.mutable_certificates() = wire.certificates();
  *set.mutable_prekeys() = wire.prekeys();
  set.clear_former();
  change.Put(names::kOwnDevices, set);
  PutPeer(change, devices, wire);
  HOLDFAST_RETURN_IF_ERROR(ForgetSuspensions(change, devices));
  progress.set_list_version(devices.version);
  progress.set_list_hash(devices.list_hash.str());
  change.Put(names::kProgress, progress);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<DeviceView>> ListDevices(const VaultReader& reader) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(reader));
  std::vector<DeviceView> views;
  HOLDFAST_ASSIGN_OR_RETURN(const auto known, FindPeer(reader, own->account));
  if (!known) {
    HOLDFAST_ASSIGN_OR_RETURN(auto identity, reader.Read(names::kIdentity));
    const WipedAtEnd wiped(identity);
    HOLDFAST_ASSIGN_OR_RETURN(const auto certificate,
                              crypto::DecodeCertificate(OwnCertificate(identity).statement()));
    views.push_back({own->device, certificate.created_at_ms, true});
    return views;
  }
  for (const crypto::Device& device : known->devices.devices) {
    views.push_back({device.id, device.certificate.created_at_ms, device.id == own->device});
  }
  std::ranges::stable_sort(views, std::greater<>(), &DeviceView::is_this);
  return views;
}

Task<absl::Status> ReturnDevices(Context context, Connection& connection) {
  const VaultReader look(context.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto requests, WhatToReturn(look));
  for (const v1::ChangeAccountRequest& request : requests) {
    auto response = co_await connection.AskOnce(&Transport::ChangeAccount, request);
    // What it has by now, by another device, is newer than this.
    if (ReasonOf(response.status()) == Reason::kStaleDeviceList) continue;
    HOLDFAST_CO_RETURN_IF_ERROR(response.status());
  }
  co_return absl::OkStatus();
}

Task<absl::Status> ReturnDevicesAfterRestore(Context context, Connection& connection) {
  const VaultReader look(context.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto before, look.Read(names::kProgress));
  const bool was_restored =
      before.incarnations_size() > 1 && before.account_life() != *before.incarnations().rbegin();
  if (!was_restored) co_return absl::OkStatus();
  auto returned = co_await ReturnDevices(context, connection);
  HOLDFAST_CO_RETURN_IF_ERROR(returned);
  auto suspended = co_await TellSuspensionsAgain(context, connection);
  HOLDFAST_CO_RETURN_IF_ERROR(suspended);
  VaultChange change(context.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(auto progress, change.Read(names::kProgress));
  progress.set_account_life(*before.incarnations().rbegin());
  change.Put(names::kProgress, progress);
  co_return change.Commit();
}

}  // namespace holdfast::client
