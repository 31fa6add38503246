#include "server/core/core.h"

#include <utility>

#include "server/core/archive/archive.h"
#include "server/core/engine/savepoint.h"
#include "server/core/firing.h"
#include "server/core/foresight.h"
#include "server/core/ledger/acts.h"
#include "server/core/ledger/ledger.h"
#include "server/core/mail/history.h"
#include "server/core/mail/reading.h"
#include "server/core/mail/sending.h"
#include "server/core/members/account_changes.h"
#include "server/core/members/accounts.h"
#include "server/core/members/bonds.h"
#include "server/core/members/enrolment.h"
#include "server/core/members/invitations.h"
#include "server/core/members/links.h"
#include "server/core/members/login.h"
#include "server/core/members/practice.h"
#include "server/core/members/redemption.h"
#include "server/core/members/restore.h"
#include "server/core/members/suspensions.h"

namespace holdfast::server {

struct Core::State : Context {
  using Context::Context;
};

Core::Core(CoreConfig config, const Clock& clock, Entropy& entropy)
    : state_(std::make_unique<State>(std::move(config), clock, entropy)) {}
Core::~Core() = default;

absl::Status Core::Open(Transaction& transaction, StoreLife life) {
  HOLDFAST_RETURN_IF_ERROR(OpenPractice(*state_, transaction, life));
  return state_->engine_clock.Open(transaction);
}

void Core::BeginBatch() {
  state_->engine_clock.Observe();
  state_->schedule.BatchBegins();
  state_->batch.Begin();
  state_->logins.BatchBegins();
}

void Core::SetRoom(bool has_room) { state_->batch.SetRoom(has_room); }

absl::Status Core::SealBatch(Transaction& transaction) {
  EngineClock& clock = state_->engine_clock;
  if (transaction.has_writes() || clock.wants_write()) clock.WriteSometimes(transaction);
  return state_->batch.Seal(transaction, state_->config.practice, clock.now_ms());
}

std::vector<DeviceId> Core::TakeWakes() {
  state_->batch.KeepTrees(state_->receipts);
  state_->logins.BatchCommitted();
  state_->schedule.BatchCommitted();
  state_->engine_clock.BatchCommitted();
  return state_->batch.TakeWakes();
}

absl::Status Core::Attempt(Transaction& transaction, absl::FunctionRef<absl::Status()> request) {
  Savepoint savepoint(*state_, transaction);
  absl::Status outcome = request();
  if (!outcome.ok()) savepoint.RollBack();
  return outcome;
}

absl::Status Core::Describe(Transaction& transaction, const v1::DescribeRequest&,
                            v1::DescribeResponse& response) {
  return server::Describe(*state_, transaction, response);
}

absl::Status Core::Challenge(Transaction&, const v1::ChallengeRequest&,
                             v1::ChallengeResponse& response) {
  return server::Challenge(*state_, response);
}

absl::Status Core::Authenticate(Transaction& transaction, const v1::AuthenticateRequest& request,
                                v1::AuthenticateResponse& response) {
  return server::Authenticate(*state_, transaction, request, response);
}

absl::Status Core::EnrollTherapist(Transaction& transaction,
                                   const v1::EnrollTherapistRequest& request,
                                   v1::EnrollTherapistResponse& response) {
  return server::EnrollTherapist(*state_, transaction, request, response);
}

absl::Status Core::GetInvitation(Transaction& transaction, const v1::GetInvitationRequest& request,
                                 v1::GetInvitationResponse& response) {
  return server::GetInvitation(*state_, transaction, request, response);
}

absl::Status Core::RedeemInvitation(Transaction& transaction,
                                    const v1::RedeemInvitationRequest& request,
                                    v1::RedeemInvitationResponse& response) {
  return server::RedeemInvitation(*state_, transaction, request, response);
}

absl::Status Core::CheckToken(const Caller& caller) const {
  return state_->logins.CheckToken(caller.token, state_->clock.BootMs()).status();
}

absl::Status Core::CreateInvitation(Transaction& transaction, const Caller& caller,
                                    const v1::CreateInvitationRequest& request,
                                    v1::CreateInvitationResponse& response) {
  return server::CreateInvitation(*state_, transaction, caller, request, response);
}

absl::Status Core::WithdrawInvitation(Transaction& transaction, const Caller& caller,
                                      const v1::WithdrawInvitationRequest& request,
                                      v1::WithdrawInvitationResponse& response) {
  return server::WithdrawInvitation(*state_, transaction, caller, request, response);
}

absl::Status Core::PublishPrekey(Transaction& transaction, const Caller& caller,
                                 const v1::PublishPrekeyRequest& request,
                                 v1::PublishPrekeyResponse& response) {
  return server::PublishPrekey(*state_, transaction, caller, request, response);
}

absl::Status Core::GetDevices(Transaction& transaction, const Caller& caller,
                              const v1::GetDevicesRequest& request,
                              v1::GetDevicesResponse& response) {
  return server::GetDevices(*state_, transaction, caller, request, response);
}

absl::Status Core::ChangeAccount(Transaction& transaction, const Caller& caller,
                                 const v1::ChangeAccountRequest& request,
                                 v1::ChangeAccountResponse& response) {
  return server::ChangeAccount(*state_, transaction, caller, request, response);
}

absl::Status Core::SuspendDevice(Transaction& transaction, const Caller& caller,
                                 const v1::SuspendDeviceRequest& request,
                                 v1::SuspendDeviceResponse& response) {
  return server::SuspendDevice(*state_, transaction, caller, request, response);
}

absl::Status Core::CreateLink(Transaction& transaction, const Caller& caller,
                              const v1::CreateLinkRequest& request,
                              v1::CreateLinkResponse& response) {
  return server::CreateLink(*state_, transaction, caller, request, response);
}

absl::Status Core::GetLink(Transaction& transaction, const v1::GetLinkRequest& request,
                           v1::NewDeviceResponse& response) {
  return server::GetLink(*state_, transaction, request, response);
}

absl::Status Core::GetRecovery(Transaction& transaction, const v1::GetRecoveryRequest& request,
                               v1::NewDeviceResponse& response) {
  return server::GetRecovery(*state_, transaction, request, response);
}

absl::Status Core::AppendArchive(Transaction& transaction, const Caller& caller,
                                 const v1::AppendArchiveRequest& request,
                                 v1::AppendArchiveResponse& response) {
  return server::AppendArchive(*state_, transaction, caller, request, response);
}

absl::Status Core::ReadArchive(Transaction& transaction, const Caller& caller,
                               const v1::ReadArchiveRequest& request,
                               v1::ReadArchiveResponse& response) {
  return server::ReadArchive(*state_, transaction, caller, request, response);
}

absl::Status Core::ListBonds(Transaction& transaction, const Caller& caller,
                             const v1::ListBondsRequest& request, v1::ListBondsResponse& response) {
  return server::ListBonds(*state_, transaction, caller, request, response);
}

absl::Status Core::Send(Transaction& transaction, const Caller& caller,
                        const v1::SendRequest& request, v1::SendResponse& response) {
  return server::Send(*state_, transaction, caller, request, response);
}

absl::Status Core::ReadMailbox(Transaction& transaction, const Caller& caller,
                               const v1::SubscribeRequest& request, DeviceId& device,
                               v1::SubscribeResponse& response) {
  return server::ReadMailbox(*state_, transaction, caller, request, device, response);
}

absl::Status Core::Acknowledge(Transaction& transaction, const Caller& caller,
                               const v1::AcknowledgeRequest& request,
                               v1::AcknowledgeResponse& response) {
  return server::Acknowledge(*state_, transaction, caller, request, response);
}

absl::Status Core::History(Transaction& transaction, const Caller& caller,
                           const v1::HistoryRequest& request, v1::HistoryResponse& response) {
  return server::History(*state_, transaction, caller, request, response);
}

absl::Status Core::ReportRestore(Transaction& transaction, const Caller& caller,
                                 const v1::ReportRestoreRequest& request,
                                 v1::ReportRestoreResponse& response) {
  return server::ReportRestore(*state_, transaction, caller, request, response);
}

absl::Status Core::Perform(Transaction& transaction, const Caller& caller,
                           const v1::PerformRequest& request, v1::PerformResponse& response) {
  return server::Perform(*state_, transaction, caller, request, response);
}

absl::Status Core::ReadLedger(Transaction& transaction, const Caller& caller,
                              const v1::ReadLedgerRequest& request,
                              v1::ReadLedgerResponse& response) {
  return server::ReadLedger(*state_, transaction, caller, request, response);
}

absl::StatusOr<TimersFired> Core::FireTimers(Transaction& transaction, std::size_t max) {
  return FireDueTimers(
      *state_, transaction, max,
      [&](const Timer& timer) { return FireTimer(*state_, transaction, timer); },
      [&](std::span<const Timer> timers) { ReadAhead(transaction, timers); });
}

absl::StatusOr<std::uint64_t> Core::NextDue(Transaction& transaction) {
  return NextTimerDelay(*state_, transaction);
}

std::uint64_t Core::OverdueMs() const { return TimersOverdueMs(*state_); }

PromiseCounts Core::promises() const { return state_->batch.promises(); }

ClockState Core::clock_state() const { return state_->engine_clock.state(); }

void Core::SetTlsKeys(std::vector<TlsKeyInUse> keys) {
  state_->tls_keys = std::move(keys);
  state_->endorsements = Endorsements();
}

std::vector<DamagedBody> Core::TakeDamagedBodies() { return std::exchange(state_->damaged, {}); }

std::optional<ClockStep> Core::TakeClockStep() { return state_->engine_clock.TakeStep(); }

Core::ClockReading Core::ReadClock() const {
  return {state_->clock.WallMs(), state_->engine_clock.now_ms(), state_->engine_clock.state()};
}

std::uint64_t Core::ConfirmClock(Transaction& transaction) {
  state_->engine_clock.Confirm(transaction);
  return state_->engine_clock.now_ms();
}

absl::StatusOr<std::uint64_t> Core::NewestBatch(Transaction& transaction) {
  return server::NewestBatch(transaction);
}

absl::StatusOr<std::string> Core::AddTherapist(Transaction& transaction) {
  return server::AddTherapist(*state_, transaction);
}

}  // namespace holdfast::server
