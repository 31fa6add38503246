#include "server/ops/therapist.h"

#include <memory>
#include <utility>

#include "crypto/public/enrolment_code.h"
#include "rules/errors.h"
#include "server/ops/admin_socket.h"
#include "server/ops/configuration.h"
#include "server/ops/practice.h"

namespace holdfast::server {
namespace {

absl::StatusOr<std::string> AddInStore(const DataDirectory& directory) {
  HOLDFAST_ASSIGN_OR_RETURN(const Configuration configuration,
                            ReadConfiguration(directory.configuration()));
  const int port = PortOf(configuration.listen);
  if (port == 0 && PortOf(configuration.name) == 0) {
    return Refuse(Reason::kUsage, "listen",
                  "the port is only known while serving: start `holdfastd serve` first, then add "
                  "the therapist");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const TlsIdentity tls, ReadTlsIdentity(directory));
  HOLDFAST_ASSIGN_OR_RETURN(
      const std::unique_ptr<Practice> practice,
      Practice::Open(directory, tls, AdvertisedAddress(configuration.name, port), configuration));
  const std::unique_ptr<Transaction> transaction = practice->store().Begin();
  practice->core().BeginBatch();
  HOLDFAST_ASSIGN_OR_RETURN(std::string code, practice->core().AddTherapist(*transaction));
  HOLDFAST_RETURN_IF_ERROR(practice->core().SealBatch(*transaction));
  if (transaction->Commit() != CommitOutcome::kCommitted) {
    return Refuse(Reason::kStorageFailed, "", "cannot write to the store: is the disk full?");
  }
  return code;
}

}  // namespace

absl::StatusOr<NewTherapist> AddTherapist(const std::filesystem::path& data) {
  HOLDFAST_ASSIGN_OR_RETURN(const DataDirectory directory, DataDirectory::Open(data));
  HOLDFAST_ASSIGN_OR_RETURN(const auto lock, directory.TryLock());
  NewTherapist added;
  added.is_served = !lock;
  HOLDFAST_ASSIGN_OR_RETURN(added.code,
                            lock ? AddInStore(directory) : AskAdmin(directory, kTherapistAdd));
  HOLDFAST_ASSIGN_OR_RETURN(const auto code, crypto::DecodeEnrolmentCode(added.code));
  added.address = code.address;
  return added;
}

void AddTherapistWhileServing(Committer& committer,
                              const std::function<void(absl::StatusOr<std::string>)>& done) {
  const auto code = std::make_shared<std::string>();
  const absl::Status submitted = committer.Submit(
      false,
      [code](Core& core, Transaction& transaction) -> absl::Status {
        HOLDFAST_ASSIGN_OR_RETURN(*code, core.AddTherapist(transaction));
        return absl::OkStatus();
      },
      [code, done](const absl::Status& outcome) {
        if (outcome.ok()) {
          done(*code);
        } else {
          done(outcome);
        }
      });
  if (!submitted.ok()) done(submitted);
}

}  // namespace holdfast::server
