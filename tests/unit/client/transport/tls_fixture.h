// A TLS key of a practice, made for one test.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace holdfast::test {

class TlsKey {
 public:
  TlsKey() : key_(EVP_EC_gen("P-256")) {}
  ~TlsKey() { EVP_PKEY_free(key_); }
  TlsKey(const TlsKey&) = delete;
  TlsKey& operator=(const TlsKey&) = delete;

  std::string PrivatePem() const {
    BIO* const out = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(out, key_, nullptr, nullptr, 0, nullptr, nullptr);
    return Drain(out);
  }

  // A fresh self-signed certificate over the same key each time.
  std::string Certificate(long serial) const {
    X509* const certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key_);
    X509_NAME* const name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("practice"), -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_sign(certificate, key_, EVP_sha256());
    BIO* const out = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(out, certificate);
    X509_free(certificate);
    return Drain(out);
  }

 private:
  static std::string Drain(BIO* out) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(out, &data);
    std::string text(data, static_cast<std::size_t>(size));
    BIO_free(out);
    return text;
  }

  EVP_PKEY* const key_;
};

}  // namespace holdfast::test
