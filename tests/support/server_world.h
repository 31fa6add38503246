// A practice in memory for tests of the server's core: fake clock and entropy,
// real keys and signatures, and the same life of a batch that the committer gives
// it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "crypto/public/device.h"
#include "crypto/public/practice.h"
#include "rules/header.h"
#include "rules/limits.h"
#include "server/core/core.h"
#include "server/store/memory_store.h"

namespace holdfast::server {

class FakeClock : public Clock {
 public:
  std::uint64_t WallMs() const override { return wall_ms; }
  std::uint64_t BootMs() const override { return boot_ms; }
  Bytes BootId() const override { return boot_id; }
  bool Synchronised() const override { return synchronised; }
  void Advance(std::uint64_t ms) {
    wall_ms += ms;
    boot_ms += ms;
  }

  std::uint64_t wall_ms = 1'790'000'000'000;  // September 2026
  std::uint64_t boot_ms = 1'000'000;
  Bytes boot_id = "first start";
  bool synchronised = false;
};

class FakeEntropy : public Entropy {
 public:
  Bytes Draw(std::size_t bytes) override;

 private:
  std::uint64_t drawn_ = 0;
};

// An account with its one device, as its owner holds it.
struct TestDevice {
  crypto::SigningKey account_key;
  crypto::SigningKey device_key;
  AccountKey account;
  DeviceId id;
  crypto::Certificate certificate;
  Hash list_hash;
  v1::Registration registration;
  mutable Bytes token;  // of the newest LogIn

  Caller caller() const { return {token}; }
};

// A bond of two devices that are logged in.
struct TestBond {
  BondId id;
  TestDevice therapist;
  TestDevice client;
  v1::RedeemInvitationRequest redemption;
  v1::RedeemInvitationResponse redeemed;
};

class ServerWorld {
 public:
  using Ask = std::function<absl::Status(Core&, Transaction&)>;

  ServerWorld();

  // One batch with the timers that are due and these requests, each under its own
  // savepoint, committed.
  std::vector<absl::Status> RunBatch(const std::vector<Ask>& asks);
  absl::Status Run(const Ask& ask) { return RunBatch({ask}).front(); }
  // kill -9 and a new process over what was committed.
  void Restart();
  // Both clocks go on, and timers fire at their time.
  void Pass(std::uint64_t ms);
  // Batches until no timer is due any more.
  void FireDue();

  crypto::SigningKey DrawKey();
  TestDevice MakeDevice();
  crypto::Signed MakePrekey(const TestDevice& device, std::uint32_t id);

  // The operator's part and the therapist's. Without an enrolment token the
  // request is ready but for that.
  Bytes AddTherapist();
  v1::EnrollTherapistRequest Enrolment(const TestDevice& device, const Bytes& token) const;
  TestDevice EnrolledTherapist();
  v1::SignedStatement MakeInvitation(const TestDevice& therapist,
                                     std::uint64_t expires_in_ms = limits::kInvitationMs);
  v1::SignedStatement MakeWithdrawal(const TestDevice& therapist,
                                     const v1::SignedStatement& invitation);
  v1::RedeemInvitationRequest Redemption(const v1::SignedStatement& invitation,
                                         const TestDevice& client) const;
  // A new client of this therapist.
  TestBond FormBond(TestDevice therapist);
  TestBond FormBond() { return FormBond(EnrolledTherapist()); }

  v1::SignedStatement MakeLogin(const TestDevice& device, std::uint64_t generation = 1);
  void LogIn(const TestDevice& device);
  // Where its token is not good any more.
  void LogInAgain(const TestDevice& device) {
    if (!core->CheckToken(device.caller()).ok()) LogIn(device);
  }

  // From one party of the bond to the other, as a client would seal it.
  Header MakeHeader(const TestBond& bond, const TestDevice& sender, Kind kind = Kind::kNote);
  v1::SendRequest MakeSend(const TestBond& bond, const TestDevice& sender, const Header& header);
  v1::SendRequest MakeSend(const TestBond& bond, const TestDevice& sender,
                           Kind kind = Kind::kNote) {
    return MakeSend(bond, sender, MakeHeader(bond, sender, kind));
  }
  absl::Status Send(const TestDevice& sender, const v1::SendRequest& request,
                    v1::SendResponse& response);
  absl::StatusOr<v1::SubscribeResponse> Read(const TestDevice& device, const v1::Cursor& cursor);
  // The whole mailbox, page by page.
  std::vector<v1::Entry> ReadAll(const TestDevice& device, v1::Cursor cursor = {});
  absl::Status Acknowledge(const TestDevice& device, const v1::Cursor& cursor);

  const MemoryStore::Rows& rows() const { return store.rows(); }
  // All but the engine clock's own row, which is written as time passes.
  MemoryStore::Rows RowsButClock() const;

  FakeClock clock;
  FakeEntropy entropy;
  MemoryStore store;
  crypto::SigningSeed practice_seed;
  PracticeKey practice;
  TlsKeyHash tls_key;
  std::unique_ptr<Core> core;
  std::vector<DeviceId> wakes;  // of the newest batch
  std::size_t timers_max = 32;  // that a batch fires
  TimersFired fired;            // in the newest batch
};

v1::SignedStatement Carried(const crypto::Signed& from);

}  // namespace holdfast::server
