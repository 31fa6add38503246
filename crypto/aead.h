// XChaCha20-Poly1305 with a fresh random 192-bit nonce in front: nonce (24) ||
// ciphertext || tag (16).
#pragma once

#include "absl/status/statusor.h"
#include "crypto/public/secret.h"

namespace holdfast::crypto {

inline constexpr std::size_t kAeadOverheadBytes = 40;

// `key` is 32 bytes.
Bytes AeadSeal(BytesView key, BytesView plaintext, BytesView associated_data);
// not_decryptable naming `field`.
absl::StatusOr<SecretBytes> AeadOpen(BytesView key, BytesView sealed, BytesView associated_data,
                                     std::string_view field);

}  // namespace holdfast::crypto
