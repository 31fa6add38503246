// holdfastd: reads the command line and hands over to server/ops. Start reading
// with Serve() in server/ops/serve.cpp.
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>

#include "crypto/public/secret.h"
#include "rules/errors.h"
#include "rules/version.h"
#include "server/ops/clock.h"
#include "server/ops/exit_codes.h"
#include "server/ops/init.h"
#include "server/ops/serve.h"
#include "server/ops/therapist.h"

namespace holdfast::server {
namespace {

struct CommandLine {
  ServeOptions options;
  std::string name;
};

int Report(const absl::Status& status) {
  if (status.ok()) return kExitOk;
  const absl::string_view message = status.message();
  std::fprintf(stderr, "holdfastd: %.*s\n", static_cast<int>(message.size()), message.data());
  return ReasonOf(status) == Reason::kUsage ? kExitUsage : kExitFailure;
}

int Init(const CommandLine& line) {
  const absl::Status made = InitPractice(line.options.data, line.name);
  if (!made.ok()) return Report(made);
  const std::string data = line.options.data.string();
  std::printf(
      "A practice was made in %s.\n"
      "\n"
      "Back up %s/practice.key now and keep it safe: whoever has it can pass for this practice,\n"
      "and without it the practice cannot prove who it is. Settings are in %s/holdfast.toml.\n"
      "\n"
      "Next:\n"
      "  holdfastd serve --data %s\n"
      "  holdfastd therapist add --data %s\n",
      data.c_str(), data.c_str(), data.c_str(), data.c_str(), data.c_str());
  return kExitOk;
}

int TherapistAdd(const CommandLine& line) {
  const auto code = AddTherapist(line.options.data);
  if (!code.ok()) return Report(code.status());
  std::printf(
      "Give this code to the therapist in person. It can be used once, within 7 days, with\n"
      "`holdfast enroll`.\n"
      "\n"
      "%s\n",
      code->c_str());
  return kExitOk;
}

int ClockConfirm(const CommandLine& line) {
  const auto confirmed = ConfirmClock(line.options.data);
  if (!confirmed.ok()) return Report(confirmed.status());
  std::puts("The clock is taken as it is. Slots, due times and reminders go on by it.");
  return kExitOk;
}

void AddData(CLI::App* command, CommandLine& line) {
  command->add_option("--data", line.options.data, "The practice's directory")
      ->required()
      ->type_name("DIR");
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

  CLI::App* const init =
      app.add_subcommand("init", "Make a new practice: keys, certificate, settings");
  AddData(init, line);
  init->add_option("--name", line.name,
                   "Host name or address that clients reach it by. Without it the practice can be "
                   "reached from this machine only")
      ->type_name("HOST");

  CLI::App* const serve = app.add_subcommand("serve", "Serve until SIGTERM or Ctrl-C");
  AddData(serve, line);
  serve
      ->add_option("--listen", line.options.listen,
                   "Where to listen, instead of what the settings say; port 0 takes a free one")
      ->type_name("HOST:PORT");
  serve->add_option("--config", line.options.config, "Settings, instead of DIR/holdfast.toml")
      ->type_name("FILE");

  CLI::App* const therapist = app.add_subcommand("therapist", "The therapists of the practice");
  therapist->require_subcommand(1);
  CLI::App* const add = therapist->add_subcommand(
      "add", "Print a one-time enrolment code on the last line; works while serving");
  AddData(add, line);

  CLI::App* const clock = app.add_subcommand("clock", "The clock that due times go by");
  clock->require_subcommand(1);
  CLI::App* const confirm = clock->add_subcommand(
      "confirm",
      "Say that this machine's clock is right, after the log said that timers wait because it\n"
      "jumped; works while serving");
  AddData(confirm, line);

  CLI::App* const version = app.add_subcommand("version", "Print the version");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitOk : kExitUsage;
  }
  if (version->parsed()) {
    std::printf("holdfastd %s\n", kVersion);
    return kExitOk;
  }
  // Whatever is made belongs to this user alone.
  ::umask(077);
  if (const absl::Status ready = crypto::Initialise(); !ready.ok()) return Report(ready);
  if (init->parsed()) return Init(line);
  if (serve->parsed()) return Serve(line.options);
  if (confirm->parsed()) return ClockConfirm(line);
  return TherapistAdd(line);
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
