#include "server/ops/clock.h"

#include <ctime>
#include <memory>
#include <sstream>
#include <string>
#include <utility>

#include "rules/errors.h"
#include "rules/limits.h"
#include "server/ops/admin_socket.h"
#include "server/ops/configuration.h"
#include "server/ops/practice.h"
#include "server/runtime/log.h"

namespace holdfast::server {
namespace {

absl::StatusOr<std::unique_ptr<Practice>> OpenStopped(const DataDirectory& directory) {
  HOLDFAST_ASSIGN_OR_RETURN(const Configuration configuration,
                            ReadConfiguration(directory.configuration()));
  HOLDFAST_ASSIGN_OR_RETURN(const TlsIdentity tls, ReadTlsIdentity(directory));
  return Practice::Open(directory, tls, configuration.name, configuration);
}

absl::StatusOr<std::string> ConfirmInStore(const DataDirectory& directory) {
  HOLDFAST_ASSIGN_OR_RETURN(const std::unique_ptr<Practice> practice, OpenStopped(directory));
  const std::unique_ptr<Transaction> transaction = practice->store().Begin();
  const std::uint64_t confirmed_ms = practice->core().ConfirmClock(*transaction);
  if (transaction->Commit() != CommitOutcome::kCommitted) {
    return Refuse(Reason::kStorageFailed, "", "cannot write to the store: is the disk full?");
  }
  return std::to_string(confirmed_ms);
}

// One line: the machine's clock, the practice's, and 1 where something waits.
std::string WriteReading(const Core::ClockReading& reading) {
  return std::to_string(reading.wall_ms) + " " + std::to_string(reading.engine_ms) + " " +
         (reading.state == ClockState::kSteady ? "0" : "1");
}

absl::StatusOr<ClockFacts> ReadReading(const std::string& line) {
  ClockFacts facts;
  std::istringstream words(line);
  if (words >> facts.machine_ms >> facts.practice_ms >> facts.waits) return facts;
  return Refuse(Reason::kUnreachable, "", "holdfastd did not say its time: try again in a moment");
}

absl::StatusOr<std::string> ShowInStore(const DataDirectory& directory) {
  HOLDFAST_ASSIGN_OR_RETURN(const std::unique_ptr<Practice> practice, OpenStopped(directory));
  return WriteReading(practice->core().ReadClock());
}

std::string Apart(std::uint64_t ms) {
  const std::uint64_t seconds = ms / limits::kSecondMs;
  if (seconds < 120) return std::to_string(seconds) + " seconds";
  const std::uint64_t minutes = seconds / 60;
  if (minutes < 120) return std::to_string(minutes) + " minutes";
  const std::uint64_t hours = minutes / 60;
  return hours < 48 ? std::to_string(hours) + " hours" : std::to_string(hours / 24) + " days";
}

const char* CauseOf(const ClockStep& step) {
  switch (step.cause) {
    case ClockStep::Cause::kStart:
      return "the machine was started";
    case ClockStep::Cause::kSystem:
      return "the system says that its clock is synchronised";
    case ClockStep::Cause::kOperator:
      break;
  }
  return "the operator confirmed it";
}

}  // namespace

std::string LocalTime(std::uint64_t time_ms) {
  const auto seconds = static_cast<std::time_t>(time_ms / limits::kSecondMs);
  std::tm parts{};
  char text[64];
  if (::localtime_r(&seconds, &parts) == nullptr ||
      std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S %Z", &parts) == 0) {
    return std::to_string(time_ms) + " ms";
  }
  return text;
}

std::string DescribeClock(const ClockFacts& facts) {
  const bool is_ahead = facts.machine_ms >= facts.practice_ms;
  const std::uint64_t apart_ms =
      is_ahead ? facts.machine_ms - facts.practice_ms : facts.practice_ms - facts.machine_ms;
  return "This machine's clock says:  " + LocalTime(facts.machine_ms) +
         "\nThe practice goes by:       " + LocalTime(facts.practice_ms) + "\nThe machine is " +
         Apart(apart_ms) + (is_ahead ? " ahead.\n" : " behind.\n");
}

absl::StatusOr<ClockFacts> ShowClock(const std::filesystem::path& data) {
  HOLDFAST_ASSIGN_OR_RETURN(const DataDirectory directory, DataDirectory::Open(data));
  HOLDFAST_ASSIGN_OR_RETURN(const auto lock, directory.TryLock());
  HOLDFAST_ASSIGN_OR_RETURN(const std::string line,
                            lock ? ShowInStore(directory) : AskAdmin(directory, kClockShow));
  return ReadReading(line);
}

absl::StatusOr<std::string> ConfirmClock(const std::filesystem::path& data) {
  HOLDFAST_ASSIGN_OR_RETURN(const DataDirectory directory, DataDirectory::Open(data));
  HOLDFAST_ASSIGN_OR_RETURN(const auto lock, directory.TryLock());
  if (lock) return ConfirmInStore(directory);
  return AskAdmin(directory, kClockConfirm);
}

namespace {

using Told = std::function<void(absl::StatusOr<std::string>)>;

// What `ask` answers on the committer's thread.
void AskWhileServing(Committer& committer, std::function<std::string(Core&, Transaction&)> ask,
                     const Told& done) {
  const auto answer = std::make_shared<std::string>();
  const absl::Status submitted = committer.Submit(
      false,
      [answer, ask = std::move(ask)](Core& core, Transaction& transaction) {
        *answer = ask(core, transaction);
        return absl::OkStatus();
      },
      [answer, done](const absl::Status& outcome) {
        if (outcome.ok()) {
          done(*answer);
        } else {
          done(outcome);
        }
      });
  if (!submitted.ok()) done(submitted);
}

}  // namespace

void ShowClockWhileServing(Committer& committer, const Told& done) {
  AskWhileServing(
      committer, [](Core& core, Transaction&) { return WriteReading(core.ReadClock()); }, done);
}

void ConfirmClockWhileServing(Committer& committer, const Told& done) {
  AskWhileServing(
      committer,
      [](Core& core, Transaction& transaction) {
        return std::to_string(core.ConfirmClock(transaction));
      },
      done);
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

void LogClockStep(const ClockStep& step) {
  const bool is_ahead = step.to_ms >= step.from_ms;
  const std::uint64_t apart_ms = is_ahead ? step.to_ms - step.from_ms : step.from_ms - step.to_ms;
  const bool is_large = apart_ms > kClockAheadMsMax;
  Log(is_large ? LogLevel::kWarning : LogLevel::kInfo, "clock_taken",
      {{"from", LocalTime(step.from_ms)},
       {"to", LocalTime(step.to_ms)},
       {"jump", (is_ahead ? "+" : "-") + Apart(apart_ms)},
       {"because", CauseOf(step)}});
}

}  // namespace holdfast::server
