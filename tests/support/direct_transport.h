// The way to a practice in memory: a client::Transport that calls the real server
// core in the same thread, with the faults that tests need. Nothing is simulated
// behind it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "client/core/outside/transport.h"
#include "client/core/outside/world.h"
#include "support/server_world.h"

namespace holdfast::client {

class DirectTransport final : public Transport {
 public:
  DirectTransport(server::ServerWorld& practice, Executor& executor)
      : practice_(practice), executor_(executor) {}

  // --- faults ---
  enum class Fate { kDeliver, kLoseRequest, kLoseResponse, kRepeatRequest };
  // Asked for every call, with the method's name ("Send", "Subscribe", ...).
  std::function<Fate(const std::string& method)> fate;
  // May change what is sent and what comes back.
  std::function<void(const std::string& method, google::protobuf::Message& request)> on_request;
  std::function<void(const std::string& method, google::protobuf::Message& response)> on_response;
  // Answered in the practice's place, where it is not OK.
  std::function<absl::Status(const std::string& method)> refusal;
  bool away = false;  // nothing answers
  // The TLS key that the practice shows; the practice's own unless set.
  std::optional<TlsKeyHash> shown_tls_key;
  // Ends an open subscription, as a connection that breaks.
  void Break();
  std::size_t sends() const { return sends_; }

  void Open(const std::string& address) override;
  void Close() override;
  std::optional<TlsKeyHash> ObservedTlsKey() const override;
  void PinTlsKey(const TlsKeyHash& key) override { pinned_ = key; }
  void SetToken(Bytes token) override { token_ = std::move(token); }

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
  void Unsubscribe() override { ++stream_; }

 private:
  template <class Request, class Response, class Ask>
  void Run(const std::string& method, const Request& request, Done<Response> done, Ask ask);
  absl::Status Reachable(const std::string& method) const;
  void ReadPage(std::uint64_t stream);
  void EndStream(std::uint64_t stream, absl::Status status);

  server::ServerWorld& practice_;
  Executor& executor_;
  Bytes token_;
  std::optional<TlsKeyHash> observed_;
  std::optional<TlsKeyHash> pinned_;
  std::size_t sends_ = 0;

  std::uint64_t stream_ = 0;  // number of the open subscription
  bool caught_up_ = false;
  v1::SubscribeRequest subscribe_;
  Subscription subscription_;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace holdfast::client
