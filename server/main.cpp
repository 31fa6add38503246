// holdfastd: reads the command line and hands over to server/ops. Start reading
// with Serve() in server/ops/serve.cpp.
#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "crypto/public/secret.h"
#include "rules/command_words.h"
#include "rules/version.h"
#include "server/ops/check/check_command.h"
#include "server/ops/commands.h"
#include "server/ops/exit_codes.h"
#include "server/ops/files.h"
#include "server/ops/owner.h"

namespace holdfast::server {
namespace {

int Unknown(const CommandPath& path) {
  const std::string text = NoSuchCommand(path.unknown, NamesOf(*path.command));
  std::fprintf(stderr, "holdfastd: %s\n", text.c_str());
  return kExitUsage;
}

int Dispatch(const CLI::App& app, CommandLine& line) {
  const bool serves = app.got_subcommand("serve");
  // Whatever is made belongs to this user alone, and by root's hand to the directory's owner.
  ::umask(077);
  // Before root is somebody else: it may be the only one who can read them.
  if (serves && !line.options.config.empty()) {
    if (auto settings = ReadSmallFile(line.options.config); settings.ok()) {
      line.options.settings = *std::move(settings);
    }
  }
  if (const absl::Status keys = ReadKeyFiles(line.backup); !keys.ok()) return Report(keys);
  if (!line.options.data.empty()) {
    const absl::Status owner =
        BecomeOwnerOf(line.options.data, serves ? RootKeeps::kLowPorts : RootKeeps::kNothing);
    if (!owner.ok()) return Report(owner);
  }
  if (const absl::Status ready = crypto::Initialise(); !ready.ok()) return Report(ready);
  if (app.got_subcommand("init")) return RunInit(line);
  if (serves) return Serve(line.options);
  if (const CLI::App* const backup = app.get_subcommand("backup"); backup->parsed()) {
    if (backup->got_subcommand("verify")) return RunBackupVerify(line);
    return backup->got_subcommand("key") ? RunBackupKey(line) : RunBackup(line);
  }
  if (app.got_subcommand("restore")) return RunRestore(line);
  if (app.got_subcommand("check")) return RunCheck(line);
  return app.got_subcommand("clock") ? RunClockConfirm(line) : RunTherapistAdd(line);
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
      "Exit codes: 0 done, 1 failed, 2 not understood, 3 and 4 of `check`, 71 ran out of open "
      "files (start again),\n"
      "74 a write to the disk failed (look at the disk; do not restart by itself), 75 did not "
      "stop\n"
      "in time.");
  AddCommands(app, line);

  std::vector<std::string> words(argv + 1, argv + argc);
  const bool wants_help = !words.empty() && words.front() == "help";
  if (wants_help) words.erase(words.begin());
  const CommandPath path = FollowCommands(app, words);
  if (!path.unknown.empty()) return Unknown(path);
  if (wants_help) words.emplace_back("--help");
  std::reverse(words.begin(), words.end());  // as the parser takes them
  try {
    app.parse(std::move(words));
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? Say("", "") : kExitUsage;
  }
  if (app.got_subcommand("version")) return Say(std::string("holdfastd ") + kVersion + "\n", "");
  if (app.got_subcommand("completion")) return RunCompletion(app, line);
  if (app.got_subcommand("manual")) return RunManual(app);
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
