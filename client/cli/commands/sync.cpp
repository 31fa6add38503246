// sync: exchanges what is waiting, and shows nothing.
#include "client/cli/commands/command.h"
#include "client/cli/words/json.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

std::string Counted(std::size_t count, const std::string& what) {
  return std::to_string(count) + " " + what;
}

absl::Status RunSync(Context& context) {
  return WithDevice(context, [&](Device& device) -> absl::Status {
    HOLDFAST_ASSIGN_OR_RETURN(const SyncReport report, device.Sync(kWholeSyncMs));
    std::string words = Counted(report.received, "received, ") + Counted(report.sent, "sent");
    if (report.waiting > 0) words += Counted(report.waiting, "still queued").insert(0, ", ");
    if (report.refused > 0) {
      words +=
          Counted(report.refused, "not accepted by the practice (\"holdfast status\" says why)")
              .insert(0, ", ");
    }
    context.out.Say("Up to date: " + words + ".");
    context.out.Document({{"received", report.received},
                          {"sent", report.sent},
                          {"not_accepted", report.refused},
                          {"queued", report.waiting}});
    return absl::OkStatus();
  });
}

}  // namespace

Command SyncCommand(CLI::App& app) {
  return {app.add_subcommand("sync", "Send what waits, and fetch what is new; shows no messages"),
          RunSync};
}

}  // namespace holdfast::client::cli
