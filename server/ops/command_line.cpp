#include "server/ops/command_line.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "rules/command_words.h"
#include "server/ops/check/check_command.h"

namespace holdfast::server {
namespace {

void AddServe(CLI::App& app, CommandLine& line) {
  CLI::App* const serve = app.add_subcommand("serve", "Serve until SIGTERM or Ctrl-C");
  AddData(serve, line);
  serve
      ->add_option("--listen", line.options.listen,
                   "Where to listen, instead of what the settings say; port 0 takes a free one.\n"
                   "E.g. 0.0.0.0:7443 or [::]:7443")
      ->type_name("HOST:PORT");
  serve->add_option("--config", line.options.config, "Settings, instead of DIR/holdfast.toml")
      ->type_name("FILE");
  CLI::Option* const anew = serve->add_flag_callback(
      "--new-store", [&line] { line.options.store = StoreStart::kNewStore; },
      "The store is lost and there is no backup: begin a new one. The devices are told, and\n"
      "bring back what they hold. For one start only");
  serve
      ->add_flag_callback(
          "--restored", [&line] { line.options.store = StoreStart::kRestored; },
          "The store is older than what was acknowledged (an older db/ was put back, or the end\n"
          "of its log is lost): serve it. The devices are told and send again what is missing.\n"
          "For one start only")
      ->excludes(anew);
  serve->footer(
      "Sockets that a service manager hands over (holdfastd.socket) are used instead of what the\n"
      "settings say.\n\n"
      "SIGHUP reads the log level and the TLS certificate again, as the owner of the directory: a\n"
      "--config that only root can read is read at the start alone.");
}

bool TakesWords(const CLI::App& command) {
  const auto options = command.get_options();
  return std::any_of(options.begin(), options.end(),
                     [](const CLI::Option* option) { return option->get_positional(); });
}

}  // namespace

void AddData(CLI::App* command, CommandLine& line) {
  command
      ->add_option(
          "--data", line.options.data,
          std::string("The practice's directory; may be left out where it is ") + kUsualData)
      ->type_name("DIR");
  command->final_callback([&line] {
    std::error_code ignored;
    if (!line.options.data.empty()) return;
    if (!std::filesystem::is_directory(kUsualData, ignored)) throw CLI::RequiredError("--data");
    line.options.data = kUsualData;
  });
}

void AddCommands(CLI::App& app, CommandLine& line) {
  CLI::App* const init =
      app.add_subcommand("init", "Make a new practice: keys, certificate, settings");
  AddData(init, line);
  init->add_option("--name", line.name,
                   "Host name or address that clients reach it by, e.g. practice.example. Without\n"
                   "it the practice can be reached from this machine only")
      ->type_name("HOST");
  AddServe(app, line);
  CLI::App* const therapist = app.add_subcommand("therapist", "The therapists of the practice");
  therapist->require_subcommand(1);
  AddData(therapist->add_subcommand(
              "add", "Print a one-time enrolment code on the last line; works while serving"),
          line);
  CLI::App* const clock = app.add_subcommand("clock", "The clock that due times go by");
  clock->require_subcommand(1);
  CLI::App* const confirm = clock->add_subcommand(
      "confirm",
      "Say that this machine's clock is right, after the log said that timers wait because it\n"
      "jumped or was set back. Shows both times and asks; works while serving");
  AddData(confirm, line);
  confirm->add_flag("--yes", line.yes, "Do not ask: the machine's clock is right");
  AddBackupCommands(app, line);
  AddCheckCommand(app, line);
  CLI::App* const completion =
      app.add_subcommand("completion", "Print what a shell completes of these commands");
  completion->add_option("SHELL", line.shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  app.add_subcommand("manual", "Print the manual page: holdfastd manual | man -l -");
  app.add_subcommand("version", "Print the version");
  app.add_subcommand("help", "Print this, or the help of a command: holdfastd help serve");
}

std::vector<std::string> NamesOf(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  return names;
}

CommandPath FollowCommands(CLI::App& app, const std::vector<std::string>& words) {
  CommandPath path{&app, ""};
  for (const std::string& word : words) {
    const std::vector<std::string> names = NamesOf(*path.command);
    if (names.empty() || word.starts_with('-')) break;
    if (std::find(names.begin(), names.end(), word) == names.end()) {
      // It is what the command is about.
      if (TakesWords(*path.command) && NearestWord(word, names).empty()) break;
      path.unknown = word;
      break;
    }
    path.command = path.command->get_subcommand(word);
  }
  return path;
}

}  // namespace holdfast::server
