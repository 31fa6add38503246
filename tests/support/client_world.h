// People with a device each and a practice, all in memory and in one thread: the
// real engine, the real server core, the real cryptography.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/core/engine.h"
#include "client/storage/memory_storage.h"
#include "holdfast/v1/content.pb.h"
#include "support/direct_transport.h"
#include "support/server_world.h"
#include "support/zones.h"

namespace holdfast::client {

// Runs what is posted; time passes only when nothing else is left to do.
class TestExecutor final : public Executor {
 public:
  explicit TestExecutor(server::FakeClock& clock) : clock_(clock) {}

  void Post(std::function<void()> work) override { ready_.push_back(std::move(work)); }
  void After(std::uint64_t delay_ms, std::function<void()> work) override {
    timers_.emplace(clock_.wall_ms + delay_ms, std::move(work));
  }

  void RunReady();
  // Everything that is due in the next `ms`, the clock moving along.
  void RunFor(std::uint64_t ms);

 private:
  server::FakeClock& clock_;
  std::deque<std::function<void()>> ready_;
  std::multimap<std::uint64_t, std::function<void()>> timers_;
};

class PracticeClock final : public Clock {
 public:
  explicit PracticeClock(const server::FakeClock& clock) : clock_(clock) {}
  std::uint64_t WallMs() const override {
    return clock_.WallMs() + static_cast<std::uint64_t>(ahead_ms);
  }
  std::int64_t ahead_ms = 0;  // this device's clock against the practice's

 private:
  const server::FakeClock& clock_;
};

class DrawnEntropy final : public Entropy {
 public:
  Bytes Draw(std::size_t bytes) override;
};

// One device. Its storage outlives its engine, as a disk does.
class TestPerson {
 public:
  TestPerson(server::ServerWorld& practice, TestExecutor& executor);

  // A new process over the same storage (or over these contents).
  void Reopen();
  void Reopen(MemoryContents contents);
  void Stop() { engine.reset(); }

  absl::StatusOr<Enrolled> Enroll(const std::string& code);
  absl::StatusOr<Enrolled> Join(const std::string& invitation);
  absl::StatusOr<std::string> Invite(const std::string& label = "",
                                     std::uint64_t valid_ms = limits::kInvitationMs);
  absl::StatusOr<SyncReport> Sync();
  absl::StatusOr<std::string> MakeLink(const std::string& recovery_code);
  absl::StatusOr<SyncReport> Link(const std::string& link_code);
  absl::StatusOr<SyncReport> Recover(const std::string& recovery_code);
  absl::StatusOr<std::vector<DeviceView>> Unlink(const DeviceId& device,
                                                 const std::string& recovery_code);
  absl::StatusOr<std::vector<DeviceView>> Suspend(const DeviceId& device);
  absl::StatusOr<std::string> NewCode(const std::string& recovery_code);
  absl::StatusOr<EnvelopeId> CheckIn(const std::string& note, v1::Need need = v1::NEED_REPLY);
  absl::StatusOr<EnvelopeId> Note(const std::string& text);
  absl::StatusOr<EnvelopeId> Ahead(const std::string& text, const Release& release,
                                   const std::optional<EnvelopeId>& promise = {});
  absl::StatusOr<EnvelopeId> Reply(const EnvelopeId& to, const std::string& text);

  // Decisions about the only bond.
  BondId bond();
  absl::StatusOr<ActId> SetHours(std::uint32_t reply_within_minutes);  // round the clock, in UTC
  absl::StatusOr<ActId> ProposeDaily(std::uint32_t at_minute, std::uint32_t window_minutes);
  StandingView Standing();
  std::vector<LedgerKind> LedgerKinds();

  std::vector<MessageView> Messages();
  // The texts of all messages, in the order shown.
  std::vector<std::string> Texts();
  MessageState StateOf(const EnvelopeId& id);
  std::vector<Alarm> TakeAlarms();
  std::vector<Reason> AlarmReasons();
  crypto::VaultKey Key() const { return key_.Clone(); }

  PracticeClock clock;
  MemoryStorage storage;
  MadeZones zones;  // knows "UTC"
  DirectTransport transport;
  std::unique_ptr<Engine> engine;

 private:
  template <class Result>
  absl::StatusOr<Result> Await(const std::function<void(Done<Result>)>& start);
  absl::StatusOr<EnvelopeId> Write(Draft draft);

  TestExecutor& executor_;
  DrawnEntropy entropy_;
  crypto::VaultKey key_ = crypto::VaultKey::Random();
};

std::string TextOf(const MessageView& view);

// A therapist and a client with a bond that both have taken in.
struct TestCouple {
  TestCouple();
  // Therapist and client without a bond yet.
  explicit TestCouple(bool bonded);

  std::string AddTherapist();
  // A new server process, with the endorsement of a new day.
  void RestartPractice() { practice.Restart(); }

  server::ServerWorld practice;
  TestExecutor executor;
  TestPerson therapist;
  TestPerson client;
  // Of the two accounts, where the bond was formed here.
  std::string therapist_code;
  std::string client_code;
};

// Like a device whose clock's battery is dead.
void SetTo1970(TestCouple& couple, TestPerson& person);

// Decided and not at the practice yet.
std::size_t WaitingActs(TestPerson& person);

bool Has(const std::vector<Reason>& reasons, Reason reason);

}  // namespace holdfast::client
