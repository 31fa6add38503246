// After the practice restored an older copy of its store: everything that it may
// have lost is offered again, under the old ids and in the old order, before
// anything new (crypto/PROTOCOL.md).
#pragma once

#include "client/core/outside/task.h"
#include "client/core/people/connection.h"
#include "client/core/people/directory.h"
#include "client/core/people/enrolment.h"
#include "client/core/vault/context.h"

namespace holdfast::client {

// Which life of the store is answering. The first one is remembered; another one
// is a restore: the cursor starts again, all that was sealed and has not been seen
// to arrive waits to be sent again, prekey and open invitations are published
// again, and the person is told once. True where it was a restore.
absl::StatusOr<bool> TakeIncarnation(VaultChange& change, const Incarnation& incarnation,
                                     std::uint64_t now_ms);

class Restoring {
 public:
  Restoring(Context context, Connection& connection, Enrolment& enrolment)
      : context_(context), connection_(connection), enrolment_(enrolment) {}

  // Compares the practice's bonds with the vault's, and what it last signed with
  // what it has. A client's bond that it lost is formed again; where it lost
  // something that it signed for, it is shown its own signature and begins a new
  // life.
  Task<absl::Status> CompareBonds();

  // What the practice called each other party's devices in that.
  const Directory::Shown& shown_devices() const { return shown_devices_; }

  // Notices which life is answering, as TakeIncarnation does. One that was left already
  // is a copy from before the newest: the practice is shown what it signed since, so that
  // it begins a life of its own, and only where it has all of that it goes on in the old.
  Task<absl::StatusOr<bool>> TakeLife(Incarnation incarnation);

  // Shows the practice what it signed until it admits a loss. True where a life began
  // that this device did not know.
  using Evidence = std::vector<v1::ReportRestoreRequest>;
  Task<absl::StatusOr<bool>> Report(Evidence evidence);
  // The newest batch, the highest receipts and the newest ledger entries.
  absl::StatusOr<Evidence> AllEvidence();

 private:
  struct Comparison {
    std::vector<BondId> lost;  // a client's, to be formed again
    Evidence evidence;
    std::vector<BondId> swapped;  // formed with other people than the vault's
  };
  absl::StatusOr<bool> Take(const Incarnation& incarnation);
  absl::StatusOr<v1::ListBondsRequest> AskForBonds() const;
  absl::Status AlarmOfSwapped(const std::vector<BondId>& bonds);
  absl::StatusOr<Comparison> Compare(const v1::ListBondsResponse& listed);

  Context context_;
  Connection& connection_;
  Enrolment& enrolment_;
  Directory::Shown shown_devices_;
};

}  // namespace holdfast::client
