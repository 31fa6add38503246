#include "client/core/people/own_device.h"

#include <algorithm>

#include "client/core/archive/facts.h"
#include "client/core/outside/limits.h"
#include "client/core/people/new_device.h"
#include "client/core/people/wire.h"
#include "client/core/shown/next_step.h"
#include "client/core/vault/names.h"
#include "client/core/vault/wiped_at_end.h"
#include "crypto/recovery_code.h"
#include "crypto/x25519.h"
#include "rules/own_clock.h"

namespace holdfast::client {
namespace {

absl::StatusOr<std::vector<PracticeKey>> Practices(const vault::Identity& identity) {
  std::vector<PracticeKey> keys;
  HOLDFAST_ASSIGN_OR_RETURN(const PracticeKey first,
                            PracticeKey::From(identity.practice(), "vault.identity"));
  keys.push_back(first);
  for (const v1::SignedStatement& statement : identity.succession()) {
    HOLDFAST_ASSIGN_OR_RETURN(const crypto::Succession next,
                              crypto::VerifySuccession(FromWire(statement), keys.back()));
    keys.push_back(next.to);
  }
  return keys;
}

absl::StatusOr<OwnDevice> OwnDeviceOf(const vault::Identity& identity) {
  HOLDFAST_ASSIGN_OR_RETURN(auto practices, Practices(identity));
  HOLDFAST_ASSIGN_OR_RETURN(const auto account,
                            AccountKey::From(identity.account(), "vault.identity"));
  HOLDFAST_ASSIGN_OR_RETURN(const auto device, DeviceId::From(identity.device(), "vault.identity"));
  HOLDFAST_ASSIGN_OR_RETURN(auto seed,
                            crypto::SigningSeed::From(identity.signing_seed(), "vault.identity"));
  HOLDFAST_ASSIGN_OR_RETURN(auto secret,
                            crypto::DhSecret::From(identity.identity_secret(), "vault.identity"));
  HOLDFAST_ASSIGN_OR_RETURN(auto account_psk,
                            crypto::PreSharedKey::From(identity.account_psk(), "vault.identity"));
  return OwnDevice{
      .role = static_cast<crypto::Role>(identity.role()),
      .address = identity.address(),
      .practices = std::move(practices),
      .account = account,
      .device = device,
      .signing = crypto::SigningKey(std::move(seed)),
      .identity = std::move(secret),
      .account_psk = std::move(account_psk),
      .certificate_hash = crypto::CertificateHash(OwnCertificate(identity).statement()),
      .registered = identity.has_statement()};
}

}  // namespace

const v1::SignedStatement& OwnCertificate(const vault::Identity& identity) {
  return identity.has_certificate() ? identity.certificate()
                                    : identity.registration().certificate();
}

bool OwnDevice::KnowsPractice(const PracticeKey& key) const {
  return std::ranges::find(practices, key) != practices.end();
}

absl::StatusOr<std::shared_ptr<const OwnDevice>> FindOwnDevice(const VaultReader& reader) {
  if (auto known = reader.Remembered<OwnDevice>(names::kIdentity)) return known;
  HOLDFAST_ASSIGN_OR_RETURN(auto identity, reader.Find(names::kIdentity));
  if (!identity || identity->practice().empty()) return nullptr;
  const WipedAtEnd wiped(*identity);
  HOLDFAST_ASSIGN_OR_RETURN(OwnDevice own, OwnDeviceOf(*identity));
  auto shared = std::make_shared<const OwnDevice>(std::move(own));
  reader.Remember(names::kIdentity, shared);
  return shared;
}

absl::StatusOr<std::shared_ptr<const OwnDevice>> RegisteredDevice(const VaultReader& reader) {
  HOLDFAST_ASSIGN_OR_RETURN(auto own, FindOwnDevice(reader));
  if (!own || !own->registered) {
    HOLDFAST_ASSIGN_OR_RETURN(const bool is_import, reader.Has(names::kImportedHistory));
    if (is_import) {
      return WithStep(Refuse(Reason::kUsage, "",
                             "this profile holds a history that was imported, to be read and taken "
                             "along; nothing is written, sent or changed from it"),
                      NextStep::kOtherProfile);
    }
    return WithStep(Refuse(Reason::kUsage, "", "this profile has no account yet"),
                    NextStep::kMakeAccount);
  }
  return own;
}

absl::StatusOr<vault::Identity> MakeIdentity(VaultChange& change, crypto::Role role,
                                             const PracticeKey& practice, std::uint64_t now_ms) {
  HOLDFAST_RETURN_IF_ERROR(CheckDate(now_ms, ""));
  const crypto::SigningKey account = crypto::SigningKey::Generate();
  const AccountKey key = account.public_key<AccountKey>();
  vault::Identity identity;
  identity.set_role(static_cast<std::uint32_t>(role));
  identity.set_practice(practice.str());
  identity.set_account(key.str());
  identity.set_account_psk(Bytes(crypto::PreSharedKey::Random().Expose()));
  const NewDevice device = MakeDevice(account, identity, now_ms);
  const crypto::Signed list =
      crypto::SignDeviceList(account, crypto::DeviceList{key, 1, Hash(), now_ms, {device.id}});
  const crypto::ListRef first{1, crypto::DeviceListHash(list.statement)};
  v1::Registration& registration = *identity.mutable_registration();
  *registration.mutable_list() = ToWire(list);
  *registration.mutable_certificate() = identity.certificate();
  identity.clear_certificate();
  *registration.mutable_prekey() = PutFirstPrekey(change, device, first, now_ms);

  const crypto::ArchiveKey archive = crypto::ArchiveKey::Random();
  PutArchiveKey(change, 1, archive);
  HOLDFAST_ASSIGN_OR_RETURN(auto progress, change.Read(names::kProgress));
  progress.set_archive_epoch(1);
  progress.set_code_made_ms(now_ms);
  change.Put(names::kProgress, progress);
  const crypto::CodeSecret code = crypto::CodeSecret::Random();
  HOLDFAST_ASSIGN_OR_RETURN(auto sealed, ToSeal(identity, account, 1, archive));
  *registration.mutable_recovery() = MakeRecovery(code, sealed, 1, now_ms);
  identity.set_recovery_secret(Bytes(code.Expose()));
  change.Put(names::kIdentity, identity);
  HOLDFAST_RETURN_IF_ERROR(NoteAccount(change, identity));
  return identity;
}

std::string PendingRecoveryCode(const vault::Identity& identity) {
  auto secret = crypto::CodeSecret::From(identity.recovery_secret(), "recovery_secret");
  return secret.ok() ? crypto::EncodeRecoveryCode(*secret) : std::string();
}

absl::Status ForgetRecoveryCode(VaultChange& change) {
  HOLDFAST_ASSIGN_OR_RETURN(auto identity, change.Find(names::kIdentity));
  if (!identity) return absl::OkStatus();
  const WipedAtEnd wiped(*identity);
  if (!identity->has_statement() || identity->recovery_secret().empty()) return absl::OkStatus();
  // A code that is not known to be in force stays.
  if (identity->new_recovery_secret() == identity->recovery_secret()) {
    crypto::WipeBytes(*identity->mutable_new_recovery_secret());
    identity->clear_new_recovery_secret();
  }
  crypto::WipeBytes(*identity->mutable_recovery_secret());
  identity->clear_recovery_secret();
  change.Put(names::kIdentity, *identity);
  return absl::OkStatus();
}

absl::StatusOr<bool> TakeCodeReminder(Context context) {
  VaultChange change(context.vault);
  HOLDFAST_ASSIGN_OR_RETURN(auto progress, change.Read(names::kProgress));
  const bool is_due = progress.code_made_ms() != 0 && !progress.code_reminded() &&
                      HasPassed(progress.code_made_ms(), limits::kCodeReminderMs, context.Now());
  if (!is_due) return false;
  progress.set_code_reminded(true);
  change.Put(names::kProgress, progress);
  HOLDFAST_RETURN_IF_ERROR(change.Commit());
  return true;
}

absl::Status CheckNotRolledBack(const VaultReader& reader) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto progress, reader.Read(names::kProgress));
  if (progress.unlinked()) {
    return Refuse(Reason::kDeviceUnlinked, "",
                  "this device was unlinked, so nothing is sent from it any more, and what is on "
                  "it can still be read. Write from another device of yours");
  }
  if (!progress.rolled_back()) return absl::OkStatus();
  return Refuse(
      Reason::kVaultRolledBack, "",
      "this vault is an older copy, so nothing is sent from it, and all of it can be read; "
      "put the newest copy back, or begin again beside it in another profile: a client "
      "with a new invitation, a therapist with a new code from the practice");
}

}  // namespace holdfast::client
