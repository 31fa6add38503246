// A device's way to the practice, over a network that loses, repeats, delays and
// cuts. Behind it stands the real core.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "client/core/outside/transport.h"
#include "simulation/device_process.h"
#include "simulation/key_book.h"
#include "simulation/practice.h"

namespace holdfast::simulation {

// What all devices share.
struct Network {
  Timeline& timeline;
  Trace& trace;
  const FaultRates& rates;
  Practice& practice;
  StoredBook& stored;
  ScheduleBook& schedule;
  KeyBook& keys;
  Randomness random;
  bool is_cut = false;  // nobody reaches the practice
};

class DeviceTransport final : public client::Transport {
 public:
  DeviceTransport(Network& network, DeviceProcess& process, std::string name)
      : network_(network), process_(process), name_(std::move(name)) {}

  // Of an earlier run of the program: nobody waits for anything any more.
  void Forget();

  void Open(const std::string& address) override;
  void Close() override;
  std::optional<TlsKeyHash> ObservedTlsKey() const override { return observed_; }
  void PinTlsKey(const TlsKeyHash&) override {}
  void SetToken(Bytes token) override { token_ = std::move(token); }

  void Describe(const v1::DescribeRequest&, client::Done<v1::DescribeResponse>) override;
  void Challenge(const v1::ChallengeRequest&, client::Done<v1::ChallengeResponse>) override;
  void Authenticate(const v1::AuthenticateRequest&,
                    client::Done<v1::AuthenticateResponse>) override;
  void EnrollTherapist(const v1::EnrollTherapistRequest&,
                       client::Done<v1::EnrollTherapistResponse>) override;
  void CreateInvitation(const v1::CreateInvitationRequest&,
                        client::Done<v1::CreateInvitationResponse>) override;
  void WithdrawInvitation(const v1::WithdrawInvitationRequest&,
                          client::Done<v1::WithdrawInvitationResponse>) override;
  void GetInvitation(const v1::GetInvitationRequest&,
                     client::Done<v1::GetInvitationResponse>) override;
  void RedeemInvitation(const v1::RedeemInvitationRequest&,
                        client::Done<v1::RedeemInvitationResponse>) override;
  void PublishPrekey(const v1::PublishPrekeyRequest&,
                     client::Done<v1::PublishPrekeyResponse>) override;
  void GetDevices(const v1::GetDevicesRequest&, client::Done<v1::GetDevicesResponse>) override;
  void ChangeAccount(const v1::ChangeAccountRequest&,
                     client::Done<v1::ChangeAccountResponse>) override;
  void SuspendDevice(const v1::SuspendDeviceRequest&,
                     client::Done<v1::SuspendDeviceResponse>) override;
  void CreateLink(const v1::CreateLinkRequest&, client::Done<v1::CreateLinkResponse>) override;
  void GetLink(const v1::GetLinkRequest&, client::Done<v1::NewDeviceResponse>) override;
  void GetRecovery(const v1::GetRecoveryRequest&, client::Done<v1::NewDeviceResponse>) override;
  void AppendArchive(const v1::AppendArchiveRequest&,
                     client::Done<v1::AppendArchiveResponse>) override;
  void ReadArchive(const v1::ReadArchiveRequest&, client::Done<v1::ReadArchiveResponse>) override;
  void ListBonds(const v1::ListBondsRequest&, client::Done<v1::ListBondsResponse>) override;
  void Send(const v1::SendRequest&, client::Done<v1::SendResponse>) override;
  void Acknowledge(const v1::AcknowledgeRequest&, client::Done<v1::AcknowledgeResponse>) override;
  void History(const v1::HistoryRequest&, client::Done<v1::HistoryResponse>) override;
  void ReportRestore(const v1::ReportRestoreRequest&,
                     client::Done<v1::ReportRestoreResponse>) override;
  void Perform(const v1::PerformRequest&, client::Done<v1::PerformResponse>) override;
  void ReadLedger(const v1::ReadLedgerRequest&, client::Done<v1::ReadLedgerResponse>) override;
  void Subscribe(const v1::SubscribeRequest&, Subscription) override;
  void NextPage() override;
  void Unsubscribe() override { stream_.reset(); }

 private:
  // What becomes of a call; `fails` says to the caller that it did not work.
  struct Way {
    bool arrives = true;
    bool twice = false;
    bool answered = true;
    std::uint64_t delay_ms = 0;
  };
  struct Stream {
    v1::SubscribeRequest request;
    Subscription subscription;
    bool caught_up = false;
    bool reading = false;
    bool awaits_more = false;  // has a page to give when something comes
    DeviceId device;
  };

  Way DrawWay();
  std::uint64_t Latency();
  // Registers the caller; exactly one of the two comes, once.
  std::uint64_t Register(std::function<void(const absl::Status&)> fail);
  void Fail(std::uint64_t call, std::uint64_t after_ms, const absl::Status& status);

  template <class Request, class Response, class Method>
  void Call(std::string_view method, bool grows, const Request& request,
            client::Done<Response> done, Method ask);
  template <class Request, class Response>
  void CallOpen(std::string_view method, bool grows,
                absl::Status (server::Core::*ask)(server::Transaction&, const Request&, Response&),
                const Request& request, client::Done<Response> done);
  template <class Request, class Response>
  void CallWithToken(std::string_view method, bool grows,
                     absl::Status (server::Core::*ask)(server::Transaction&, const server::Caller&,
                                                       const Request&, Response&),
                     const Request& request, client::Done<Response> done);

  void ReadPage(const std::shared_ptr<Stream>& stream);
  void TakePage(const std::shared_ptr<Stream>& stream, v1::SubscribeResponse page);
  void AwaitMore(const std::shared_ptr<Stream>& stream);
  void EndStream(const std::shared_ptr<Stream>& stream, std::uint64_t after_ms,
                 const absl::Status& status);

  Network& network_;
  DeviceProcess& process_;
  const std::string name_;
  Bytes token_;
  std::optional<TlsKeyHash> observed_;
  bool half_open_ = false;
  std::uint64_t calls_ = 0;
  std::map<std::uint64_t, std::function<void(const absl::Status&)>> waiting_;
  std::shared_ptr<Stream> stream_;
};

}  // namespace holdfast::simulation
