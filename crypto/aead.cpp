#include "crypto/aead.h"

#include <sodium.h>

#include <utility>

#include "crypto/public/octets.h"

namespace holdfast::crypto {
namespace {

constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(kNonceBytes + kTagBytes == kAeadOverheadBytes);
static_assert(SealingKey::size == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

unsigned char* Room(Bytes& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

}  // namespace

Bytes AeadSeal(SealingKey key, BytesView plaintext, AssociatedData beside) {
  Bytes sealed(plaintext.size() + kAeadOverheadBytes, '\0');
  unsigned char* const nonce = Room(sealed);
  FillRandom(nonce, kNonceBytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + kNonceBytes, nullptr, Octets(plaintext),
                                             plaintext.size(), Octets(beside.bytes),
                                             beside.bytes.size(), nullptr, nonce, key.octets());
  return sealed;
}

absl::StatusOr<SecretBytes> AeadOpen(SealingKey key, BytesView sealed, AssociatedData beside,
                                     std::string_view field) {
  const auto refused = [&] {
    return Refuse(Reason::kNotDecryptable, field,
                  "does not open: it was changed, is not meant for this device, or was sealed "
                  "under another key");
  };
  if (sealed.size() < kAeadOverheadBytes) return refused();
  Bytes plaintext(sealed.size() - kAeadOverheadBytes, '\0');
  const unsigned char* const nonce = Octets(sealed);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          Room(plaintext), nullptr, nullptr, nonce + kNonceBytes, sealed.size() - kNonceBytes,
          Octets(beside.bytes), beside.bytes.size(), nonce, key.octets()) != 0) {
    return refused();
  }
  return SecretBytes(std::move(plaintext));
}

}  // namespace holdfast::crypto
