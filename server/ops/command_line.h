// What is said to holdfastd: its commands, their options, and their help.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "server/ops/backup/backup_commands.h"
#include "server/ops/serve.h"

namespace holdfast::server {

struct CommandLine {
  ServeOptions options;
  std::string name;
  bool yes = false;
  bool deep = false;
  std::string shell;
  BackupArguments backup;
};

// Where a package puts the practice: meant where no other is named and it is there.
inline constexpr const char* kUsualData = "/var/lib/holdfast";

// Parsing `app` fills `line`, which outlives it.
void AddCommands(CLI::App& app, CommandLine& line);

// `--data` of a command: the practice's directory.
void AddData(CLI::App* command, CommandLine& line);

// Follows `words` down the commands: the last one that they name, and the word that names
// none, if there is one.
struct CommandPath {
  CLI::App* command;
  std::string unknown;
};
CommandPath FollowCommands(CLI::App& app, const std::vector<std::string>& words);
// What there is where the path ends.
std::vector<std::string> NamesOf(const CLI::App& app);

}  // namespace holdfast::server
