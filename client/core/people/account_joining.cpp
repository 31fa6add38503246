// Becoming a device of an account that there is: what is made once, kept, and sent.
#include <optional>

#include "client/core/archive/facts.h"
#include "client/core/people/account_key.h"
#include "client/core/people/new_device.h"
#include "client/core/people/opened_account.h"
#include "client/core/people/own_list.h"
#include "client/core/people/peers.h"
#include "client/core/people/wire.h"
#include "client/core/shown/next_step.h"
#include "client/core/vault/names.h"
#include "client/core/vault/wiped_at_end.h"
#include "crypto/public/archive_record.h"
#include "rules/limits.h"
#include "rules/own_clock.h"

namespace holdfast::client {
namespace {

// The identity of a further device, without its keys.
vault::Identity IdentityFrom(const crypto::SealedAccount& account, const PracticeKey& practice,
                             const std::string& address) {
  vault::Identity identity;
  identity.set_role(static_cast<std::uint32_t>(account.role));
  identity.set_address(address);
  identity.set_practice(practice.str());
  identity.set_account(account.account.public_key<AccountKey>().str());
  identity.set_account_psk(Bytes(account.account_psk.Expose()));
  return identity;
}

// Whether the profile was on its way to become a device by this very code; usage where it
// belongs to an account already. What was begun by another code is let go.
absl::StatusOr<bool> GoesOn(Vault& vault, const LookupId& lookup) {
  const VaultReader look(vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto identity, look.Find(names::kIdentity));
  if (!identity || identity->practice().empty()) return false;
  if (identity->has_statement() || !identity->has_change()) {
    return WithStep(Refuse(Reason::kUsage, "", "this profile already belongs to an account"),
                    NextStep::kOtherProfile);
  }
  return identity->change().link_lookup() == lookup.view() ||
         identity->change().recovery_lookup() == lookup.view();
}

// A device with its keys, and the list that names it, last.
struct Listed {
  crypto::Signed list;
  crypto::Device device;
};

// Keys, first prekey and progress, put into the change; the request, put into `identity`, has
// the lists, and this device's certificate and prekey behind those of `others`.
absl::StatusOr<Listed> MakeListed(VaultChange& change, vault::Identity& identity,
                                  const OpenedAccount& opened, std::vector<DeviceId> others,
                                  std::uint64_t now_ms) {
  HOLDFAST_RETURN_IF_ERROR(CheckDate(now_ms, ""));
  const NewDevice device = MakeDevice(opened.account.account, identity, now_ms);
  PutPeer(change, opened.devices, opened.shown.devices());  // former ones, once this is listed
  others.push_back(device.id);
  HOLDFAST_ASSIGN_OR_RETURN(const auto list, NextList(opened.devices, others, now_ms));
  Listed listed;
  listed.list = crypto::SignDeviceList(opened.account.account, list);
  listed.device.id = device.id;
  HOLDFAST_ASSIGN_OR_RETURN(listed.device.certificate,
                            crypto::DecodeCertificate(identity.certificate().statement()));
  v1::DeviceSet& set = *identity.mutable_change()->mutable_devices();
  *set.mutable_lists() = opened.shown.devices().lists();
  // With the new one as many as an answer may have; the practice has the older ones.
  while (static_cast<std::size_t>(set.lists_size()) >= limits::kListsPerAnswerMax) {
    set.mutable_lists()->DeleteSubrange(0, 1);
  }
  *set.add_lists() = ToWire(listed.list);
  *set.add_certificates() = identity.certificate();
  *set.add_prekeys() = PutFirstPrekey(
      change, device, {list.version, crypto::DeviceListHash(listed.list.statement)}, now_ms);
  HOLDFAST_ASSIGN_OR_RETURN(auto progress, change.Read(names::kProgress));
  progress.set_listed_in(list.version);
  change.Put(names::kProgress, progress);
  HOLDFAST_RETURN_IF_ERROR(PutArchiveKeys(change, opened.account, opened.shown));
  return listed;
}

absl::Status CommitPrepared(VaultChange& change, const vault::Identity& identity,
                            std::uint32_t archive_epoch) {
  HOLDFAST_ASSIGN_OR_RETURN(auto progress, change.Read(names::kProgress));
  progress.set_archive_epoch(archive_epoch);
  change.Put(names::kProgress, progress);
  change.Put(names::kIdentity, identity);
  return change.Commit();
}

// A link seals the account as it was when it was made. Where another device was unlinked since,
// the archive goes on under a key that this one would not get.
absl::Status CheckGoesOn(const OpenedAccount& opened) {
  if (opened.shown.epochs().empty()) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(
      const crypto::ArchiveEpoch newest,
      crypto::VerifyArchiveEpoch(FromWire(*opened.shown.epochs().rbegin()), opened.key()));
  if (newest.epoch <= opened.account.archive_epoch) return absl::OkStatus();
  return Refuse(Reason::kLinkExpired, "link_code",
                "is from before a device was unlinked. Ask for a new one on the other device");
}

absl::Status PrepareLinked(Context context, const OpenedAccount& opened,
                           const crypto::LinkCode& code, const LookupId& lookup) {
  if (opened.devices.devices.size() >= limits::kDevicesPerAccountMax) {
    return Refuse(Reason::kDevicesFull, "",
                  "there are 8 devices on the account already; unlink one that is no longer used, "
                  "on another device, first");
  }
  HOLDFAST_RETURN_IF_ERROR(CheckGoesOn(opened));
  VaultChange change(context.vault);
  vault::Identity identity = IdentityFrom(opened.account, code.practice, code.address);
  const WipedAtEnd wiped(identity);
  identity.mutable_change()->set_link_lookup(lookup.str());
  v1::DeviceSet& set = *identity.mutable_change()->mutable_devices();
  *set.mutable_certificates() = opened.shown.devices().certificates();
  *set.mutable_prekeys() = opened.shown.devices().prekeys();
  std::vector<DeviceId> others;
  for (const crypto::Device& device : opened.devices.devices) others.push_back(device.id);
  HOLDFAST_RETURN_IF_ERROR(MakeListed(change, identity, opened, others, context.Now()).status());
  return CommitPrepared(change, identity, opened.account.archive_epoch);
}

absl::Status PrepareRecovered(Context context, OpenedAccount& opened, const std::string& address,
                              const crypto::CodeSecret& code) {
  VaultChange change(context.vault);
  const std::uint64_t now_ms = context.Now();
  vault::Identity identity = IdentityFrom(opened.account, opened.account.practice, address);
  const WipedAtEnd wiped(identity);
  HOLDFAST_ASSIGN_OR_RETURN(const Listed listed, MakeListed(change, identity, opened, {}, now_ms));
  const crypto::RecoveryKeys keys = crypto::DeriveRecoveryKeys(code);
  v1::ChangeAccountRequest& request = *identity.mutable_change();
  request.set_recovery_lookup(keys.lookup.str());
  request.set_recovery_token(Bytes(keys.token.Expose()));
  HOLDFAST_ASSIGN_OR_RETURN(*request.mutable_epoch(),
                            NextEpoch(opened.account, listed.list, {listed.device}, now_ms));
  PutArchiveKey(change, opened.account.archive_epoch, opened.account.archive_key);
  *request.mutable_recovery() =
      MakeRecovery(code, opened.account, opened.recovery_number + 1, now_ms);
  return CommitPrepared(change, identity, opened.account.archive_epoch);
}

}  // namespace

Task<absl::Status> AccountDevices::Link(std::string link_code) {
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto code, crypto::DecodeLinkCode(link_code));
  const crypto::LinkKeys keys = crypto::DeriveLinkKeys(code);
  HOLDFAST_CO_ASSIGN_OR_RETURN(const bool goes_on, GoesOn(context_.vault, keys.lookup));
  // What was sent in time may have been taken: the practice answers it the same afterwards.
  if (!goes_on && context_.Now() >= code.expires_at_ms) {
    co_return Refuse(Reason::kLinkExpired, "link_code",
                     "is past its time. Ask for a new one on the other device; if you got it only "
                     "just now, look at this device's date first");
  }
  const std::vector<PracticeKey> practices(1, code.practice);
  auto connected = co_await connection_.Connect(code.address, practices);
  HOLDFAST_CO_RETURN_IF_ERROR(connected);
  if (goes_on) {
    auto became = co_await BecomeDevice();
    if (ReasonOf(became) != Reason::kStaleDeviceList) co_return became;
  }
  v1::GetLinkRequest get;
  get.set_lookup_id(keys.lookup.str());
  auto shown = co_await connection_.AskOnce(&Transport::GetLink, get);
  HOLDFAST_CO_RETURN_IF_ERROR(shown.status());
  HOLDFAST_CO_ASSIGN_OR_RETURN(
      auto account, crypto::OpenAccount(keys.account, shown->sealed_account(), code.account));
  HOLDFAST_CO_ASSIGN_OR_RETURN(auto devices, VerifyFromTheFirst(code.account, shown->devices()));
  OpenedAccount opened{std::move(account), std::move(devices), *std::move(shown), 0};
  HOLDFAST_CO_RETURN_IF_ERROR(PrepareLinked(context_, opened, code, keys.lookup));
  auto became = co_await BecomeDevice();
  co_return became;
}

