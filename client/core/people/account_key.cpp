#include "client/core/people/account_key.h"

#include <algorithm>

#include "client/core/archive/facts.h"
#include "client/core/outside/limits.h"
#include "client/core/people/bonds.h"
#include "client/core/people/new_device.h"
#include "client/core/people/own_list.h"
#include "client/core/people/peers.h"
#include "client/core/people/suspensions.h"
#include "client/core/people/wire.h"
#include "client/core/shown/next_step.h"
#include "client/core/vault/names.h"
#include "client/core/vault/wiped_at_end.h"
#include "crypto/public/account_change.h"
#include "crypto/public/archive_record.h"
#include "rules/own_clock.h"

namespace holdfast::client {

namespace {

// The newest list that is shown, with its devices' certificates and prekeys, but `without`.
v1::DeviceSet NewestOf(const v1::DeviceSet& shown, const crypto::VerifiedDevices& devices,
                       const std::optional<DeviceId>& without = {}) {
  v1::DeviceSet set;
  *set.add_lists() = *shown.lists().rbegin();
  for (int i = 0; i < shown.certificates_size(); ++i) {
    if (without && devices.devices[static_cast<std::size_t>(i)].id == *without) continue;
    *set.add_certificates() = shown.certificates(i);
    *set.add_prekeys() = shown.prekeys(i);
  }
  return set;
}

absl::Status NotTheCode(const absl::Status& refusal) {
  if (ReasonOf(refusal) != Reason::kRecoveryUnknown) return refusal;
  return Refuse(Reason::kRecoveryUnknown, "recovery_code",
                "is not this account's recovery code at this practice, or a newer one took its "
                "place. Look for the newest one that you wrote down");
}

// On a device of an account only that account's code is of use.
absl::Status CheckIsOwn(Vault& vault, const AccountKey& account) {
  const VaultReader look(vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, FindOwnDevice(look));
  if (!own || !own->registered || own->account == account) return absl::OkStatus();
  return Refuse(Reason::kRecoveryUnknown, "",
                "this is not your recovery code, but somebody else's");
}

// A practice that shows less than this device knows would have the account changed from there.
absl::Status CheckIsNotOlder(Vault& vault, const OpenedAccount& opened) {
  const VaultReader look(vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, FindOwnDevice(look));
  if (!own || !own->registered) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(const auto progress, look.Read(names::kProgress));
  const bool is_older = opened.devices.version < progress.list_version() ||
                        opened.account.archive_epoch < progress.archive_epoch() ||
                        opened.recovery_number < progress.recovery_number();
  const bool is_other = opened.devices.version == progress.list_version() &&
                        opened.devices.list_hash.view() != progress.list_hash();
  if (!is_older && !is_other) return absl::OkStatus();
  return Refuse(Reason::kIntegrity, "devices",
                "the practice shows an older or another state of your account than this device "
                "knows, so nothing was changed. Try again; if it stays so, ask the practice");
}

// One that was sent before and may yet be taken is the one; one that counted already is not.
absl::StatusOr<crypto::CodeSecret> FreshCode(Vault& vault) {
  const VaultReader look(vault);
  HOLDFAST_ASSIGN_OR_RETURN(auto identity, look.Read(names::kIdentity));
  const WipedAtEnd wiped(identity);
  const bool waits = !identity.new_recovery_secret().empty() &&
                     identity.new_recovery_secret() != identity.recovery_secret();
  if (!waits) return crypto::CodeSecret::Random();
  return crypto::CodeSecret::From(identity.new_recovery_secret(), "vault.identity");
}

// Devices that came since the own list was fetched are not taken without a word.
absl::Status SayNewOnes(VaultChange& change, const OpenedAccount& opened, std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto known, FindPeer(change, opened.key()));
  if (!known || known->devices.version == opened.devices.version) return absl::OkStatus();
  return SayDevicesChanged(change, known->devices, opened.devices, std::nullopt, std::nullopt,
                           now_ms);
}

bool IsListed(const crypto::VerifiedDevices& devices, const DeviceId& id) {
  return std::ranges::find(devices.devices, id, &crypto::Device::id) != devices.devices.end();
}

// All but messages, whose keys are gone.
absl::Status NoteWhatIsHere(VaultChange& change) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto bonds, AllBonds(change));
  for (const vault::Bond& bond : bonds) {
    HOLDFAST_ASSIGN_OR_RETURN(const BondId id, BondId::From(bond.id(), "vault.bond"));
    HOLDFAST_ASSIGN_OR_RETURN(const auto key, change.FindBytes(names::BondKey(id)));
    if (key) HOLDFAST_RETURN_IF_ERROR(NoteBond(change, bond, key->Expose()));
    if (!bond.label().empty()) HOLDFAST_RETURN_IF_ERROR(NoteLabel(change, bond));
  }
  HOLDFAST_RETURN_IF_ERROR(change.Scan(
      names::kInvitations, [&](BytesView lookup, vault::Invitation record) -> absl::Status {
        const WipedAtEnd wiped(record);
        return NoteInvitation(change, lookup, record);
      }));
  HOLDFAST_RETURN_IF_ERROR(
      change.Scan(names::kDrafts, [&](BytesView id, const vault::Draft& draft) -> absl::Status {
        return NoteDraft(change, id, draft);
      }));
  HOLDFAST_ASSIGN_OR_RETURN(const auto hours, change.Find(names::kStandingHours));
  if (hours) HOLDFAST_RETURN_IF_ERROR(NoteStandingHours(change, hours->availability()));
  HOLDFAST_ASSIGN_OR_RETURN(const auto rhythm, change.Find(names::kStandingRhythm));
  return rhythm ? NoteStandingRhythm(change, rhythm->rhythm()) : absl::OkStatus();
}

