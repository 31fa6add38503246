// client/core/outside/transport.h over gRPC and TLS.
#pragma once

#include <memory>
#include <string>

#include "client/core/outside/transport.h"
#include "client/core/outside/world.h"
#include "crypto/public/secret.h"

namespace grpc {
class ClientContext;
}

namespace holdfast::client {

class CallBook;
struct PracticeChannel;

// Used on the executor's thread alone; the executor's Post must be safe from any
// thread. The destructor cancels what is under way and waits for gRPC to let go of
// it; callbacks not yet run by then are dropped by whoever destroys the executor.
class GrpcTransport final : public Transport {
 public:
  explicit GrpcTransport(Executor& executor);
  ~GrpcTransport() override;

  // Forgets the observed and the pinned key; the token stays.
  void Open(const std::string& address) override;
  void Close() override;

  std::optional<TlsKeyHash> ObservedTlsKey() const override;
  void PinTlsKey(const TlsKeyHash& key) override;
  void SetToken(Bytes token) override;

  void Describe(const v1::DescribeRequest&, Done<v1::DescribeResponse>) override;
  void Challenge(const v1::ChallengeRequest&, Done<v1::ChallengeResponse>) override;
  void Authenticate(const v1::AuthenticateRequest&, Done<v1::AuthenticateResponse>) override;
  void EnrollTherapist(const v1::EnrollTherapistRequest&,
                       Done<v1::EnrollTherapistResponse>) override;
  void CreateInvitation(const v1::CreateInvitationRequest&,
                        Done<v1::CreateInvitationResponse>) override;
  void WithdrawInvitation(const v1::WithdrawInvitationRequest&,
                          Done<v1::WithdrawInvitationResponse>) override;
  void GetInvitation(const v1::GetInvitationRequest&, Done<v1::GetInvitationResponse>) override;
  void RedeemInvitation(const v1::RedeemInvitationRequest&,
                        Done<v1::RedeemInvitationResponse>) override;
  void PublishPrekey(const v1::PublishPrekeyRequest&, Done<v1::PublishPrekeyResponse>) override;
  void GetDevices(const v1::GetDevicesRequest&, Done<v1::GetDevicesResponse>) override;
  void ChangeAccount(const v1::ChangeAccountRequest&, Done<v1::ChangeAccountResponse>) override;
  void SuspendDevice(const v1::SuspendDeviceRequest&, Done<v1::SuspendDeviceResponse>) override;
  void CreateLink(const v1::CreateLinkRequest&, Done<v1::CreateLinkResponse>) override;
  void GetLink(const v1::GetLinkRequest&, Done<v1::NewDeviceResponse>) override;
  void GetRecovery(const v1::GetRecoveryRequest&, Done<v1::NewDeviceResponse>) override;
  void AppendArchive(const v1::AppendArchiveRequest&, Done<v1::AppendArchiveResponse>) override;
  void ReadArchive(const v1::ReadArchiveRequest&, Done<v1::ReadArchiveResponse>) override;
  void ListBonds(const v1::ListBondsRequest&, Done<v1::ListBondsResponse>) override;
  void Send(const v1::SendRequest&, Done<v1::SendResponse>) override;
  void Acknowledge(const v1::AcknowledgeRequest&, Done<v1::AcknowledgeResponse>) override;
  void History(const v1::HistoryRequest&, Done<v1::HistoryResponse>) override;
  void Perform(const v1::PerformRequest&, Done<v1::PerformResponse>) override;
  void ReadLedger(const v1::ReadLedgerRequest&, Done<v1::ReadLedgerResponse>) override;
  void ReportRestore(const v1::ReportRestoreRequest&, Done<v1::ReportRestoreResponse>) override;

  void Subscribe(const v1::SubscribeRequest&, Subscription) override;
  void NextPage() override;
  void Unsubscribe() override;

 private:
  struct Stream;
  // What goes with a call; Describe alone may go before the key is pinned.
  enum class Credential { kBeforePin, kNone, kToken };

  absl::Status MayCall(bool before_pin) const;
  void Authorise(grpc::ClientContext& context) const;
  template <class Request, class Response, class Begin>
  void Call(const Request& request, Done<Response> done, Credential credential, Begin begin);

  Executor& executor_;
  const std::shared_ptr<CallBook> calls_;
  std::shared_ptr<PracticeChannel> channel_;
  std::shared_ptr<Stream> stream_;
  crypto::SecretBytes token_;
};

}  // namespace holdfast::client
