// XChaCha20-Poly1305 with a fresh random 192-bit nonce in front: nonce (24) ||
// ciphertext || tag (16).
#pragma once

#include <concepts>

#include "absl/status/statusor.h"
#include "crypto/public/secret.h"

namespace holdfast::crypto {

inline constexpr std::size_t kAeadOverheadBytes = 40;

// A tag that is only declared, as those of all other keys are, is none of these.
template <class Tag>
concept MadeToSeal = requires {
  sizeof(Tag);
}
&&std::derived_from<Tag, SealingTag>;

// Refers to a key that was made to seal.
class SealingKey {
 public:
  static constexpr std::size_t size = 32;

  template <MadeToSeal Tag>
  SealingKey(const Secret<size, Tag>& key) : octets_(key.data()) {}

  const unsigned char* octets() const { return octets_; }

 private:
  const unsigned char* octets_;
};

// Authenticated with the plaintext and not sealed. A type of its own, so that the two
// never change places.
struct AssociatedData {
  BytesView bytes;
};

Bytes AeadSeal(SealingKey key, BytesView plaintext, AssociatedData beside);
// not_decryptable naming `field`.
absl::StatusOr<SecretBytes> AeadOpen(SealingKey key, BytesView sealed, AssociatedData beside,
                                     std::string_view field);

}  // namespace holdfast::crypto
