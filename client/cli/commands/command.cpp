#include "client/cli/commands/command.h"

#include <algorithm>

#include "client/cli/terminal/input.h"
#include "client/cli/words/json.h"
#include "client/words/alarm_words.h"
#include "rules/errors.h"

namespace holdfast::client::cli {

bool AsksPeople(const Context& context) { return CanAsk() && !context.out.as_json(); }

namespace {

using Declare = Command (*)(CLI::App& app);

// As the help shows them, one under the other.
struct CommandGroup {
  const char* title;
  std::vector<Declare> commands;
};

std::vector<CommandGroup> CommandGroups() {
  return {
      {"Every day",
       {NextCommand, StatusCommand, CaseloadCommand, CheckinCommand, InboxCommand, ShowCommand,
        ReplyCommand, WitnessCommand, SendCommand, DraftsCommand, WatchCommand, SyncCommand}},
      {"When something is hard", {ResourcesCommand, LandedCommand, SeenCommand}},
      {"Showing up",
       {RhythmCommand, AvailabilityCommand, PromiseCommand, AheadCommand, PauseCommand,
        ResumeCommand, FormsCommand}},
      {"Looking back, and taking along",
       {SearchCommand, KeepCommand, UnkeepCommand, TrendCommand, ExportCommand, ImportCommand,
        CalendarCommand, LedgerCommand}},
      {"Beginning and ending",
       {EnrollCommand, InviteCommand, InvitationsCommand, JoinCommand, RenameCommand, EndCommand,
        EraseCommand}},
      {"Your devices",
       {UnlockCommand, LockCommand, PassphraseCommand, DevicesCommand, LinkCommand, RecoverCommand,
        RecoveryCommand, DoctorCommand}},
      {"For shells", {CompletionCommand, ManualCommand}},
  };
}

}  // namespace

std::vector<Command> DeclareCommands(CLI::App& app) {
  std::vector<Command> commands;
  for (const CommandGroup& group : CommandGroups()) {
    for (const Declare declare : group.commands) {
      commands.push_back(declare(app));
      commands.back().app->group(group.title);
    }
  }
  return commands;
}

absl::StatusOr<std::unique_ptr<Device>> OpenDevice(const Context& context, Reads reads) {
  HOLDFAST_ASSIGN_OR_RETURN(std::unique_ptr<Device> device, Device::Open(context.profile));
  const bool may_read = reads == Reads::kImportedToo && device->reads_only();
  if (device->reads_only() && !may_read) return device->engine().Devices().status();
  if (!device->engine().has_account() && !may_read) {
    return Refuse(Reason::kVaultMissing, "",
                  "the profile \"" + context.profile.name() +
                      "\" has no account yet. Finish what was begun here first (\"holdfast "
                      "join\", \"enroll\", \"link\" or \"recover\"); it goes on where it stopped");
  }
  return device;
}

absl::Status WithDevice(Context& context, const std::function<absl::Status(Device&)>& work,
                        Reads reads) {
  HOLDFAST_ASSIGN_OR_RETURN(const std::unique_ptr<Device> device, OpenDevice(context, reads));
  if (AsksPeople(context)) {
    device->OnSlow([&context] { context.out.Aside(kTrying); });
  }
  absl::Status status = work(*device);
  if (device->is_open()) ShowAlarms(context, *device);
  return status;
}

void ShowAlarms(Context& context, Device& device, bool as_events) {
  const auto tell = [&](const std::vector<Alarm>& alarms) {
    std::string words;
    Json documents = Json::array();
    for (const Alarm& alarm : alarms) {
      words += (words.empty() ? "" : "\n") + AlarmInWords(alarm, device.now_ms());
      documents.push_back(AlarmJson(alarm));
    }
    context.out.Warn(words, {{"alarms", documents}});
    if (!as_events) context.out.Notice(documents);
    for (const Json& alarm : documents) {
      if (as_events) context.out.Event({{"event", "alarm"}, {"alarm", alarm}});
    }
    const bool is_news = std::all_of(alarms.begin(), alarms.end(),
                                     [](const Alarm& alarm) { return IsNews(alarm.kind); });
    if (!context.has_acted && !is_news) context.exit_code = kAlarmExitCode;
  };
  const absl::Status told = device.engine().TellAlarms(tell);
  if (!told.ok()) context.out.Fail(told);
}

}  // namespace holdfast::client::cli