// What an account of before 0.2.0 did not have yet: an archive, and all of it under the code.
absl::StatusOr<crypto::SealedAccount> BeginArchive(VaultChange& change,
                                                   const crypto::SigningKey& account) {
  HOLDFAST_ASSIGN_OR_RETURN(auto identity, change.Read(names::kIdentity));
  const WipedAtEnd wiped(identity);
  HOLDFAST_ASSIGN_OR_RETURN(auto progress, change.Read(names::kProgress));
  if (progress.archive_epoch() == 0) {
    PutArchiveKey(change, 1, crypto::ArchiveKey::Random());
    progress.set_archive_epoch(1);
    change.Put(names::kProgress, progress);
    HOLDFAST_RETURN_IF_ERROR(NoteAccount(change, identity));
    HOLDFAST_RETURN_IF_ERROR(NoteWhatIsHere(change));
  }
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::ArchiveKey key,
                            ArchiveKeyOf(change, progress.archive_epoch()));
  return ToSeal(identity, account, progress.archive_epoch(), key);
}

// The account without that device: its next list, the archive under another key, and all of it
// under the same code.
absl::StatusOr<v1::ChangeAccountRequest> WithoutDevice(OpenedAccount& opened,
                                                       const DeviceId& device,
                                                       const crypto::CodeSecret& code,
                                                       std::uint64_t now_ms) {
  std::vector<crypto::Device> staying = opened.devices.devices;
  std::erase_if(staying, [&](const crypto::Device& one) { return one.id == device; });
  std::vector<DeviceId> ids;
  for (const crypto::Device& one : staying) ids.push_back(one.id);
  HOLDFAST_ASSIGN_OR_RETURN(const auto list, NextList(opened.devices, ids, now_ms));
  const crypto::Signed signed_list = crypto::SignDeviceList(opened.account.account, list);
  v1::ChangeAccountRequest request;
  *request.mutable_devices() = NewestOf(opened.shown.devices(), opened.devices, device);
  *request.mutable_devices()->add_lists() = ToWire(signed_list);
  HOLDFAST_ASSIGN_OR_RETURN(*request.mutable_epoch(),
                            NextEpoch(opened.account, signed_list, staying, now_ms));
  *request.mutable_recovery() =
      MakeRecovery(code, opened.account, opened.recovery_number + 1, now_ms);
  return request;
}

// Those of epochs that this device has not heard of.
absl::Status KeepKeysOf(Context context, const OpenedAccount& opened) {
  VaultChange change(context.vault);
  HOLDFAST_RETURN_IF_ERROR(PutArchiveKeys(change, opened.account, opened.shown));
  return change.Commit();
}

