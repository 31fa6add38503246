#include "support/middleman.h"

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <mutex>
#include <stdexcept>
#include <utility>

#include "rules/limits.h"

namespace holdfast::test {
namespace {

constexpr std::chrono::seconds kStopMax{2};

// The same call on the real practice: token and deadline go along.
std::unique_ptr<grpc::ClientContext> Onward(const grpc::ServerContext& incoming) {
  auto context = grpc::ClientContext::FromServerContext(
      incoming, grpc::PropagationOptions().enable_deadline_propagation());
  const auto& metadata = incoming.client_metadata();
  if (const auto token = metadata.find("authorization"); token != metadata.end()) {
    context->AddMetadata("authorization", {token->second.data(), token->second.size()});
  }
  return context;
}

}  // namespace

class Middleman::Services final : public v1::Practice::Service,
                                  public v1::Login::Service,
                                  public v1::Directory::Service,
                                  public v1::Ledger::Service,
                                  public v1::Archive::Service,
                                  public v1::Mailbox::Service {
 public:
  explicit Services(const std::string& practice) : upstream_(practice) {}

  std::vector<std::string> calls() {
    const std::lock_guard lock(mutex_);
    return calls_;
  }
  void Set(Tamper tamper) {
    const std::lock_guard lock(mutex_);
    tamper_ = std::move(tamper);
  }

  grpc::Status Describe(grpc::ServerContext* call, const v1::DescribeRequest* request,
                        v1::DescribeResponse* response) override {
    Count("Describe");
    const auto status = upstream_.practice().Describe(Onward(*call).get(), *request, response);
    Apply(&Tamper::describe, *response);
    return status;
  }
  grpc::Status Challenge(grpc::ServerContext* call, const v1::ChallengeRequest* request,
                         v1::ChallengeResponse* response) override {
    Count("Challenge");
    return upstream_.login().Challenge(Onward(*call).get(), *request, response);
  }
  grpc::Status Authenticate(grpc::ServerContext* call, const v1::AuthenticateRequest* request,
                            v1::AuthenticateResponse* response) override {
    Count("Authenticate");
    const auto status = upstream_.login().Authenticate(Onward(*call).get(), *request, response);
    Apply(&Tamper::authenticated, *response);
    return status;
  }
  grpc::Status EnrollTherapist(grpc::ServerContext* call, const v1::EnrollTherapistRequest* request,
                               v1::EnrollTherapistResponse* response) override {
    Count("EnrollTherapist");
    return upstream_.directory().EnrollTherapist(Onward(*call).get(), *request, response);
  }
  grpc::Status CreateInvitation(grpc::ServerContext* call,
                                const v1::CreateInvitationRequest* request,
                                v1::CreateInvitationResponse* response) override {
    Count("CreateInvitation");
    return upstream_.directory().CreateInvitation(Onward(*call).get(), *request, response);
  }
  grpc::Status WithdrawInvitation(grpc::ServerContext* call,
                                  const v1::WithdrawInvitationRequest* request,
                                  v1::WithdrawInvitationResponse* response) override {
    Count("WithdrawInvitation");
    return upstream_.directory().WithdrawInvitation(Onward(*call).get(), *request, response);
  }
  grpc::Status GetInvitation(grpc::ServerContext* call, const v1::GetInvitationRequest* request,
                             v1::GetInvitationResponse* response) override {
    Count("GetInvitation");
    const auto status =
        upstream_.directory().GetInvitation(Onward(*call).get(), *request, response);
    Apply(&Tamper::invitation, *response);
    return status;
  }
  grpc::Status RedeemInvitation(grpc::ServerContext* call,
                                const v1::RedeemInvitationRequest* request,
                                v1::RedeemInvitationResponse* response) override {
    Count("RedeemInvitation");
    v1::RedeemInvitationRequest changed = *request;
    Apply(&Tamper::redeem, changed);
    const auto status =
        upstream_.directory().RedeemInvitation(Onward(*call).get(), changed, response);
    Apply(&Tamper::redeemed, *response);
    return status;
  }
  grpc::Status PublishPrekey(grpc::ServerContext* call, const v1::PublishPrekeyRequest* request,
                             v1::PublishPrekeyResponse* response) override {
    Count("PublishPrekey");
    return upstream_.directory().PublishPrekey(Onward(*call).get(), *request, response);
  }
  grpc::Status GetDevices(grpc::ServerContext* call, const v1::GetDevicesRequest* request,
                          v1::GetDevicesResponse* response) override {
    Count("GetDevices");
    const auto status = upstream_.directory().GetDevices(Onward(*call).get(), *request, response);
    Apply(&Tamper::devices, *response);
    return status;
  }
  grpc::Status ListBonds(grpc::ServerContext* call, const v1::ListBondsRequest* request,
                         v1::ListBondsResponse* response) override {
    Count("ListBonds");
    const auto status = upstream_.directory().ListBonds(Onward(*call).get(), *request, response);
    Apply(&Tamper::bonds, *response);
    return status;
  }
  grpc::Status ChangeAccount(grpc::ServerContext* call, const v1::ChangeAccountRequest* request,
                             v1::ChangeAccountResponse* response) override {
    Count("ChangeAccount");
    {
      const std::lock_guard lock(mutex_);
      if (tamper_.swallow_changes) return grpc::Status::OK;
    }
    return upstream_.directory().ChangeAccount(Onward(*call).get(), *request, response);
  }
  grpc::Status SuspendDevice(grpc::ServerContext* call, const v1::SuspendDeviceRequest* request,
                             v1::SuspendDeviceResponse* response) override {
    Count("SuspendDevice");
    {
      const std::lock_guard lock(mutex_);
      if (tamper_.swallow_suspensions) return grpc::Status::OK;
    }
    return upstream_.directory().SuspendDevice(Onward(*call).get(), *request, response);
  }
  grpc::Status CreateLink(grpc::ServerContext* call, const v1::CreateLinkRequest* request,
                          v1::CreateLinkResponse* response) override {
    Count("CreateLink");
    return upstream_.directory().CreateLink(Onward(*call).get(), *request, response);
  }
  grpc::Status GetLink(grpc::ServerContext* call, const v1::GetLinkRequest* request,
                       v1::NewDeviceResponse* response) override {
    Count("GetLink");
    const auto status = upstream_.directory().GetLink(Onward(*call).get(), *request, response);
    Apply(&Tamper::opened, *response);
    return status;
  }
  grpc::Status GetRecovery(grpc::ServerContext* call, const v1::GetRecoveryRequest* request,
                           v1::NewDeviceResponse* response) override {
    Count("GetRecovery");
    const auto status = upstream_.directory().GetRecovery(Onward(*call).get(), *request, response);
    Apply(&Tamper::opened, *response);
    return status;
  }
  grpc::Status AppendArchive(grpc::ServerContext* call, const v1::AppendArchiveRequest* request,
                             v1::AppendArchiveResponse* response) override {
    Count("AppendArchive");
    return upstream_.archive().AppendArchive(Onward(*call).get(), *request, response);
  }
  grpc::Status ReadArchive(grpc::ServerContext* call, const v1::ReadArchiveRequest* request,
                           v1::ReadArchiveResponse* response) override {
    Count("ReadArchive");
    const auto status = upstream_.archive().ReadArchive(Onward(*call).get(), *request, response);
    Apply(&Tamper::archive, *response);
    return status;
  }
  grpc::Status Send(grpc::ServerContext* call, const v1::SendRequest* request,
                    v1::SendResponse* response) override {
    Count("Send");
    v1::SendRequest changed = *request;
    {
      const std::lock_guard lock(mutex_);
      if (tamper_.send) {
        if (grpc::Status refusal = tamper_.send(changed); !refusal.ok()) return refusal;
      }
      if (tamper_.swallow && tamper_.swallow(changed, *response)) return grpc::Status::OK;
    }
    const auto status = upstream_.mailbox().Send(Onward(*call).get(), changed, response);
    const std::lock_guard lock(mutex_);
    if (tamper_.lose_answer && tamper_.lose_answer(changed)) {
      return {grpc::StatusCode::UNAVAILABLE, "the answer was lost"};
    }
    if (status.ok() && tamper_.sent) tamper_.sent(changed, *response);
    return status;
  }
  grpc::Status Subscribe(grpc::ServerContext* call, const v1::SubscribeRequest* request,
                         grpc::ServerWriter<v1::SubscribeResponse>* writer) override {
    Count("Subscribe");
    const auto context = Onward(*call);
    const auto stream = upstream_.mailbox().Subscribe(context.get(), *request);
    for (v1::SubscribeResponse page; stream->Read(&page);) {
      Apply(&Tamper::page, page);
      if (!writer->Write(page)) context->TryCancel();
    }
    return stream->Finish();
  }
  grpc::Status Acknowledge(grpc::ServerContext* call, const v1::AcknowledgeRequest* request,
                           v1::AcknowledgeResponse* response) override {
    Count("Acknowledge");
    {
      const std::lock_guard lock(mutex_);
      if (tamper_.swallow_acknowledgements) return grpc::Status::OK;
    }
    return upstream_.mailbox().Acknowledge(Onward(*call).get(), *request, response);
  }
  grpc::Status History(grpc::ServerContext* call, const v1::HistoryRequest* request,
                       v1::HistoryResponse* response) override {
    Count("History");
    const auto status = upstream_.mailbox().History(Onward(*call).get(), *request, response);
    Apply(&Tamper::history, *response);
    return status;
  }
  grpc::Status ReportRestore(grpc::ServerContext* call, const v1::ReportRestoreRequest* request,
                             v1::ReportRestoreResponse* response) override {
    Count("ReportRestore");
    return upstream_.mailbox().ReportRestore(Onward(*call).get(), *request, response);
  }

  grpc::Status Perform(grpc::ServerContext* call, const v1::PerformRequest* request,
                       v1::PerformResponse* response) override {
    Count("Perform");
    const auto status = upstream_.ledger().Perform(Onward(*call).get(), *request, response);
    Apply(&Tamper::performed, *response);
    return status;
  }
  grpc::Status ReadLedger(grpc::ServerContext* call, const v1::ReadLedgerRequest* request,
                          v1::ReadLedgerResponse* response) override {
    Count("ReadLedger");
    const auto status = upstream_.ledger().ReadLedger(Onward(*call).get(), *request, response);
    Apply(&Tamper::ledger, *response);
    return status;
  }

 private:
  void Count(const std::string& call) {
    const std::lock_guard lock(mutex_);
    calls_.push_back(call);
  }
  template <class Message>
  void Apply(std::function<void(Message&)> Tamper::*change, Message& message) {
    const std::lock_guard lock(mutex_);
    if (tamper_.*change) (tamper_.*change)(message);
  }

  WireChannel upstream_;
  std::mutex mutex_;
  Tamper tamper_;
  std::vector<std::string> calls_;
};

Middleman::Middleman(const PracticeProcess& practice)
    : Middleman(practice, ReadFile(practice.data() / "tls.key"),
                ReadFile(practice.data() / "tls.crt")) {}

Middleman::Middleman(const PracticeProcess& practice, const std::string& key,
                     const std::string& certificate)
    : services_(std::make_unique<Services>(practice.address())) {
  grpc::SslServerCredentialsOptions options;
  options.pem_key_cert_pairs.push_back({key, certificate});
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(options), &port);
  builder.RegisterService(static_cast<v1::Practice::Service*>(services_.get()));
  builder.RegisterService(static_cast<v1::Login::Service*>(services_.get()));
  builder.RegisterService(static_cast<v1::Directory::Service*>(services_.get()));
  builder.RegisterService(static_cast<v1::Ledger::Service*>(services_.get()));
  builder.RegisterService(static_cast<v1::Mailbox::Service*>(services_.get()));
  builder.RegisterService(static_cast<v1::Archive::Service*>(services_.get()));
  server_ = builder.BuildAndStart();
  if (!server_ || port == 0) throw std::runtime_error("the middleman cannot listen");
  address_ = "127.0.0.1:" + std::to_string(port);
}

Middleman::~Middleman() { server_->Shutdown(std::chrono::system_clock::now() + kStopMax); }

std::vector<std::string> Middleman::calls() const { return services_->calls(); }

void Middleman::Set(Tamper tamper) { services_->Set(std::move(tamper)); }

}  // namespace holdfast::test
