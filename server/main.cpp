// holdfastd: reads the command line and hands over to server/ops. Start reading
// with Serve() in server/ops/serve.cpp.
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "crypto/public/secret.h"
#include "rules/command_words.h"
#include "rules/errors.h"
#include "rules/version.h"
#include "server/ops/clock.h"
#include "server/ops/exit_codes.h"
#include "server/ops/init.h"
#include "server/ops/owner.h"
#include "server/ops/serve.h"
#include "server/ops/therapist.h"

namespace holdfast::server {
namespace {

struct CommandLine {
  ServeOptions options;
  std::string name;
  bool yes = false;
};

int Report(const absl::Status& status) {
  if (status.ok()) return kExitOk;
  const absl::string_view message = status.message();
  std::fprintf(stderr, "holdfastd: %.*s\n", static_cast<int>(message.size()), message.data());
  return ReasonOf(status) == Reason::kUsage ? kExitUsage : kExitFailure;
}

// To standard output, which may be a full disk or a closed pipe: `lost` says what that
// means.
int Say(const std::string& text, const char* lost) {
  const bool is_written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (is_written && std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return kExitOk;
  const std::string reason = std::strerror(errno);
  std::fprintf(stderr, "holdfastd: cannot write the answer: %s. %s\n", reason.c_str(), lost);
  return kExitFailure;
}

int Init(const CommandLine& line) {
  const absl::Status made = InitPractice(line.options.data, line.name);
  if (!made.ok()) return Report(made);
  const std::string data = line.options.data.string();
  return Say("A practice was made in " + data +
                 ".\n"
                 "\n"
                 "Back up " +
                 data +
                 "/practice.key now and keep it safe: whoever has it can pass for this practice,\n"
                 "and without it the practice cannot prove who it is. Settings are in " +
                 data +
                 "/holdfast.toml.\n"
                 "\n"
                 "Next:\n"
                 "  holdfastd serve --data " +
                 data +
                 "\n"
                 "  holdfastd therapist add --data " +
                 data + "\n",
             "The practice was made.");
}

int TherapistAdd(const CommandLine& line) {
  const auto added = AddTherapist(line.options.data);
  if (!added.ok()) return Report(added.status());
  const std::string when =
      added->is_served ? ""
                       : "Nobody serves this practice just now: before the code is used, start\n"
                         "`holdfastd serve` so that it is reached there.\n";
  return Say(
      "Give this code to the therapist in person. It can be used once, within 7 days, with\n"
      "`holdfast enroll`. It leads to " +
          added->address + ".\n" + when + "\n" + added->code + "\n",
      "The code is in nobody's hands and expires by itself: run this again.");
}

// Asked on the terminal, where there is one.
bool Agrees() {
  std::fputs("Is this machine's clock right, and should the practice go by it? [y/N] ", stdout);
  (void)std::fflush(stdout);
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

int ClockConfirm(const CommandLine& line) {
  const auto facts = ShowClock(line.options.data);
  if (!facts.ok()) return Report(facts.status());
  if (!facts->waits) {
    return Say("Nothing waits: the practice goes by this machine's clock, " +
                   LocalTime(facts->machine_ms) + ".\n",
               "Nothing was changed.");
  }
  const int said = Say(DescribeClock(*facts), "Nothing was changed.");
  if (said != kExitOk) return said;
  if (!line.yes && ::isatty(STDIN_FILENO) == 0) {
    return Report(Refuse(Reason::kUsage, "yes",
                         "nothing was changed: look at both times, then say --yes if this "
                         "machine's is right"));
  }
  if (!line.yes && !Agrees()) return Say("Nothing was changed.\n", "Nothing was changed.");
  const auto confirmed = ConfirmClock(line.options.data);
  if (!confirmed.ok()) return Report(confirmed.status());
  return Say(
      facts->machine_ms >= facts->practice_ms
          ? "The machine's clock is taken. Slots, due times and reminders go on by it. If it "
            "turns\n"
            "out to be wrong: set it right, then run this again.\n"
          : "The machine's clock is taken. Slots, due times and reminders go on by it. What was\n"
            "stored while the practice was ahead keeps its times. If that is much, put back the\n"
            "backup from before: the devices send again what is newer.\n",
      "The clock was confirmed.");
}

void AddData(CLI::App* command, CommandLine& line) {
  command->add_option("--data", line.options.data, "The practice's directory")
      ->required()
      ->type_name("DIR");
}

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
  serve->footer("SIGHUP reads the log level and the TLS certificate again.");
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
  app.add_subcommand("version", "Print the version");
  app.add_subcommand("help", "Print this, or the help of a command: holdfastd help serve");
}

std::vector<std::string> NamesOf(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  return names;
}

// Follows `words` down the commands: the last one that they name, and the word that names
// none, if there is one.
struct Path {
  CLI::App* command;
  std::string unknown;
};
Path Follow(CLI::App& app, const std::vector<std::string>& words) {
  Path path{&app, ""};
  for (const std::string& word : words) {
    const std::vector<std::string> names = NamesOf(*path.command);
    if (names.empty() || word.starts_with('-')) break;
    if (std::find(names.begin(), names.end(), word) == names.end()) {
      path.unknown = word;
      break;
    }
    path.command = path.command->get_subcommand(word);
  }
  return path;
}

int Unknown(const Path& path) {
  const std::string text = NoSuchCommand(path.unknown, NamesOf(*path.command));
  std::fprintf(stderr, "holdfastd: %s\n", text.c_str());
  return kExitUsage;
}

int Dispatch(const CLI::App& app, const CommandLine& line) {
  // Whatever is made belongs to this user alone, and by root's hand to the directory's owner.
  ::umask(077);
  if (const absl::Status owner = BecomeOwnerOf(line.options.data); !owner.ok()) {
    return Report(owner);
  }
  if (const absl::Status ready = crypto::Initialise(); !ready.ok()) return Report(ready);
  if (app.got_subcommand("init")) return Init(line);
  if (app.got_subcommand("serve")) return Serve(line.options);
  return app.got_subcommand("clock") ? ClockConfirm(line) : TherapistAdd(line);
}

int Run(int argc, char** argv) {
  CommandLine line;
  CLI::App app(
      "holdfastd is a Holdfast practice: it stores sealed messages between therapy clients and\n"
      "their therapists, and cannot read them.",
      "holdfastd");
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("holdfastd ") + kVersion);
  app.footer(
      "Exit codes: 0 done, 1 failed, 2 not understood, 71 ran out of open files (start again),\n"
      "74 a write to the disk failed (look at the disk; do not restart by itself), 75 did not "
      "stop\n"
      "in time.");
  AddCommands(app, line);

  std::vector<std::string> words(argv + 1, argv + argc);
  const bool wants_help = !words.empty() && words.front() == "help";
  if (wants_help) words.erase(words.begin());
  const Path path = Follow(app, words);
  if (!path.unknown.empty()) return Unknown(path);
  if (wants_help) words.emplace_back("--help");
  std::reverse(words.begin(), words.end());  // as the parser takes them
  try {
    app.parse(std::move(words));
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? Say("", "") : kExitUsage;
  }
  if (app.got_subcommand("version")) return Say(std::string("holdfastd ") + kVersion + "\n", "");
  return Dispatch(app, line);
}

}  // namespace
}  // namespace holdfast::server

int main(int argc, char** argv) {
  try {
    return holdfast::server::Run(argc, argv);
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "holdfastd: %s\n", exception.what());
    return holdfast::server::kExitFailure;
  }
}
