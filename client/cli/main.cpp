// holdfast: the command line of a client or a therapist.
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <clocale>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "client/cli/commands/command.h"
#include "client/cli/commands/help.h"
#include "client/cli/terminal/output.h"
#include "client/cli/terminal/profile.h"
#include "client/cli/words/json.h"
#include "client/cli/words/words.h"
#include "rules/errors.h"
#include "rules/version.h"

namespace holdfast::client::cli {
namespace {

constexpr std::string_view kAbout =
    "Holdfast: staying in touch between therapy sessions, readable by the two of you alone.";
constexpr std::string_view kFooter =
    "Environment: HOLDFAST_HOME holds the profiles (default: ~/.local/share/holdfast), "
    "HOLDFAST_PASSPHRASE unlocks one (else it is asked for, but for a while after \"holdfast "
    "unlock\", which keeps its agent in XDG_RUNTIME_DIR).\n\n"
    "With --json, or where standard input or standard error is no terminal, nothing but the "
    "passphrase is asked: what is needed and not given is refused.\n\n"
    "Nothing is signed unseen: at a terminal it is shown and asked, unless --yes is given; "
    "elsewhere what was signed is said.\n\n"
    "Exit codes: 0 done, 1 this device, or you chose not to, 2 usage, 3 refused by the practice, 4 "
    "practice unreachable, 5 something is not as it was sealed, signed or promised; what was "
    "written or decided and is where it belongs all the same ends with its own.\n";

// A file or socket that is opened later must not take the place of a standard stream
// that was closed: words meant for a person would go into it. Using one of them fails.
void FillStandardStreams() {
  int file = 0;
  do {
    const bool is_input = fcntl(STDIN_FILENO, F_GETFD) < 0;
    file = open("/dev/null", is_input ? O_WRONLY : O_RDONLY);
  } while (file >= 0 && file <= STDERR_FILENO);
  if (file >= 0) close(file);
}

// Words and keys are in memory: none of them ends in a file after a crash, and no other
// process of this user looks into it. Where the system does not do so, it goes on.
void ForbidCoreDumps() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0);
}

// What was asked for has been seen, or that it was not is said.
absl::Status CheckShown() {
  if (std::cout.flush()) return absl::OkStatus();
  return Refuse(Reason::kStorageFailed, "",
                "the answer could not be written to standard output, so it is not complete; what "
                "was done is done");
}

// Before the arguments have been understood.
bool WantsJson(const std::vector<std::string>& words) {
  return std::find(words.begin(), words.end(), "--json") != words.end();
}

Command VersionCommand(CLI::App& app) {
  return {app.add_subcommand("version", "Print the version"), [](Context& context) {
            context.out.Say(std::string("holdfast ") + kVersion);
            context.out.Document({{"version", kVersion}});
            return absl::OkStatus();
          }};
}

// What a person asked for with --help; a program gets it, too.
int SayHelp(const CLI::App& app, Output& out) {
  const std::string help = HelpOf(app);
  out.Document({{"help", help}});
  out.Finish();
  if (!out.as_json()) std::cout << help;
  const absl::Status shown = CheckShown();
  if (!shown.ok()) out.Fail(shown);
  return ExitCodeOf(shown);
}

// "help" and the command that it is about, as the parser understands them.
void TakeHelp(std::vector<std::string>& words) {
  auto first = words.begin();
  while (first != words.end() && first->starts_with("--")) {
    first += *first == "--profile" && first + 1 != words.end() ? 2 : 1;
  }
  if (first == words.end() || *first != "help") return;
  words.erase(first);
  words.emplace_back("--help");
}

std::string FirstLineOf(std::string text) { return text.substr(0, text.find('\n')); }

absl::Status RunChosen(const std::vector<Command>& commands, const std::string& profile_name,
                       Output& out, int& exit_code) {
  const auto chosen = std::find_if(commands.begin(), commands.end(),
                                   [](const Command& command) { return command.app->parsed(); });
  if (chosen == commands.end()) {
    return Refuse(Reason::kUsage, "",
                  "say what to do, for example \"holdfast inbox\". See \"holdfast help\"");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const Profile profile, Profile::Named(profile_name));
  Context context{out, profile};
  const absl::Status status = chosen->run(context);
  exit_code = context.exit_code;
  return status;
}

int Main(int count, char** arguments) {
  CLI::App app(std::string(kAbout), "holdfast");
  std::string profile = "default";
  bool as_json = false;
  app.set_version_flag("--version", std::string("holdfast ") + kVersion);
  app.add_option("--profile", profile, "Which profile of this device to use")->type_name("NAME");
  app.add_flag("--json", as_json, "One JSON document on standard output");
  app.footer(std::string(kFooter) + "\n" + std::string(kNoEmergencyService));
  app.require_subcommand(0, 1);
  app.fallthrough();
  std::vector<Command> commands = DeclareCommands(app);
  commands.push_back(VersionCommand(app));
  app.add_subcommand("help", "Print this, or the help of a command: holdfast help rhythm");
  JoinFooters(app);

  std::vector<std::string> words(arguments + 1, arguments + count);
  Output out(WantsJson(words));
  TakeHelp(words);
  const CommandPath path = Follow(app, words);
  absl::Status status = CheckCodes(path, words);
  if (status.ok() && !path.unknown.empty()) status = Unknown(path);
  if (!status.ok()) {
    out.Fail(status);
    return ExitCodeOf(status);
  }
  std::reverse(words.begin(), words.end());  // as the parser takes them
  try {
    app.parse(std::move(words));
  } catch (const CLI::CallForHelp&) {
    return SayHelp(app, out);
  } catch (const CLI::Success& version) {
    out.Document({{"version", kVersion}});
    out.Finish();
    return out.as_json() ? 0 : app.exit(version);
  } catch (const CLI::ParseError& error) {
    status =
        Refuse(Reason::kUsage, "", FirstLineOf(error.what()) + ". See \"" + HelpFor(path) + "\"");
    out.Fail(status);
    return ExitCodeOf(status);
  }
  int exit_code = 0;
  status = RunChosen(commands, profile, out, exit_code);
  out.Finish();
  if (status.ok()) status = CheckShown();
  if (!status.ok()) out.Fail(status);
  return exit_code == kAlarmExitCode || status.ok() ? exit_code : ExitCodeOf(status);
}

}  // namespace
}  // namespace holdfast::client::cli

int main(int count, char** arguments) {
  try {
    std::setlocale(LC_CTYPE, "");  // which characters this terminal shows
    holdfast::client::cli::FillStandardStreams();
    holdfast::client::cli::ForbidCoreDumps();
    return holdfast::client::cli::Main(count, arguments);
  } catch (const std::exception& error) {
    const absl::Status status =
        holdfast::Refuse(holdfast::Reason::kInternal, "",
                         std::string("something went wrong in Holdfast itself (") + error.what() +
                             "). What was written before is safe; please report it");
    holdfast::client::cli::Output(false).Fail(status);
    return holdfast::ExitCodeOf(status);
  }
}
