#include "client/transport/tls_pin.h"

#include <grpcpp/security/tls_certificate_verifier.h>
#include <grpcpp/security/tls_credentials_options.h>

#include <functional>
#include <string_view>
#include <utility>

#include "client/transport/peer_key.h"

namespace holdfast::client {
namespace {

using grpc::experimental::ExternalCertificateVerifier;
using grpc::experimental::TlsCustomVerificationCheckRequest;

class PinVerifier final : public ExternalCertificateVerifier {
 public:
  explicit PinVerifier(std::shared_ptr<TlsPin> pin) : pin_(std::move(pin)) {}

  // Runs on a gRPC thread at each handshake, and answers at once (true).
  bool Verify(TlsCustomVerificationCheckRequest* request, std::function<void(grpc::Status)>,
              grpc::Status* verdict) override {
    *verdict = grpc::Status(grpc::StatusCode::UNAUTHENTICATED, "not the key of the practice");
    try {
      const grpc::string_ref pem = request->peer_cert();
      const auto shown = KeyHashOfCertificate({pem.data(), pem.size()});
      if (shown.ok() && pin_->Accept(*shown)) *verdict = grpc::Status::OK;
    } catch (...) {  // out of memory: refused as it stands
    }
    return true;
  }
  void Cancel(TlsCustomVerificationCheckRequest*) override {}

 private:
  const std::shared_ptr<TlsPin> pin_;
};

}  // namespace

bool TlsPin::Accept(const TlsKeyHash& shown) {
  const std::lock_guard lock(mutex_);
  if (!observed_) observed_ = shown;
  refused_ = shown != (pinned_ ? *pinned_ : *observed_);
  return !refused_;
}

void TlsPin::Pin(const TlsKeyHash& key) {
  const std::lock_guard lock(mutex_);
  pinned_ = key;
  if (observed_ && *observed_ != key) refused_ = true;
}

std::optional<TlsKeyHash> TlsPin::observed() const {
  const std::lock_guard lock(mutex_);
  return observed_;
}

bool TlsPin::pinned() const {
  const std::lock_guard lock(mutex_);
  return pinned_.has_value();
}

bool TlsPin::refused() const {
  const std::lock_guard lock(mutex_);
  return refused_;
}

std::shared_ptr<grpc::ChannelCredentials> PinnedCredentials(std::shared_ptr<TlsPin> pin) {
  grpc::experimental::TlsChannelCredentialsOptions options;
  options.set_verify_server_certs(false);  // no authority vouches for a practice
  options.set_check_call_host(false);      // nor does a host name
  options.set_certificate_verifier(
      ExternalCertificateVerifier::Create<PinVerifier>(std::move(pin)));
  return grpc::experimental::TlsCredentials(options);
}

}  // namespace holdfast::client
