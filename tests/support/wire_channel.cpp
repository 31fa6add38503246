#include "support/wire_channel.h"

#include <grpcpp/grpcpp.h>
#include <grpcpp/security/tls_certificate_verifier.h>
#include <grpcpp/security/tls_credentials_options.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include <chrono>
#include <utility>

#include "rules/limits.h"

namespace holdfast::test {
namespace {

// Longer than the drain of a server, shorter than a test.
constexpr std::chrono::seconds kCallMax{20};
constexpr std::chrono::seconds kConnectMax{1};
// Between two tries to connect, and how long each may take.
constexpr int kReconnectMs = 500;

TlsKeyHash KeyHashOf(const std::string& pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> text(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr), X509_free);
  unsigned char* der = nullptr;
  TlsKeyHash hash;
  if (!certificate) return hash;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate.get()), &der);
  if (size > 0) SHA256(der, static_cast<std::size_t>(size), hash.data());
  OPENSSL_free(der);
  return hash;
}

}  // namespace

class WireChannel::Verifier final : public grpc::experimental::ExternalCertificateVerifier {
 public:
  explicit Verifier(std::shared_ptr<Seen> seen) : seen_(std::move(seen)) {}

  bool Verify(grpc::experimental::TlsCustomVerificationCheckRequest* request,
              std::function<void(grpc::Status)>, grpc::Status* sync_status) override {
    const grpc::string_ref pem = request->peer_cert();
    const std::lock_guard lock(seen_->mutex);
    seen_->key = KeyHashOf({pem.data(), pem.size()});
    *sync_status = grpc::Status::OK;
    return true;
  }
  void Cancel(grpc::experimental::TlsCustomVerificationCheckRequest*) override {}

 private:
  std::shared_ptr<Seen> seen_;
};

WireChannel::WireChannel(const std::string& address) {
  grpc::experimental::TlsChannelCredentialsOptions options;
  options.set_verify_server_certs(false);
  options.set_check_call_host(false);
  options.set_certificate_verifier(
      grpc::experimental::ExternalCertificateVerifier::Create<Verifier>(seen_));
  grpc::ChannelArguments arguments;
  // A connection of its own for each device, as in life.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kReconnectMs);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kReconnectMs);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kReconnectMs);
  arguments.SetMaxReceiveMessageSize(static_cast<int>(limits::kMessageBytesMax));
  channel_ =
      grpc::CreateCustomChannel(address, grpc::experimental::TlsCredentials(options), arguments);
  practice_ = v1::Practice::NewStub(channel_);
  login_ = v1::Login::NewStub(channel_);
  directory_ = v1::Directory::NewStub(channel_);
  ledger_ = v1::Ledger::NewStub(channel_);
  archive_ = v1::Archive::NewStub(channel_);
  mailbox_ = v1::Mailbox::NewStub(channel_);
}

bool WireChannel::AwaitConnection() {
  return channel_->WaitForConnected(std::chrono::system_clock::now() + kConnectMax);
}

TlsKeyHash WireChannel::tls_key() const {
  const std::lock_guard lock(seen_->mutex);
  return seen_->key;
}

std::unique_ptr<grpc::ClientContext> CallContext(const Bytes& token) {
  auto context = std::make_unique<grpc::ClientContext>();
  context->set_deadline(std::chrono::system_clock::now() + kCallMax);
  if (!token.empty()) context->AddMetadata("authorization", "Bearer " + ToHex(token));
  return context;
}

std::string ReasonIn(const grpc::Status& status) {
  v1::ErrorDetail detail;
  return detail.ParseFromString(status.error_details()) ? detail.reason() : "";
}

std::string FieldIn(const grpc::Status& status) {
  v1::ErrorDetail detail;
  return detail.ParseFromString(status.error_details()) ? detail.field() : "";
}

}  // namespace holdfast::test
