#include "client/transport/peer_key.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include <memory>

namespace holdfast::client {
namespace {

// More than any real certificate; keeps the length within OpenSSL's int.
constexpr std::size_t kPemBytesMax = std::size_t{64} * 1024;

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(unsigned char* der) const { OPENSSL_free(der); }
};

}  // namespace

absl::StatusOr<TlsKeyHash> KeyHashOfCertificate(std::string_view pem) {
  const auto refusal = [] {
    return Refuse(Reason::kMalformedField, "certificate",
                  "the practice showed a TLS certificate that cannot be read");
  };
  if (pem.empty() || pem.size() > kPemBytesMax) return refusal();
  const std::unique_ptr<BIO, Free> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (bio == nullptr) return refusal();
  const std::unique_ptr<X509, Free> certificate(
      PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  if (certificate == nullptr) return refusal();
  unsigned char* raw = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate.get()), &raw);
  const std::unique_ptr<unsigned char, Free> der(raw);
  if (size <= 0) return refusal();
  TlsKeyHash hash;
  static_assert(TlsKeyHash::size == SHA256_DIGEST_LENGTH);
  SHA256(der.get(), static_cast<std::size_t>(size), hash.data());
  return hash;
}

}  // namespace holdfast::client
