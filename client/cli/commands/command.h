// What every command of `holdfast` is made of.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "client/cli/commands/device.h"
#include "client/cli/terminal/output.h"
#include "client/cli/terminal/profile.h"
#include "rules/retry.h"

namespace holdfast::client::cli {

struct Context {
  Output& out;
  const Profile& profile;
  // Where a command's own work went well, but is not all good: `doctor` with
  // something to attend to.
  int exit_code = 0;
  // Something was written, decided or changed, and is where it belongs, so that whoever repeats
  // the command does it twice: its exit code says that, and not that there were alarms.
  bool has_acted = false;
};

struct Command {
  CLI::App* app = nullptr;  // the subcommand, with its options declared
  std::function<absl::Status(Context&)> run;
};

// Each declares itself below `app`, in a file of its own.
Command EnrollCommand(CLI::App& app);
Command InviteCommand(CLI::App& app);
Command InvitationsCommand(CLI::App& app);
Command JoinCommand(CLI::App& app);
Command CheckinCommand(CLI::App& app);
Command SendCommand(CLI::App& app);
Command ReplyCommand(CLI::App& app);
Command ImportCommand(CLI::App& app);
Command InboxCommand(CLI::App& app);
Command ShowCommand(CLI::App& app);
Command SearchCommand(CLI::App& app);
Command KeepCommand(CLI::App& app);
Command UnkeepCommand(CLI::App& app);
Command EraseCommand(CLI::App& app);
Command LandedCommand(CLI::App& app);
Command SeenCommand(CLI::App& app);
Command FormsCommand(CLI::App& app);
Command TrendCommand(CLI::App& app);
Command ResourcesCommand(CLI::App& app);
Command RhythmCommand(CLI::App& app);
Command AvailabilityCommand(CLI::App& app);
Command PromiseCommand(CLI::App& app);
Command AheadCommand(CLI::App& app);
Command PauseCommand(CLI::App& app);
Command ResumeCommand(CLI::App& app);
Command EndCommand(CLI::App& app);
Command LedgerCommand(CLI::App& app);
Command CalendarCommand(CLI::App& app);
Command ExportCommand(CLI::App& app);
Command SyncCommand(CLI::App& app);
Command WatchCommand(CLI::App& app);
Command WitnessCommand(CLI::App& app);
Command StatusCommand(CLI::App& app);
Command CaseloadCommand(CLI::App& app);
Command DoctorCommand(CLI::App& app);
Command DraftsCommand(CLI::App& app);
Command NextCommand(CLI::App& app);
Command RenameCommand(CLI::App& app);
Command PassphraseCommand(CLI::App& app);
Command UnlockCommand(CLI::App& app);
Command LockCommand(CLI::App& app);
Command DevicesCommand(CLI::App& app);
Command LinkCommand(CLI::App& app);
Command RecoverCommand(CLI::App& app);
Command RecoveryCommand(CLI::App& app);
Command CompletionCommand(CLI::App& app);
Command ManualCommand(CLI::App& app);
// All of them, in the order of the help.
std::vector<Command> DeclareCommands(CLI::App& app);

// A person sits in front, and no program reads along. Otherwise nothing but the passphrase is
// asked: what is needed and not given is refused, so that there always is a document.
bool AsksPeople(const Context& context);

// Commands that only show take a profile that holds an imported history as well; the others say
// kindly that nothing is written there.
enum class Reads : std::uint8_t { kOwn, kImportedToo };
// The device, which must have an account: vault_missing and what opening it says.
absl::StatusOr<std::unique_ptr<Device>> OpenDevice(const Context& context,
                                                   Reads reads = Reads::kOwn);
// Opens it, does the work and then shows new alarms on standard error, whatever became of the work.
absl::Status WithDevice(Context& context, const std::function<absl::Status(Device&)>& work,
                        Reads reads = Reads::kOwn);
// Shows alarms not yet shown; the process then ends with the exit code for them, unless the
// command has acted.
// Each an event of its own for programs where the command goes on.
void ShowAlarms(Context& context, Device& device, bool as_events = false);

// The exit code of a process that told an alarm and did nothing else.
inline constexpr int kAlarmExitCode = 5;

}  // namespace holdfast::client::cli
