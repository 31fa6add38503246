// completion, manual: what `holdfast` takes, as a script for a shell, and as a page for people.
#include <memory>

#include "client/cli/commands/command.h"
#include "client/cli/words/json.h"
#include "rules/command_tree_of.h"
#include "rules/completion.h"
#include "rules/errors.h"
#include "rules/manual.h"
#include "rules/version.h"

namespace holdfast::client::cli {
namespace {

// Options of the program stand behind every command, too; help has its own.
CommandTree WholeTree(const CLI::App& app) {
  std::vector<CommandOption> shared;
  for (const CLI::Option* option : app.get_options()) {
    const CommandOption told = CommandOptionOf(*option);
    if (told.names.back() != "--help" && told.names.back() != "--version") shared.push_back(told);
  }
  CommandTree tree = CommandTreeOf(app, {});
  for (CommandTree& command : tree.commands) {
    command = CommandTreeOf(*app.get_subcommand(command.name), shared);
  }
  return tree;
}

absl::Status RunCompletion(Context& context, const CLI::App& app, const std::string& shell) {
  const std::string script =
      WriteCompletion(WholeTree(app), ShellNamed(shell).value_or(Shell::kBash));
  context.out.Draw(script.substr(0, script.size() - 1));
  context.out.Document({{"completion", script}});
  return absl::OkStatus();
}

absl::Status RunManual(Context& context, const CLI::App& app) {
  const std::string version(kVersion);
  const std::string page = WriteManual(
      CommandTreeOf(app, {}), {1,
                               "check-ins between therapy sessions, readable by the two of you",
                               "Holdfast " + version.substr(0, version.find(' ')),
                               {"holdfastd(8)"}});
  context.out.Draw(page.substr(0, page.size() - 1));
  context.out.Document({{"manual", page}});
  return absl::OkStatus();
}

}  // namespace

Command CompletionCommand(CLI::App& app) {
  CLI::App* const command =
      app.add_subcommand("completion", "Print what a shell completes of these commands");
  const auto shell = std::make_shared<std::string>();
  command->add_option("SHELL", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->footer("For example: eval \"$(holdfast completion bash)\" in ~/.bashrc.");
  return {command, [shell, &app](Context& context) { return RunCompletion(context, app, *shell); }};
}

Command ManualCommand(CLI::App& app) {
  CLI::App* const command =
      app.add_subcommand("manual", "Print the manual page: holdfast manual | man -l -");
  return {command, [&app](Context& context) { return RunManual(context, app); }};
}

}  // namespace holdfast::client::cli
