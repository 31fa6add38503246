// What holdfastd's manual page and completions are written from is what its parser takes.
#include "server/ops/command_line.h"

#include <algorithm>

#include "rules/command_tree_of.h"
#include "rules/manual.h"
#include "support/catch.h"

namespace holdfast::server {
namespace {

TEST_CASE("the commands as data are the parser's, each with what is its own") {
  CommandLine line;
  CLI::App app("a practice", "holdfastd");
  app.footer("Of the program alone.");
  AddCommands(app, line);
  const CommandTree tree = CommandTreeOf(app, {});
  std::vector<std::string> names;
  for (const CommandTree& command : tree.commands) names.push_back(command.name);
  CHECK(names == NamesOf(app));
  const auto serve =
      std::find_if(tree.commands.begin(), tree.commands.end(),
                   [](const CommandTree& command) { return command.name == "serve"; });
  REQUIRE(serve != tree.commands.end());
  const auto listen =
      std::find_if(serve->options.begin(), serve->options.end(),
                   [](const CommandOption& option) { return option.names.back() == "--listen"; });
  REQUIRE(listen != serve->options.end());
  CHECK(listen->value == "HOST:PORT");
  const auto restored =
      std::find_if(serve->options.begin(), serve->options.end(),
                   [](const CommandOption& option) { return option.names.back() == "--restored"; });
  REQUIRE(restored != serve->options.end());
  CHECK(restored->value.empty());
  // A footer is handed down by the parser, and told once.
  const std::string page = WriteManual(tree, {8, "a practice", "Holdfast", {}});
  CHECK(page.find("Of the program alone.") == page.rfind("Of the program alone."));
  CHECK(page.find(".SS therapist add\n") != std::string::npos);
}

TEST_CASE("a practice that is named nowhere is asked for, where none is in its usual place") {
  if (std::filesystem::exists(kUsualData)) {
    WARN("skipped: there is " << kUsualData);
    return;
  }
  CommandLine line;
  CLI::App app("a practice", "holdfastd");
  AddCommands(app, line);
  CHECK_THROWS_AS(app.parse("serve"), CLI::RequiredError);
  CHECK(line.options.data.empty());
}

}  // namespace
}  // namespace holdfast::server
