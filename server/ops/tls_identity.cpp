#include "server/ops/tls_identity.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <memory>

#include "crypto/public/hash.h"
#include "rules/errors.h"

namespace holdfast::server {
namespace {

template <auto kFree>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;

absl::Status Failed(std::string_view what) {
  return Refuse(Reason::kInternal, "", "OpenSSL could not " + std::string(what));
}

std::string Contents(BIO* bio) {
  char* memory = nullptr;
  const long size = BIO_get_mem_data(bio, &memory);
  return {memory, static_cast<std::size_t>(size)};
}

Bio Reader(std::string_view text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

bool IsIpAddress(const std::string& host) {
  unsigned char address[16];
  return inet_pton(AF_INET, host.c_str(), address) == 1 ||
         inet_pton(AF_INET6, host.c_str(), address) == 1;
}

std::string AlternativeNames(const std::string& host) {
  std::string names = "DNS:localhost,IP:127.0.0.1";
  if (host != "localhost" && host != "127.0.0.1") {
    names += (IsIpAddress(host) ? ",IP:" : ",DNS:") + host;
  }
  return names;
}

bool AddExtension(X509* certificate, int kind, const std::string& value) {
  const Extension extension(X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool SetSerial(X509* certificate) {
  std::uint64_t serial = 0;
  if (RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) != 1) return false;
  return ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1U) == 1;
}

// A day back, so that a client whose clock is behind accepts it.
bool SetValidity(X509* certificate) {
  constexpr long kDaySeconds = 24L * 60 * 60;
  return X509_gmtime_adj(X509_getm_notBefore(certificate), -kDaySeconds) != nullptr &&
         X509_time_adj_ex(X509_getm_notAfter(certificate), kTlsYears * 365, 0, nullptr) != nullptr;
}

Certificate SelfSigned(EVP_PKEY* key, const std::string& host) {
  Certificate certificate(X509_new());
  // A common name may have 64 characters; the alternative names carry the rest.
  const std::string name = host.substr(0, 64);
  const bool made =
      certificate && X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
      SetSerial(certificate.get()) && SetValidity(certificate.get()) &&
      X509_set_pubkey(certificate.get(), key) == 1 &&
      X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                                 reinterpret_cast<const unsigned char*>(name.data()),
                                 static_cast<int>(name.size()), -1, 0) == 1 &&
      X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get())) == 1 &&
      AddExtension(certificate.get(), NID_basic_constraints, "critical,CA:FALSE") &&
      AddExtension(certificate.get(), NID_subject_alt_name, AlternativeNames(host)) &&
      X509_sign(certificate.get(), key, EVP_sha256()) != 0;
  return made ? std::move(certificate) : nullptr;
}

std::uint64_t MillisecondsOf(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return 0;
  return static_cast<std::uint64_t>(timegm(&parts)) * 1000;
}

absl::Status Unusable() {
  return Refuse(Reason::kStorageFailed, "",
                "tls.key and tls.crt are damaged or do not belong together: bring both back from "
                "a backup");
}

Key ReadKey(const TlsIdentity& identity) {
  return Key(
      PEM_read_bio_PrivateKey(Reader(identity.key.Expose()).get(), nullptr, nullptr, nullptr));
}

absl::StatusOr<std::string> CertificateFor(EVP_PKEY* key, std::string_view host) {
  const Certificate certificate = SelfSigned(key, std::string(host));
  if (!certificate) return Failed("make a certificate for " + std::string(host));
  const Bio text(BIO_new(BIO_s_mem()));
  if (!text || PEM_write_bio_X509(text.get(), certificate.get()) != 1) {
    return Failed("write a certificate");
  }
  return Contents(text.get());
}

// A key file carries its public half too, so a comparison of those does not see that the
// secret one is damaged.
bool Verifies(X509* certificate, EVP_PKEY* key) {
  constexpr std::string_view kText = "holdfast: one signature before serving";
  const auto* text = reinterpret_cast<const unsigned char*>(kText.data());
  const Digest sign(EVP_MD_CTX_new());
  const Digest verify(EVP_MD_CTX_new());
  std::size_t size = 0;
  if (!sign || !verify ||
      EVP_DigestSignInit(sign.get(), nullptr, EVP_sha256(), nullptr, key) != 1 ||
      EVP_DigestSign(sign.get(), nullptr, &size, text, kText.size()) != 1) {
    return false;
  }
  std::string signature(size, '\0');
  auto* bytes = reinterpret_cast<unsigned char*>(signature.data());
  return EVP_DigestSign(sign.get(), bytes, &size, text, kText.size()) == 1 &&
         EVP_DigestVerifyInit(verify.get(), nullptr, EVP_sha256(), nullptr,
                              X509_get0_pubkey(certificate)) == 1 &&
         EVP_DigestVerify(verify.get(), bytes, size, text, kText.size()) == 1;
}

}  // namespace

absl::StatusOr<TlsIdentity> MakeTlsIdentity(std::string_view host) {
  const Key key(EVP_EC_gen("P-256"));
  if (!key) return Failed("make a key");
  HOLDFAST_ASSIGN_OR_RETURN(std::string certificate, CertificateFor(key.get(), host));
  const Bio key_text(BIO_new(BIO_s_secmem()));
  if (!key_text || PEM_write_bio_PKCS8PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0,
                                                 nullptr, nullptr) != 1) {
    return Failed("write a key");
  }
  return TlsIdentity{crypto::SecretBytes(Contents(key_text.get())), std::move(certificate)};
}

absl::StatusOr<TlsIdentity> RenewTlsCertificate(const TlsIdentity& identity,
                                                std::string_view host) {
  const Key key = ReadKey(identity);
  if (!key) return Unusable();
  HOLDFAST_ASSIGN_OR_RETURN(std::string certificate, CertificateFor(key.get(), host));
  return TlsIdentity{identity.key.Clone(), std::move(certificate)};
}

absl::StatusOr<TlsFacts> InspectTlsIdentity(const TlsIdentity& identity) {
  const Certificate certificate(
      PEM_read_bio_X509(Reader(identity.certificate).get(), nullptr, nullptr, nullptr));
  const Key key = ReadKey(identity);
  if (!certificate || !key || X509_check_private_key(certificate.get(), key.get()) != 1 ||
      !Verifies(certificate.get(), key.get())) {
    return Unusable();
  }
  unsigned char* encoded = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate.get()), &encoded);
  if (size <= 0) return Unusable();
  const Hash hash = crypto::Sha256(
      {BytesView(reinterpret_cast<const char*>(encoded), static_cast<std::size_t>(size))});
  OPENSSL_free(encoded);
  TlsFacts facts;
  HOLDFAST_ASSIGN_OR_RETURN(facts.key_hash, TlsKeyHash::From(hash.view(), "tls.crt"));
  facts.not_before_ms = MillisecondsOf(X509_get0_notBefore(certificate.get()));
  facts.not_after_ms = MillisecondsOf(X509_get0_notAfter(certificate.get()));
  facts.is_self_signed = X509_NAME_cmp(X509_get_subject_name(certificate.get()),
                                       X509_get_issuer_name(certificate.get())) == 0;
  return facts;
}

}  // namespace holdfast::server