absl::Status TakeUnlinked(Context context, const OwnDevice& own, const OpenedAccount& opened,
                          const v1::ChangeAccountRequest& request) {
  VaultChange change(context.vault);
  HOLDFAST_RETURN_IF_ERROR(SayNewOnes(change, opened, context.Now()));
  HOLDFAST_ASSIGN_OR_RETURN(auto progress, change.Read(names::kProgress));
  HOLDFAST_ASSIGN_OR_RETURN(const Hash known, Hash::From(progress.list_hash(), "vault.progress"));
  v1::DeviceSet all = request.devices();
  *all.mutable_lists() = opened.shown.devices().lists();
  *all.add_lists() = *request.devices().lists().rbegin();
  // From where this device stood: lists that it has not seen come with the others.
  while (all.lists_size() > 1) {
    const auto first = crypto::DecodeDeviceList(all.lists(0).statement());
    if (!first.ok() || first->version > progress.list_version()) break;
    all.mutable_lists()->DeleteSubrange(0, 1);
  }
  HOLDFAST_ASSIGN_OR_RETURN(const auto devices,
                            VerifyDevices(own.account, progress.list_version(), known, all));
  HOLDFAST_RETURN_IF_ERROR(PutOwnDevices(change, devices, all));
  HOLDFAST_ASSIGN_OR_RETURN(progress, change.Read(names::kProgress));
  progress.set_archive_epoch(opened.account.archive_epoch);
  change.Put(names::kProgress, progress);
  PutArchiveKey(change, opened.account.archive_epoch, opened.account.archive_key);
  HOLDFAST_RETURN_IF_ERROR(KeepToReturn(change, request));
  // A first record under the new key, so that none under the old one can be slipped in.
  HOLDFAST_ASSIGN_OR_RETURN(auto identity, change.Read(names::kIdentity));
  const WipedAtEnd wiped(identity);
  HOLDFAST_RETURN_IF_ERROR(NoteAccount(change, identity));
  return change.Commit();
}

}  // namespace

Task<absl::StatusOr<OpenedAccount>> AccountDevices::Open(const crypto::CodeSecret& code) {
  const crypto::RecoveryKeys keys = crypto::DeriveRecoveryKeys(code);
  v1::GetRecoveryRequest request;
  request.set_lookup_id(keys.lookup.str());
  request.set_token(Bytes(keys.token.Expose()));
  const WipedAtEnd wiped(*request.mutable_token());
  auto response = co_await connection_.AskOnce(&Transport::GetRecovery, request);
  if (!response.ok()) co_return NotTheCode(response.status());
  HOLDFAST_CO_ASSIGN_OR_RETURN(const crypto::AccountStatement stated,
                               crypto::DecodeAccount(response->account().statement()));
  HOLDFAST_CO_RETURN_IF_ERROR(CheckIsOwn(context_.vault, stated.account));
  if (response->sealed_account().size() != crypto::kSealedAccountBytes) {
    HOLDFAST_CO_ASSIGN_OR_RETURN(
        const crypto::SigningKey account,
        crypto::OpenAccountKey(keys.wrap, response->sealed_account(), stated.account));
    VaultChange change(context_.vault);
    HOLDFAST_CO_ASSIGN_OR_RETURN(const auto own, FindOwnDevice(change));
    if (!own || own->account != stated.account) {
      co_return Refuse(Reason::kUsage, "recovery_code",
                       "is of an account that was made by an earlier version, which kept nothing "
                       "for another device. On a device that has the account, ask for a new "
                       "recovery code first");
    }
    HOLDFAST_CO_ASSIGN_OR_RETURN(auto devices,
                                 VerifyFromTheFirst(stated.account, response->devices()));
    HOLDFAST_CO_ASSIGN_OR_RETURN(auto begun, BeginArchive(change, account));
    OpenedAccount opened{std::move(begun), std::move(devices), *std::move(response), 0};
    HOLDFAST_CO_RETURN_IF_ERROR(CheckIsNotOlder(context_.vault, opened));
    HOLDFAST_CO_RETURN_IF_ERROR(change.Commit());
    co_return opened;
  }
  HOLDFAST_CO_ASSIGN_OR_RETURN(
      auto account, crypto::OpenAccount(keys.account, response->sealed_account(), stated.account));
  HOLDFAST_CO_RETURN_IF_ERROR(CheckIsAccounts(response->account(), stated.account, account.role));
  HOLDFAST_CO_ASSIGN_OR_RETURN(auto devices,
                               VerifyFromTheFirst(stated.account, response->devices()));
  HOLDFAST_CO_ASSIGN_OR_RETURN(
      const crypto::RecoveryStatement recovery,
      crypto::VerifyRecovery(FromWire(response->recovery()), stated.account));
  if (recovery.sealed_hash != crypto::SealedAccountHash(response->sealed_account())) {
    co_return Refuse(Reason::kIntegrity, "recovery", "is not of what the practice keeps");
  }
  OpenedAccount opened{std::move(account), std::move(devices), *std::move(response),
                       recovery.number};
  HOLDFAST_CO_RETURN_IF_ERROR(CheckIsNotOlder(context_.vault, opened));
  co_return opened;
}

