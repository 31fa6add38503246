// The way to the practice. Calls are asynchronous; every callback comes on the
// engine's executor, exactly once, also after Close() (with unreachable). A
// deadline of kCallTimeoutMs applies to each call but the subscription.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "client/core/outside/done.h"
#include "holdfast/v1/archive.pb.h"
#include "holdfast/v1/directory.pb.h"
#include "holdfast/v1/ledger.pb.h"
#include "holdfast/v1/login.pb.h"
#include "holdfast/v1/mailbox.pb.h"
#include "holdfast/v1/practice.pb.h"
#include "rules/identifiers.h"

namespace holdfast::client {

inline constexpr std::uint64_t kCallTimeoutMs = 20'000;

class Transport {
 public:
  virtual ~Transport() = default;

  // Where to connect: host:port. Closes what was open.
  virtual void Open(const std::string& address) = 0;
  virtual void Close() = 0;

  // The key that the practice showed in the TLS handshake; nullopt before the
  // first answered call.
  virtual std::optional<TlsKeyHash> ObservedTlsKey() const = 0;
  // From now on a handshake with any other key fails (wrong_practice) before a
  // byte of a request leaves. Until it is called, only Describe may be.
  virtual void PinTlsKey(const TlsKeyHash& key) = 0;
  // Goes with every later call; empty for none.
  virtual void SetToken(Bytes token) = 0;

  virtual void Describe(const v1::DescribeRequest&, Done<v1::DescribeResponse>) = 0;
  virtual void Challenge(const v1::ChallengeRequest&, Done<v1::ChallengeResponse>) = 0;
  virtual void Authenticate(const v1::AuthenticateRequest&, Done<v1::AuthenticateResponse>) = 0;
  virtual void EnrollTherapist(const v1::EnrollTherapistRequest&,
                               Done<v1::EnrollTherapistResponse>) = 0;
  virtual void CreateInvitation(const v1::CreateInvitationRequest&,
                                Done<v1::CreateInvitationResponse>) = 0;
  virtual void WithdrawInvitation(const v1::WithdrawInvitationRequest&,
                                  Done<v1::WithdrawInvitationResponse>) = 0;
  virtual void GetInvitation(const v1::GetInvitationRequest&, Done<v1::GetInvitationResponse>) = 0;
  virtual void RedeemInvitation(const v1::RedeemInvitationRequest&,
                                Done<v1::RedeemInvitationResponse>) = 0;
  virtual void PublishPrekey(const v1::PublishPrekeyRequest&, Done<v1::PublishPrekeyResponse>) = 0;
  virtual void GetDevices(const v1::GetDevicesRequest&, Done<v1::GetDevicesResponse>) = 0;
  // The token goes along where there is one; a request that carries another proof needs none.
  virtual void ChangeAccount(const v1::ChangeAccountRequest&, Done<v1::ChangeAccountResponse>) = 0;
  virtual void SuspendDevice(const v1::SuspendDeviceRequest&, Done<v1::SuspendDeviceResponse>) = 0;
  virtual void CreateLink(const v1::CreateLinkRequest&, Done<v1::CreateLinkResponse>) = 0;
  virtual void GetLink(const v1::GetLinkRequest&, Done<v1::NewDeviceResponse>) = 0;
  virtual void GetRecovery(const v1::GetRecoveryRequest&, Done<v1::NewDeviceResponse>) = 0;
  virtual void AppendArchive(const v1::AppendArchiveRequest&, Done<v1::AppendArchiveResponse>) = 0;
  virtual void ReadArchive(const v1::ReadArchiveRequest&, Done<v1::ReadArchiveResponse>) = 0;
  virtual void ListBonds(const v1::ListBondsRequest&, Done<v1::ListBondsResponse>) = 0;
  virtual void Send(const v1::SendRequest&, Done<v1::SendResponse>) = 0;
  virtual void Acknowledge(const v1::AcknowledgeRequest&, Done<v1::AcknowledgeResponse>) = 0;
  virtual void History(const v1::HistoryRequest&, Done<v1::HistoryResponse>) = 0;
  virtual void Perform(const v1::PerformRequest&, Done<v1::PerformResponse>) = 0;
  virtual void ReadLedger(const v1::ReadLedgerRequest&, Done<v1::ReadLedgerResponse>) = 0;
  virtual void ReportRestore(const v1::ReportRestoreRequest&, Done<v1::ReportRestoreResponse>) = 0;

  // One subscription at a time; a new one ends the old silently. The next page is
  // read from the network only after NextPage(), so a slow reader holds one page.
  struct Subscription {
    std::function<void(v1::SubscribeResponse)> page;
    std::function<void(absl::Status)> end;  // OK where the server had no more to give
  };
  virtual void Subscribe(const v1::SubscribeRequest&, Subscription) = 0;
  virtual void NextPage() = 0;
  virtual void Unsubscribe() = 0;
};

}  // namespace holdfast::client
