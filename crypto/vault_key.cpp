#include "crypto/vault_key.h"

#include <sodium.h>

#include "crypto/aead.h"
#include "crypto/public/hash.h"
#include "crypto/public/octets.h"
#include "rules/codec.h"

namespace holdfast::crypto {
namespace {

constexpr std::uint8_t kFormat = 1;
constexpr std::size_t kSaltBytes = crypto_pwhash_SALTBYTES;
constexpr std::uint64_t kMemoryUnitBytes = 1024;
constexpr std::uint64_t kMemoryBytesMin = 8 * kMemoryUnitBytes;
static_assert(kSaltBytes == 16);

bool IsSane(const PassphraseCost& cost) {
  return cost.passes >= 1 && cost.passes <= kPassesMax && cost.memory_bytes >= kMemoryBytesMin &&
         cost.memory_bytes <= kMemoryBytesMax && cost.memory_bytes % kMemoryUnitBytes == 0;
}

absl::StatusOr<WrapKey> Stretch(BytesView passphrase, BytesView salt, const PassphraseCost& cost) {
  WrapKey stretched;
  if (crypto_pwhash(stretched.data(), WrapKey::size, passphrase.empty() ? "" : passphrase.data(),
                    passphrase.size(), Octets(salt), cost.passes,
                    static_cast<std::size_t>(cost.memory_bytes),
                    crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return Refuse(Reason::kInternal, "passphrase",
                  "cannot be checked: this computer has too little free memory for it. Close "
                  "something and try again");
  }
  return DeriveSecret<WrapKey>(stretched.Expose(), Purpose::kVaultWrap);
}

Bytes ValueContext(BytesView name) { return Encoder().U8(kFormat).Raw(name).Take(); }

absl::Status Damaged(std::string_view field, std::string_view message) {
  return Refuse(Reason::kVaultDamaged, field, message);
}

}  // namespace

absl::StatusOr<Bytes> WrapVaultKey(const VaultKey& key, BytesView passphrase,
                                   const PassphraseCost& cost) {
  if (!IsSane(cost)) {
    return Refuse(Reason::kMalformedField, "passphrase_cost", "is outside its bounds");
  }
  const auto salt = Secret<kSaltBytes, struct SaltTag>::Random();
  HOLDFAST_ASSIGN_OR_RETURN(const WrapKey wrap, Stretch(passphrase, salt.Expose(), cost));
  const Bytes front =
      Encoder().U8(kFormat).U32(cost.passes).U64(cost.memory_bytes).Raw(salt.Expose()).Take();
  return front + AeadSeal(wrap, key.Expose(), AssociatedData{front});
}

absl::StatusOr<VaultKey> UnwrapVaultKey(BytesView wrapped, BytesView passphrase) {
  if (!wrapped.empty() && static_cast<unsigned char>(wrapped[0]) > kFormat) {
    return Refuse(Reason::kNewerFormat, "vault_key",
                  "was written by a newer version of Holdfast; update this one");
  }
  Decoder decoder(wrapped, "vault_key");
  PassphraseCost cost;
  const std::uint8_t format = decoder.U8("version");
  cost.passes = decoder.U32("passes");
  cost.memory_bytes = decoder.U64("memory");
  const BytesView salt = decoder.Raw(kSaltBytes, "salt");
  const BytesView front = wrapped.substr(0, wrapped.size() - decoder.remaining());
  const BytesView sealed = decoder.Raw(VaultKey::size + kAeadOverheadBytes, "key");
  if (!decoder.Finish().ok() || format != kFormat || !IsSane(cost)) {
    return Damaged("vault_key", "is damaged; restore the vault's file from a copy, or recover");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const WrapKey wrap, Stretch(passphrase, salt, cost));
  const auto bytes = AeadOpen(wrap, sealed, AssociatedData{front}, "passphrase");
  if (!bytes.ok()) {
    return Refuse(Reason::kWrongPassphrase, "passphrase", "does not open this vault");
  }
  return VaultKey::From(bytes->Expose(), "vault_key");
}

Bytes SealVaultValue(const VaultKey& key, BytesView name, BytesView value) {
  return Encoder().U8(kFormat).Raw(AeadSeal(key, value, AssociatedData{ValueContext(name)})).Take();
}

absl::StatusOr<SecretBytes> OpenVaultValue(const VaultKey& key, BytesView name, BytesView sealed) {
  if (!sealed.empty() && static_cast<unsigned char>(sealed[0]) == kFormat) {
    auto value = AeadOpen(key, sealed.substr(1), AssociatedData{ValueContext(name)}, name);
    if (value.ok()) return value;
  }
  return Damaged(name,
                 "does not open: the vault's file was damaged or changed. Restore a copy, "
                 "or recover");
}

}  // namespace holdfast::crypto