Task<absl::StatusOr<std::string>> AccountDevices::MakeLink(std::string recovery_code,
                                                           std::uint64_t valid_ms) {
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto code, crypto::DecodeRecoveryCode(recovery_code));
  auto found = co_await Open(code);
  HOLDFAST_CO_RETURN_IF_ERROR(found.status());
  OpenedAccount& opened = *found;
  if (opened.devices.devices.size() >= limits::kDevicesPerAccountMax) {
    co_return Refuse(Reason::kDevicesFull, "",
                     "there are 8 devices on your account already; unlink one that you no longer "
                     "use first");
  }
  if (opened.recovery_number == 0) {
    // An account of before 0.2.0: its code opens all of it from now on.
    v1::ChangeAccountRequest change;
    *change.mutable_devices() = NewestOf(opened.shown.devices(), opened.devices);
    *change.mutable_recovery() = MakeRecovery(code, opened.account, 1, context_.Now());
    auto changed = co_await connection_.Ask(&Transport::ChangeAccount, change);
    HOLDFAST_CO_RETURN_IF_ERROR(changed.status());
  }
  const VaultReader look(context_.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(look));
  const crypto::LinkCode link{
      .secret = crypto::CodeSecret::Random(),
      .practice = own->practice(),
      .account = own->account,
      .expires_at_ms = (context_.Now() + valid_ms) / limits::kSecondMs * limits::kSecondMs,
      .address = own->address};
  const crypto::LinkKeys keys = crypto::DeriveLinkKeys(link);
  v1::CreateLinkRequest request;
  request.set_lookup_id(keys.lookup.str());
  request.set_sealed_account(crypto::SealAccount(keys.account, opened.account));
  request.set_expires_at_ms(link.expires_at_ms);
  auto created = co_await connection_.Ask(&Transport::CreateLink, request);
  HOLDFAST_CO_RETURN_IF_ERROR(created.status());
  co_return crypto::EncodeLinkCode(link);
}

Task<absl::Status> AccountDevices::Change(v1::ChangeAccountRequest request) {
  auto response = co_await connection_.Ask(&Transport::ChangeAccount, request);
  co_return response.status();
}

Task<absl::Status> AccountDevices::Unlink(DeviceId device, std::string recovery_code) {
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto code, crypto::DecodeRecoveryCode(recovery_code));
  const VaultReader look(context_.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(look));
  if (device == own->device) {
    co_return Refuse(Reason::kUsage, "ID",
                     "is this very device; another one of yours can unlink it. To leave here, "
                     "remove the profile");
  }
  auto found = co_await Open(code);
  HOLDFAST_CO_RETURN_IF_ERROR(found.status());
  OpenedAccount& opened = *found;
  if (!IsListed(opened.devices, device)) co_return absl::OkStatus();
  if (!IsListed(opened.devices, own->device)) {
    co_return Refuse(Reason::kUnknownDevice, "ID",
                     "cannot be unlinked from here: this device is no longer on the list");
  }
  HOLDFAST_CO_RETURN_IF_ERROR(KeepKeysOf(context_, opened));
  HOLDFAST_CO_ASSIGN_OR_RETURN(const v1::ChangeAccountRequest request,
                               WithoutDevice(opened, device, code, context_.Now()));
  auto changed = co_await Change(request);
  HOLDFAST_CO_RETURN_IF_ERROR(changed);
  co_return TakeUnlinked(context_, *own, opened, request);
}

