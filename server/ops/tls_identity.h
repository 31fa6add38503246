// The server's TLS key. Nobody certifies it: clients look at the key itself, which
// the practice key endorses.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "crypto/public/secret.h"

namespace holdfast::server {

struct TlsIdentity {
  crypto::SecretBytes key;  // PEM, PKCS #8
  std::string certificate;  // PEM
};

// What the practice key endorses, and whose word the certificate is.
struct TlsFacts {
  TlsKeyHash key_hash;  // SHA-256 of the SubjectPublicKeyInfo
  std::uint64_t not_before_ms = 0;
  std::uint64_t not_after_ms = 0;
  bool is_self_signed = false;
};

// A new ECDSA P-256 key and a self-signed certificate for `host` (a name or an IP
// address), localhost and 127.0.0.1, good for kTlsYears.
absl::StatusOr<TlsIdentity> MakeTlsIdentity(std::string_view host);

// A new certificate over the same key, which is what clients know it by.
absl::StatusOr<TlsIdentity> RenewTlsCertificate(const TlsIdentity& identity, std::string_view host);

// Of the first certificate in `certificate_pem`. storage_failed where there is
// none, or `key_pem` is not its key: what the key signs, the certificate must verify.
absl::StatusOr<TlsFacts> InspectTlsIdentity(const TlsIdentity& identity);

inline constexpr int kTlsYears = 10;

}  // namespace holdfast::server
