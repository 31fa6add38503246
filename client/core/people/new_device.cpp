#include "client/core/people/new_device.h"

#include "client/core/people/wire.h"
#include "client/core/vault/names.h"
#include "client/core/vault/wiped_at_end.h"
#include "crypto/public/account_change.h"
#include "crypto/recovery_code.h"
#include "crypto/x25519.h"

namespace holdfast::client {

NewDevice MakeDevice(const crypto::SigningKey& account, vault::Identity& identity,
                     std::uint64_t now_ms) {
  crypto::SigningKey signing = crypto::SigningKey::Generate();
  const crypto::DhPair dh = crypto::GenerateDhPair();
  const crypto::Certificate certificate{account.public_key<AccountKey>(),
                                        signing.public_key<DeviceKey>(), dh.key, now_ms};
  const DeviceId id = crypto::DeviceIdOf(certificate);
  identity.set_device(id.str());
  identity.set_signing_seed(Bytes(signing.seed().Expose()));
  identity.set_identity_secret(Bytes(dh.secret.Expose()));
  *identity.mutable_certificate() = ToWire(crypto::SignCertificate(account, certificate));
  return {id, std::move(signing)};
}

v1::SignedStatement PutFirstPrekey(VaultChange& change, const NewDevice& device,
                                   const crypto::ListRef& list, std::uint64_t now_ms) {
  const crypto::DhPair prekey = crypto::GenerateDhPair();
  const v1::SignedStatement statement = ToWire(crypto::SignPrekey(
      device.signing,
      crypto::Prekey{device.id, 1, prekey.key, now_ms, list.version, list.hash}));
  vault::PrekeySecret secret;
  const WipedAtEnd wiped(secret);
  secret.set_secret(Bytes(prekey.secret.Expose()));
  secret.set_created_ms(now_ms);
  *secret.mutable_statement() = statement;
  change.Put(names::Prekey(1), secret);
  vault::Progress progress;
  progress.set_list_version(list.version);
  progress.set_list_hash(list.hash.str());
  progress.set_prekey_id(1);
  progress.set_prekey_created_ms(now_ms);
  progress.set_prekey_published(true);
  change.Put(names::kProgress, progress);
  return statement;
}

absl::StatusOr<crypto::SealedAccount> ToSeal(const vault::Identity& identity,
                                             const crypto::SigningKey& account,
                                             std::uint32_t archive_epoch,
                                             const crypto::ArchiveKey& archive_key) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto practice,
                            PracticeKey::From(identity.practice(), "vault.identity"));
  HOLDFAST_ASSIGN_OR_RETURN(auto psk,
                            crypto::PreSharedKey::From(identity.account_psk(), "vault.identity"));
  return crypto::SealedAccount{.account = account.Clone(),
                               .practice = practice,
                               .role = static_cast<crypto::Role>(identity.role()),
                               .account_psk = std::move(psk),
                               .archive_epoch = archive_epoch,
                               .archive_key = archive_key.Clone()};
}

v1::Recovery MakeRecovery(const crypto::CodeSecret& code, const crypto::SealedAccount& account,
                          std::uint32_t number, std::uint64_t now_ms) {
  const crypto::RecoveryKeys keys = crypto::DeriveRecoveryKeys(code);
  v1::Recovery recovery;
  recovery.set_sealed_account(crypto::SealAccount(keys.account, account));
  *recovery.mutable_statement() = ToWire(crypto::SignRecovery(
      account.account, crypto::RecoveryStatement{
                           .account = account.account.public_key<AccountKey>(),
                           .number = number,
                           .lookup = keys.lookup,
                           .token_hash = crypto::RecoveryTokenHash(keys.token.Expose()),
                           .sealed_hash = crypto::SealedAccountHash(recovery.sealed_account()),
                           .at_ms = now_ms}));
  return recovery;
}

}  // namespace holdfast::client
