// What follows from a recovery code.
#include "crypto/recovery_code.h"
#include "crypto/vault_key.h"
#include "unit/crypto/support.h"

namespace holdfast::crypto {
namespace {

constexpr PassphraseCost kCheap{1, 8 * 1024};

TEST_CASE("the recovery code alone opens the account key", "[recovery]") {
  const SigningKey account = SigningKey::Generate();
  const auto key = account.public_key<AccountKey>();
  const CodeSecret secret = CodeSecret::Random();
  const Bytes sealed = SealAccountKey(DeriveRecoveryKeys(secret).wrap, account);
  CHECK(sealed.size() == 73);

  const CodeSecret typed = DecodeRecoveryCode(EncodeRecoveryCode(secret)).value();
  const auto opened = OpenAccountKey(DeriveRecoveryKeys(typed).wrap, sealed, key);
  REQUIRE(opened.ok());
  CHECK(opened->seed() == account.seed());

  const WrapKey wrong = DeriveRecoveryKeys(CodeSecret::Random()).wrap;
  CHECK(Refuses(OpenAccountKey(wrong, sealed, key).status(), Reason::kIntegrity, "account_key"));
}

TEST_CASE("a sealed account key is bound to its account and to every byte", "[recovery]") {
  const SigningKey account = SigningKey::Generate();
  const auto key = account.public_key<AccountKey>();
  const WrapKey wrap = WrapKey::Random();
  const Bytes sealed = SealAccountKey(wrap, account);
  CHECK_FALSE(OpenAccountKey(wrap, sealed, Filled<AccountKey>('x')).ok());
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    Bytes changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    CHECK_FALSE(OpenAccountKey(wrap, changed, key).ok());
    CHECK_FALSE(OpenAccountKey(wrap, BytesView(sealed).substr(0, i), key).ok());
  }
}

TEST_CASE("what the server sees of a recovery code does not open anything", "[recovery]") {
  const RecoveryKeys keys = DeriveRecoveryKeys(CodeSecret::Random());
  CHECK(keys.token.size() == 32);
  CHECK(keys.wrap.Expose() != keys.token.Expose());
  CHECK(keys.wrap.Expose().substr(0, 16) != keys.lookup.view());
  CHECK(RecoveryTokenHash(keys.token.Expose()).view() != keys.token.Expose());
}

TEST_CASE("a vault's key opens with its passphrase and no other", "[vault]") {
  const VaultKey key = VaultKey::Random();
  const Bytes wrapped = WrapVaultKey(key, "correct horse", kCheap).value();
  CHECK(wrapped.size() == 101);
  CHECK(UnwrapVaultKey(wrapped, "correct horse").value() == key);
  CHECK(Refuses(UnwrapVaultKey(wrapped, "correct horses").status(), Reason::kWrongPassphrase,
                "passphrase"));
  CHECK(Refuses(UnwrapVaultKey(wrapped, "").status(), Reason::kWrongPassphrase, "passphrase"));
}

TEST_CASE("a damaged vault key is refused before it costs anything", "[vault]") {
  const Bytes wrapped = WrapVaultKey(VaultKey::Random(), "p", kCheap).value();
  Bytes changed = wrapped;
  changed[0] = 2;
  CHECK(Refuses(UnwrapVaultKey(changed, "p").status(), Reason::kNewerFormat, "vault_key"));
  for (const std::size_t byte : {0U, 1U, 5U, 12U}) {  // version, passes, memory high and low
    changed = wrapped;
    changed[byte] = byte == 0 ? '\0' : '\xff';
    CHECK(Refuses(UnwrapVaultKey(changed, "p").status(), Reason::kVaultDamaged, "vault_key"));
  }
  for (std::size_t size = 0; size < wrapped.size(); ++size) {
    CHECK(ReasonOf(UnwrapVaultKey(BytesView(wrapped).substr(0, size), "p").status()) ==
          Reason::kVaultDamaged);
  }
  CHECK_FALSE(UnwrapVaultKey(wrapped + 'x', "p").ok());
  CHECK(Refuses(WrapVaultKey(VaultKey::Random(), "p", {0, 8192}).status(), Reason::kMalformedField,
                "passphrase_cost"));
}

TEST_CASE("a vault value opens under its own name only", "[vault]") {
  const VaultKey key = VaultKey::Random();
  const Bytes sealed = SealVaultValue(key, "session/1", "value");
  CHECK(OpenVaultValue(key, "session/1", sealed).value().Expose() == "value");
  CHECK(Refuses(OpenVaultValue(key, "session/2", sealed).status(), Reason::kVaultDamaged,
                "session/2"));
  CHECK_FALSE(OpenVaultValue(VaultKey::Random(), "session/1", sealed).ok());
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    Bytes changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    CHECK_FALSE(OpenVaultValue(key, "session/1", changed).ok());
    CHECK_FALSE(OpenVaultValue(key, "session/1", BytesView(sealed).substr(0, i)).ok());
  }
}

}  // namespace
}  // namespace holdfast::crypto
