// doctor: checks of vault, practice and devices.
#include <sys/stat.h>

#include "client/cli/commands/command.h"
#include "client/cli/words/json.h"
#include "client/cli/words/kind_names.h"
#include "client/cli/words/text.h"
#include "client/cli/words/times.h"
#include "client/cli/words/words.h"
#include "rules/errors.h"
#include "rules/limits.h"

namespace holdfast::client::cli {
namespace {

struct Line {
  std::string_view check;  // for programs
  bool good = true;
  std::string what;
  absl::Status why = {};
};

constexpr int kSomethingToAttendTo = 1;

Line OnlyMine(std::string_view check, const std::filesystem::path& path) {
  struct stat about = {};
  if (stat(path.c_str(), &about) != 0)
    return {check, false, path.string() + " cannot be looked at."};
  if ((about.st_mode & 077) != 0) {
    return {
        check, false,
        "Others on this machine may reach " + path.string() + "; run: chmod go= " + path.string()};
  }
  return {check, true, "Only you can reach " + path.string() + "."};
}

Line ClockMakesSense(std::uint64_t now_ms, bool for_programs) {
  constexpr std::string_view kCheck = "clock-possible";
  if (now_ms < limits::kTimeMinMs || now_ms > limits::kTimeMaxMs) {
    return {kCheck, false, "This device's clock says " + Rfc3339(now_ms) + "; set it right."};
  }
  const std::string time = for_programs ? Rfc3339(now_ms) : WholeTime(now_ms);
  return {kCheck, true, "This device's clock says " + time + "."};
}

absl::Status RunDoctor(Context& context) {
  return WithDevice(context, [&](Device& device) -> absl::Status {
    std::vector<Line> lines = {OnlyMine("folder-private", context.profile.folder()),
                               OnlyMine("vault-private", context.profile.vault()),
                               ClockMakesSense(device.now_ms(), context.out.as_json())};
    HOLDFAST_ASSIGN_OR_RETURN(const auto examined, device.Await<std::vector<Finding>>(
                                                       [&](Done<std::vector<Finding>> done) {
                                                         device.engine().Examine(std::move(done));
                                                       },
                                                       kEnrolMs));
    for (const Finding& finding : examined) {
      lines.push_back({NameOf(finding.kind), finding.good, FindingInWords(finding), finding.why});
    }
    Json documents = Json::array();
    for (const Line& line : lines) {
      context.out.Say((line.good ? "ok         " : "attention  ") +
                      AsSentence(PrintableLine(line.what)));
      documents.push_back(
          {{"check", line.check},
           {"good", line.good},
           {"reason", line.why.ok() ? Json(nullptr) : Json(RowOf(ReasonOf(line.why)).name)},
           {"text", AsSentence(line.what)}});
      if (!line.good) context.exit_code = kSomethingToAttendTo;
    }
    context.out.Document({{"findings", documents}});
    return absl::OkStatus();
  });
}

}  // namespace

Command DoctorCommand(CLI::App& app) {
  return {app.add_subcommand("doctor", "Check this device, its vault and the way to the practice"),
          RunDoctor};
}

}  // namespace holdfast::client::cli
