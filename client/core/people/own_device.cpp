#include "client/core/people/own_device.h"

#include <algorithm>

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
  return OwnDevice{.role = static_cast<crypto::Role>(identity.role()),
                   .address = identity.address(),
                   .practices = std::move(practices),
                   .account = account,
                   .device = device,
                   .signing = crypto::SigningKey(std::move(seed)),
                   .identity = std::move(secret),
                   .account_psk = std::move(account_psk),
                   .certificate_hash =
                       crypto::CertificateHash(identity.registration().certificate().statement()),
                   .registered = identity.has_statement()};
}

void FillRecovery(vault::Identity& identity, const crypto::SigningKey& account) {
  const crypto::CodeSecret secret = crypto::CodeSecret::Random();
  const crypto::RecoveryKeys keys = crypto::DeriveRecoveryKeys(secret);
  v1::Registration& registration = *identity.mutable_registration();
  registration.set_recovery_lookup(keys.lookup.str());
  registration.set_recovery_authentication_hash(
      crypto::RecoveryTokenHash(keys.token.Expose()).str());
  registration.set_sealed_account_key(crypto::SealAccountKey(keys.wrap, account));
  identity.set_recovery_secret(Bytes(secret.Expose()));
}

}  // namespace

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
    return WithStep(Refuse(Reason::kUsage, "", "this profile has no account yet"),
                    NextStep::kMakeAccount);
  }
  return own;
}

absl::StatusOr<vault::Identity> MakeIdentity(VaultChange& change, std::uint64_t now_ms) {
  HOLDFAST_RETURN_IF_ERROR(CheckDate(now_ms, ""));
  const crypto::SigningKey account = crypto::SigningKey::Generate();
  const crypto::SigningKey signing = crypto::SigningKey::Generate();
  const crypto::DhPair dh = crypto::GenerateDhPair();
  const crypto::DhPair prekey = crypto::GenerateDhPair();
  const crypto::Certificate certificate{account.public_key<AccountKey>(),
                                        signing.public_key<DeviceKey>(), dh.key, now_ms};
  const DeviceId device = crypto::DeviceIdOf(certificate);
  const crypto::DeviceList list{certificate.account, 1, Hash(), now_ms, {device}};
  const crypto::Signed signed_list = crypto::SignDeviceList(account, list);
  const Hash list_hash = crypto::DeviceListHash(signed_list.statement);

  vault::Identity identity;
  identity.set_account(certificate.account.str());
  identity.set_device(device.str());
  identity.set_signing_seed(Bytes(signing.seed().Expose()));
  identity.set_identity_secret(Bytes(dh.secret.Expose()));
  identity.set_account_psk(Bytes(crypto::PreSharedKey::Random().Expose()));
  v1::Registration& registration = *identity.mutable_registration();
  *registration.mutable_list() = ToWire(signed_list);
  *registration.mutable_certificate() = ToWire(crypto::SignCertificate(account, certificate));
  *registration.mutable_prekey() = ToWire(
      crypto::SignPrekey(signing, crypto::Prekey{device, 1, prekey.key, now_ms, 1, list_hash}));
  FillRecovery(identity, account);

  vault::PrekeySecret secret;
  const WipedAtEnd wiped(secret);
  secret.set_secret(Bytes(prekey.secret.Expose()));
  secret.set_created_ms(now_ms);
  *secret.mutable_statement() = registration.prekey();
  change.Put(names::Prekey(1), secret);
  vault::Progress progress;
  progress.set_list_version(1);
  progress.set_list_hash(list_hash.str());
  progress.set_prekey_id(1);
  progress.set_prekey_created_ms(now_ms);
  progress.set_prekey_published(true);
  change.Put(names::kProgress, progress);
  change.Put(names::kIdentity, identity);
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
  identity->clear_recovery_secret();
  change.Put(names::kIdentity, *identity);
  return absl::OkStatus();
}

absl::Status CheckNotRolledBack(const VaultReader& reader) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto progress, reader.Read(names::kProgress));
  if (!progress.rolled_back()) return absl::OkStatus();
  return Refuse(
      Reason::kVaultRolledBack, "",
      "this vault is an older copy, so nothing is sent from it, and all of it can be read; "
      "put the newest copy back, or begin again beside it in another profile: a client "
      "with a new invitation, a therapist with a new code from the practice");
}

}  // namespace holdfast::client
