// `holdfastd completion` and `holdfastd manual`.
#include "rules/command_tree_of.h"
#include "rules/completion.h"
#include "rules/manual.h"
#include "rules/version.h"
#include "server/ops/commands.h"

namespace holdfast::server {

int RunCompletion(const CLI::App& app, const CommandLine& line) {
  const Shell shell = ShellNamed(line.shell).value_or(Shell::kBash);
  return Say(WriteCompletion(CommandTreeOf(app, {}), shell), "");
}

int RunManual(const CLI::App& app) {
  const std::string version(kVersion);
  return Say(
      WriteManual(CommandTreeOf(app, {}), {8,
                                           "a practice for end-to-end encrypted check-ins",
                                           "Holdfast " + version.substr(0, version.find(' ')),
                                           {"holdfast(1)", "systemd(1)"}}),
      "");
}

}  // namespace holdfast::server
