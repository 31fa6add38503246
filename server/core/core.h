// What the service does: a deterministic, single-threaded state machine over a
// Store. Every method runs on the committer's thread, inside its transaction; a
// refusal may leave writes behind, which the committer rolls back to the
// savepoint that it set before. Nothing here waits, locks, reads a clock or draws
// randomness by itself.
//
// Life of a batch: BeginBatch, any number of requests, SealBatch (signs the
// receipts), the store's Commit, TakeWakes. If the commit did not happen, the
// next BeginBatch forgets the batch, and its requests may be run again.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "crypto/public/practice.h"
#include "crypto/public/signature.h"
#include "holdfast/v1/directory.pb.h"
#include "holdfast/v1/login.pb.h"
#include "holdfast/v1/mailbox.pb.h"
#include "holdfast/v1/practice.pb.h"
#include "rules/limits.h"
#include "server/core/world.h"
#include "server/store/store.h"

namespace holdfast::server {

struct CoreConfig {
  crypto::SigningKey practice;
  std::vector<crypto::Signed> endorsements;   // of the TLS keys in use
  std::vector<TlsKeyHash> tls_keys;           // that a login may name
  std::string address;                        // host:port, goes into enrolment codes
  std::uint64_t token_ms = limits::kTokenMs;  // how long a login is good; at most that
};

// Who calls, as far as it could be told: the bytes of the authorization metadata
// (decoded), empty where there were none.
struct Caller {
  Bytes token;
};

class Core {
 public:
  Core(CoreConfig config, const Clock& clock, Entropy& entropy);
  ~Core();

  // Reads or creates the practice's record (format number, incarnation, batch
  // counter). newer_format, wrong_practice (the store belongs to another key).
  absl::Status Open(Transaction& transaction);

  // Without room nothing that adds to the store is taken in: storage_full.
  void BeginBatch(bool has_room = true);
  // Signs the batch's receipts, fills them into the responses of its sends, and
  // writes the batch's record.
  absl::Status SealBatch(Transaction& transaction);
  // The devices whose mailboxes grew in the batch that was just committed.
  std::vector<DeviceId> TakeWakes();

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

  // --- with a token ---
  absl::Status CreateInvitation(Transaction& transaction, const Caller& caller,
                                const v1::CreateInvitationRequest& request,
                                v1::CreateInvitationResponse& response);
  absl::Status PublishPrekey(Transaction& transaction, const Caller& caller,
                             const v1::PublishPrekeyRequest& request,
                             v1::PublishPrekeyResponse& response);
  absl::Status GetDevices(Transaction& transaction, const Caller& caller,
                          const v1::GetDevicesRequest& request, v1::GetDevicesResponse& response);
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

  // --- for the operator ---
  // A fresh enrolment code's text; the store keeps only a hash.
  absl::StatusOr<std::string> AddTherapist(Transaction& transaction);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace holdfast::server
