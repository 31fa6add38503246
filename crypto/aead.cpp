#include "crypto/aead.h"

#include <sodium.h>

#include <cstdlib>
#include <utility>

#include "crypto/public/octets.h"

namespace holdfast::crypto {
namespace {

constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kKeyBytes = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
static_assert(kNonceBytes + kTagBytes == kAeadOverheadBytes);

unsigned char* Room(Bytes& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

}  // namespace

Bytes AeadSeal(BytesView key, BytesView plaintext, BytesView associated_data) {
  if (key.size() != kKeyBytes) std::abort();  // every caller holds a Secret<32>
  Bytes sealed(plaintext.size() + kAeadOverheadBytes, '\0');
  unsigned char* const nonce = Room(sealed);
  FillRandom(nonce, kNonceBytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + kNonceBytes, nullptr, Octets(plaintext),
                                             plaintext.size(), Octets(associated_data),
                                             associated_data.size(), nullptr, nonce, Octets(key));
  return sealed;
}

absl::StatusOr<SecretBytes> AeadOpen(BytesView key, BytesView sealed, BytesView associated_data,
                                     std::string_view field) {
  if (key.size() != kKeyBytes) std::abort();
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
          Octets(associated_data), associated_data.size(), nonce, Octets(key)) != 0) {
    return refused();
  }
  return SecretBytes(std::move(plaintext));
}

}  // namespace holdfast::crypto
