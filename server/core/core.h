// What the service does: a deterministic, single-threaded state machine over a
// Store. Every method runs on the committer's thread, inside its transaction. Nothing
// here waits, locks, reads a clock or draws randomness by itself.
//
// Life of a batch: BeginBatch, FireTimers, any number of requests, each within
// Attempt, SealBatch (signs the receipts and ledger entries), the store's Commit or
// Prepare, TakeWakes. If that did not happen, the next BeginBatch forgets the batch,
// and its requests and timers may be run again.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "holdfast/v1/archive.pb.h"
#include "holdfast/v1/directory.pb.h"
#include "holdfast/v1/ledger.pb.h"
#include "holdfast/v1/login.pb.h"
#include "holdfast/v1/mailbox.pb.h"
#include "holdfast/v1/practice.pb.h"
#include "server/core/engine/config.h"
#include "server/core/engine/damage.h"
#include "server/core/engine/engine_clock.h"
#include "server/core/engine/promise_counts.h"
#include "server/core/engine/timers.h"
#include "server/core/records/world.h"
#include "server/store/store.h"

namespace holdfast::server {

class Core {
 public:
  Core(CoreConfig config, const Clock& clock, Entropy& entropy);
  ~Core();

  // Reads or creates the practice's record (format number, incarnation, batch
  // counter). newer_format, wrong_practice (the store belongs to another key).
  absl::Status Open(Transaction& transaction, StoreLife life = StoreLife::kGoesOn);

  void BeginBatch();
  // For the requests that follow in this batch: without room nothing that adds to
  // the store is taken in (storage_full).
  void SetRoom(bool has_room);
  // Signs the batch's receipts, fills them into the responses of its sends, and
  // writes the batch's record.
  absl::Status SealBatch(Transaction& transaction);
  // The devices whose mailboxes grew in the batch that was just committed or prepared,
  // in the order in which they are to be told once it is durable.
  std::vector<DeviceId> TakeWakes();

  // A request of the batch. Where `request` refuses, nothing that it did is left: its
  // writes are rolled back to a savepoint, which is set before, and the batch forgets what
  // came from it.
  absl::Status Attempt(Transaction& transaction, absl::FunctionRef<absl::Status()> request);

  // Fires at most `max` timers that are due, in order, each under a savepoint of its
  // own. Before the batch's requests. Costs nothing while none is due.
  absl::StatusOr<TimersFired> FireTimers(Transaction& transaction, std::size_t max);
  // Milliseconds of boot time until FireTimers may have something to do, as this
  // batch leaves it: 0, now; kNoTimerMs, nothing is armed or timers are held. Clocks
  // may be set meanwhile: begin another batch after kTimerLookMs at the latest.
  absl::StatusOr<std::uint64_t> NextDue(Transaction& transaction);
  // By how much the first timer that has not fired is late, as this batch leaves it; 0 where
  // none is, or timers are held.
  std::uint64_t OverdueMs() const;
  // What became of promises in this batch.
  PromiseCounts promises() const;
  // As the newest batch found it.
  ClockState clock_state() const;
  // Bodies that were passed over since this was asked last, because the store could not
  // read them; at most kDamagedBodiesMax.
  std::vector<DamagedBody> TakeDamagedBodies();
  // What the engine's time was put to since this was asked last, if it was.
  std::optional<ClockStep> TakeClockStep();

  // --- without a token ---
  absl::Status Describe(Transaction& transaction, const v1::DescribeRequest& request,
                        v1::DescribeResponse& response);
  absl::Status Challenge(Transaction& transaction, const v1::ChallengeRequest& request,
                         v1::ChallengeResponse& response);
  absl::Status Authenticate(Transaction& transaction, const v1::AuthenticateRequest& request,
                            v1::AuthenticateResponse& response);
  absl::Status EnrollTherapist(Transaction& transaction, const v1::EnrollTherapistRequest& request,
                               v1::EnrollTherapistResponse& response);
  absl::Status GetInvitation(Transaction& transaction, const v1::GetInvitationRequest& request,
                             v1::GetInvitationResponse& response);
  absl::Status RedeemInvitation(Transaction& transaction,
                                const v1::RedeemInvitationRequest& request,
                                v1::RedeemInvitationResponse& response);
  absl::Status GetLink(Transaction& transaction, const v1::GetLinkRequest& request,
                       v1::NewDeviceResponse& response);
  absl::Status GetRecovery(Transaction& transaction, const v1::GetRecoveryRequest& request,
                           v1::NewDeviceResponse& response);

