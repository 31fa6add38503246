#include "server/ops/clock.h"

#include <memory>
#include <string>

#include "rules/errors.h"
#include "server/ops/admin_socket.h"
#include "server/ops/configuration.h"
#include "server/ops/practice.h"
#include "server/runtime/log.h"

namespace holdfast::server {
namespace {

absl::StatusOr<std::string> ConfirmInStore(const DataDirectory& directory) {
  HOLDFAST_ASSIGN_OR_RETURN(const Configuration configuration,
                            ReadConfiguration(directory.configuration()));
  HOLDFAST_ASSIGN_OR_RETURN(const TlsIdentity tls, ReadTlsIdentity(directory));
  HOLDFAST_ASSIGN_OR_RETURN(const std::unique_ptr<Practice> practice,
                            Practice::Open(directory, tls, configuration.name, configuration));
  const std::unique_ptr<Transaction> transaction = practice->store().Begin();
  const std::uint64_t confirmed_ms = practice->core().ConfirmClock(*transaction);
  if (transaction->Commit() != CommitOutcome::kCommitted) {
    return Refuse(Reason::kStorageFailed, "", "cannot write to the store: is the disk full?");
  }
  return std::to_string(confirmed_ms);
}

}  // namespace

absl::StatusOr<std::string> ConfirmClock(const std::filesystem::path& data) {
  HOLDFAST_ASSIGN_OR_RETURN(const DataDirectory directory, DataDirectory::Open(data));
  HOLDFAST_ASSIGN_OR_RETURN(const auto lock, directory.TryLock());
  if (lock) return ConfirmInStore(directory);
  return AskAdmin(directory, kClockConfirm);
}

void ConfirmClockWhileServing(Committer& committer,
                              const std::function<void(absl::StatusOr<std::string>)>& done) {
  const auto confirmed = std::make_shared<std::string>();
  const absl::Status submitted = committer.Submit(
      false,
      [confirmed](Core& core, Transaction& transaction) {
        *confirmed = std::to_string(core.ConfirmClock(transaction));
        return absl::OkStatus();
      },
      [confirmed, done](const absl::Status& outcome) {
        if (outcome.ok()) {
          done(*confirmed);
        } else {
          done(outcome);
        }
      });
  if (!submitted.ok()) done(submitted);
}

void LogClock(ClockState state) {
  switch (state) {
    case ClockState::kSteady:
      return Log(LogLevel::kInfo, "clock_believed");
    case ClockState::kAhead:
      return Log(LogLevel::kWarning, "clock_ahead",
                 {{"effect", "slots, due times and reminders wait; messages go on"},
                  {"advice", "if the clock is right, run holdfastd clock confirm"}});
    case ClockState::kBehind:
      return Log(LogLevel::kWarning, "clock_set_back",
                 {{"effect", "slots, due times and reminders wait until it has caught up"},
                  {"advice", "if the clock is right, run holdfastd clock confirm"}});
  }
}

}  // namespace holdfast::server