Task<absl::Status> AccountDevices::Recover(std::string address, std::string recovery_code) {
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto code, crypto::DecodeRecoveryCode(recovery_code));
  const LookupId lookup = crypto::DeriveRecoveryKeys(code).lookup;
  HOLDFAST_CO_ASSIGN_OR_RETURN(const bool goes_on, GoesOn(context_.vault, lookup));
  // Who it is shows only what the code opens; until then nothing but the code's lookup id and
  // token leaves, which open nothing.
  auto met = co_await connection_.ConnectToAny(address);
  HOLDFAST_CO_RETURN_IF_ERROR(met);
  auto found = co_await Open(code);
  HOLDFAST_CO_RETURN_IF_ERROR(found.status());
  const std::vector<PracticeKey> practices(1, found->account.practice);
  auto connected = co_await connection_.Connect(address, practices);
  HOLDFAST_CO_RETURN_IF_ERROR(connected);
  if (goes_on) {
    auto became = co_await BecomeDevice();
    if (ReasonOf(became) != Reason::kStaleDeviceList) co_return became;
  }
  // Once more, from the one that it is: whoever answered first may have left something out.
  found = co_await Open(code);
  HOLDFAST_CO_RETURN_IF_ERROR(found.status());
  OpenedAccount& opened = *found;
  HOLDFAST_CO_RETURN_IF_ERROR(PrepareRecovered(context_, opened, address, code));
  auto became = co_await BecomeDevice();
  co_return became;
}