  // --- with a token, or another proof in the request ---
  absl::Status ChangeAccount(Transaction& transaction, const Caller& caller,
                             const v1::ChangeAccountRequest& request,
                             v1::ChangeAccountResponse& response);

  // --- with a token ---
  // token_missing, token_invalid or token_expired where every call with this token
  // would be refused so, for good. Any thread: it looks at nothing that changes.
  absl::Status CheckToken(const Caller& caller) const;
  absl::Status CreateInvitation(Transaction& transaction, const Caller& caller,
                                const v1::CreateInvitationRequest& request,
                                v1::CreateInvitationResponse& response);
  absl::Status WithdrawInvitation(Transaction& transaction, const Caller& caller,
                                  const v1::WithdrawInvitationRequest& request,
                                  v1::WithdrawInvitationResponse& response);
  absl::Status PublishPrekey(Transaction& transaction, const Caller& caller,
                             const v1::PublishPrekeyRequest& request,
                             v1::PublishPrekeyResponse& response);
  absl::Status GetDevices(Transaction& transaction, const Caller& caller,
                          const v1::GetDevicesRequest& request, v1::GetDevicesResponse& response);
  absl::Status SuspendDevice(Transaction& transaction, const Caller& caller,
                             const v1::SuspendDeviceRequest& request,
                             v1::SuspendDeviceResponse& response);
  absl::Status CreateLink(Transaction& transaction, const Caller& caller,
                          const v1::CreateLinkRequest& request, v1::CreateLinkResponse& response);
  absl::Status AppendArchive(Transaction& transaction, const Caller& caller,
                             const v1::AppendArchiveRequest& request,
                             v1::AppendArchiveResponse& response);
  absl::Status ReadArchive(Transaction& transaction, const Caller& caller,
                           const v1::ReadArchiveRequest& request,
                           v1::ReadArchiveResponse& response);
  absl::Status ListBonds(Transaction& transaction, const Caller& caller,
                         const v1::ListBondsRequest& request, v1::ListBondsResponse& response);
  // The receipt is complete only after SealBatch, and true only after Commit;
  // `response` must live until then.
  absl::Status Send(Transaction& transaction, const Caller& caller, const v1::SendRequest& request,
                    v1::SendResponse& response);
  // One page after request.cursor; `device` is whose mailbox it is, for the wake
  // registry. An empty page with caught_up is an answer like any other.
  absl::Status ReadMailbox(Transaction& transaction, const Caller& caller,
                           const v1::SubscribeRequest& request, DeviceId& device,
                           v1::SubscribeResponse& response);
  absl::Status Acknowledge(Transaction& transaction, const Caller& caller,
                           const v1::AcknowledgeRequest& request,
                           v1::AcknowledgeResponse& response);
  absl::Status History(Transaction& transaction, const Caller& caller,
                       const v1::HistoryRequest& request, v1::HistoryResponse& response);
  absl::Status ReportRestore(Transaction& transaction, const Caller& caller,
                             const v1::ReportRestoreRequest& request,
                             v1::ReportRestoreResponse& response);
  // Each act under a savepoint of its own, with a result of its own. The items are
  // complete after SealBatch, like a send's receipt.
  absl::Status Perform(Transaction& transaction, const Caller& caller,
                       const v1::PerformRequest& request, v1::PerformResponse& response);
  absl::Status ReadLedger(Transaction& transaction, const Caller& caller,
                          const v1::ReadLedgerRequest& request, v1::ReadLedgerResponse& response);

  // --- for the operator ---
  // A certificate was renewed, or a key exchanged: these are endorsed from now on.
  void SetTlsKeys(std::vector<TlsKeyInUse> keys);
  struct ClockReading {
    std::uint64_t wall_ms = 0;    // the machine's clock
    std::uint64_t engine_ms = 0;  // what slots, due times and reminders go by
    ClockState state = ClockState::kSteady;
  };
  ClockReading ReadClock() const;
  // The wall clock is right: held timers go on by it. What it showed.
  std::uint64_t ConfirmClock(Transaction& transaction);
  // The newest batch that was signed in this incarnation; 0: none yet.
  static absl::StatusOr<std::uint64_t> NewestBatch(Transaction& transaction);
  // A fresh enrolment code's text; the store keeps only a hash.
  absl::StatusOr<std::string> AddTherapist(Transaction& transaction);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace holdfast::server