Task<absl::Status> AccountDevices::Suspend(DeviceId device) {
  const VaultReader look(context_.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(look));
  if (device == own->device) {
    co_return Refuse(Reason::kUsage, "ID", "is this very device");
  }
  HOLDFAST_CO_RETURN_IF_ERROR(CheckDate(context_.Now(), ""));
  auto told = co_await TellSuspension(
      context_, connection_,
      crypto::SignSuspension(
          own->signing, crypto::Suspension{own->account, device, own->device, context_.Now()}));
  co_return told;
}

Task<absl::StatusOr<std::string>> AccountDevices::NewCode(std::string recovery_code) {
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto code, crypto::DecodeRecoveryCode(recovery_code));
  // Whoever types the one that waits has seen it, and wants another.
  auto waiting = co_await TakeWaitingCode(code);
  if (!waiting.ok() || !waiting->empty()) co_return waiting;
  auto found = co_await Open(code);
  HOLDFAST_CO_RETURN_IF_ERROR(found.status());
  OpenedAccount& opened = *found;
  HOLDFAST_CO_ASSIGN_OR_RETURN(const crypto::CodeSecret fresh, FreshCode(context_.vault));
  v1::ChangeAccountRequest request;
  *request.mutable_devices() = NewestOf(opened.shown.devices(), opened.devices);
  *request.mutable_recovery() =
      MakeRecovery(fresh, opened.account, opened.recovery_number + 1, context_.Now());
  {
    // Kept before it is sent: nobody may be left with a code that was never shown.
    VaultChange change(context_.vault);
    HOLDFAST_CO_ASSIGN_OR_RETURN(auto identity, change.Read(names::kIdentity));
    const WipedAtEnd wiped(identity);
    identity.set_new_recovery_secret(Bytes(fresh.Expose()));
    change.Put(names::kIdentity, identity);
    HOLDFAST_CO_RETURN_IF_ERROR(change.Commit());
  }
  auto changed = co_await Change(request);
  HOLDFAST_CO_RETURN_IF_ERROR(changed);
  co_return NewCodeCounts(opened, request.recovery());
}

// One that was sent before, is in force and was not `seen`; empty where there is none such.
Task<absl::StatusOr<std::string>> AccountDevices::TakeWaitingCode(const crypto::CodeSecret& seen) {
  const VaultReader look(context_.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(auto identity, look.Read(names::kIdentity));
  const WipedAtEnd wiped(identity);
  const bool waits =
      !identity.new_recovery_secret().empty() && identity.new_recovery_secret() != seen.Expose();
  if (!waits) co_return std::string();
  HOLDFAST_CO_ASSIGN_OR_RETURN(
      const auto code, crypto::CodeSecret::From(identity.new_recovery_secret(), "vault.identity"));
  auto found = co_await Open(code);
  if (ReasonOf(found.status()) == Reason::kRecoveryUnknown) co_return std::string();
  HOLDFAST_CO_RETURN_IF_ERROR(found.status());
  v1::Recovery recovery;
  *recovery.mutable_statement() = found->shown.recovery();
  recovery.set_sealed_account(found->shown.sealed_account());
  co_return NewCodeCounts(*found, recovery);
}

absl::StatusOr<std::string> AccountDevices::NewCodeCounts(const OpenedAccount& opened,
                                                          const v1::Recovery& recovery) {
  VaultChange change(context_.vault);
  HOLDFAST_RETURN_IF_ERROR(SayNewOnes(change, opened, context_.Now()));
  HOLDFAST_RETURN_IF_ERROR(PutOwnDevices(change, opened.devices, opened.shown.devices()));
  v1::ChangeAccountRequest changed;
  *changed.mutable_recovery() = recovery;
  HOLDFAST_RETURN_IF_ERROR(KeepToReturn(change, changed));
  HOLDFAST_ASSIGN_OR_RETURN(auto identity, change.Read(names::kIdentity));
  const WipedAtEnd wiped(identity);
  identity.set_recovery_secret(identity.new_recovery_secret());
  HOLDFAST_ASSIGN_OR_RETURN(auto progress, change.Read(names::kProgress));
  progress.set_code_made_ms(context_.Now());
  progress.set_code_reminded(false);
  change.Put(names::kProgress, progress);
  change.Put(names::kIdentity, identity);
  HOLDFAST_RETURN_IF_ERROR(change.Commit());
  return PendingRecoveryCode(identity);
}

}  // namespace holdfast::client