// Sends what was made once, and takes the practice's answer.
Task<absl::Status> AccountDevices::BecomeDevice() {
  const VaultReader look(context_.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(auto identity, look.Read(names::kIdentity));
  const WipedAtEnd wiped(identity);
  const WipedAtEnd wiped_token(*identity.mutable_change()->mutable_recovery_token());
  auto response = co_await connection_.AskOnce(&Transport::ChangeAccount, identity.change());
  HOLDFAST_CO_RETURN_IF_ERROR(response.status());
  VaultChange change(context_.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto own, FindOwnDevice(change));
  HOLDFAST_CO_RETURN_IF_ERROR(CheckIsAccounts(response->account(), own->account, own->role));
  const v1::DeviceSet& set = identity.change().devices();
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto devices, VerifyFromTheFirst(own->account, set));
  HOLDFAST_CO_RETURN_IF_ERROR(PutOwnDevices(change, devices, set));
  HOLDFAST_CO_RETURN_IF_ERROR(KeepToReturn(change, identity.change()));
  HOLDFAST_CO_ASSIGN_OR_RETURN(auto registered, change.Read(names::kIdentity));
  const WipedAtEnd wiped_too(registered);
  *registered.mutable_statement() = response->account();
  crypto::WipeBytes(*registered.mutable_change()->mutable_recovery_token());
  registered.clear_change();
  change.Put(names::kIdentity, registered);
  co_return change.Commit();
}

}  // namespace holdfast::client
