// A malicious practice: it holds the practice's real TLS key, so a device takes it
// for the practice, and passes every call on, changed as the test says.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "support/practice_process.h"
#include "support/wire_channel.h"

namespace holdfast::test {

// What to change; what is not set passes as it is. Called on the server's threads,
// one at a time.
struct Tamper {
  std::function<void(v1::DescribeResponse&)> describe;
  std::function<void(v1::AuthenticateResponse&)> authenticated;
  std::function<void(v1::GetInvitationResponse&)> invitation;
  std::function<void(v1::RedeemInvitationRequest&)> redeem;
  std::function<void(v1::RedeemInvitationResponse&)> redeemed;
  std::function<void(v1::GetDevicesResponse&)> devices;
  // A failed status is the answer, and nothing is passed on.
  std::function<grpc::Status(v1::SendRequest&)> send;
  // May answer instead of the practice: return true, and nothing is passed on.
  std::function<bool(const v1::SendRequest&, v1::SendResponse&)> swallow;
  std::function<void(const v1::SendRequest&, v1::SendResponse&)> sent;
  std::function<void(v1::SubscribeResponse&)> page;
  std::function<void(v1::HistoryResponse&)> history;
  std::function<void(v1::ListBondsResponse&)> bonds;
  // What a link code or a recovery code opens.
  std::function<void(v1::NewDeviceResponse&)> opened;
  std::function<void(v1::ReadArchiveResponse&)> archive;
  // Entries of a bond's ledger, as answers; those of the mailbox are in `page`.
  std::function<void(v1::PerformResponse&)> performed;
  std::function<void(v1::ReadLedgerResponse&)> ledger;
  // Says that it changed the account, and does not.
  bool swallow_changes = false;
  // Says that it suspended a device, and does not.
  bool swallow_suspensions = false;
  // Answers acknowledgements by itself, so that made-up positions pass.
  bool swallow_acknowledgements = false;
  // The whole answer has been lost on the way back: the device sees no answer.
  std::function<bool(const v1::SendRequest&)> lose_answer;
};

class Middleman {
 public:
  // The practice must be running, and go on running.
  explicit Middleman(const PracticeProcess& practice);
  ~Middleman();

  const std::string& address() const { return address_; }
  // Shows a key of its own choosing instead.
  Middleman(const PracticeProcess& practice, const std::string& key,
            const std::string& certificate);
  // From the next call on.
  void Set(Tamper tamper);
  // The calls that arrived, by name, in order.
  std::vector<std::string> calls() const;

 private:
  class Services;

  std::string address_;
  std::unique_ptr<Services> services_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace holdfast::test
