// What the guides tell people to type is there.
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "client/cli/commands/command.h"
#include "support/catch.h"

namespace holdfast::client::cli {
namespace {

// The words of an example up to its explanation; empty where the line is none.
std::vector<std::string> ExampleIn(const std::string& line) {
  std::istringstream words(line.substr(0, line.find(" # ")));
  std::vector<std::string> typed;
  for (std::string word; words >> word;) typed.push_back(word);
  if (!typed.empty() && typed.front() == "$") typed.erase(typed.begin());
  const bool is_example = line.starts_with("    ") && !typed.empty() && typed.front() == "holdfast";
  return is_example ? typed : std::vector<std::string>();
}

const CLI::App* CommandBelow(const CLI::App& app, const std::string& name) {
  const auto found =
      app.get_subcommands([&](const CLI::App* one) { return one->check_name(name); });
  return found.empty() ? nullptr : found.front();
}

// The first word that no command knows; empty where all are known.
std::string UnknownIn(const CLI::App& app, const std::vector<std::string>& typed) {
  const CLI::App* command = &app;
  for (std::size_t i = 1; i < typed.size(); ++i) {
    const std::string& word = typed[i];
    if (word.starts_with("--")) {
      const CLI::Option* const option = command->get_option_no_throw(word);
      if (option == nullptr) return word;
      if (command == &app && option->get_items_expected_max() > 0) ++i;  // its value
      continue;
    }
    const CLI::App* const next = CommandBelow(*command, word);
    if (next == nullptr && command == &app) return word;
    if (next != nullptr) command = next;
  }
  return "";
}

struct Guide {
  const char* page;
  int examples_min;
};

}  // namespace

TEST_CASE("Every example of the guides names commands and options that exist") {
  CLI::App app("", "holdfast");
  std::string profile;
  app.add_option("--profile", profile);
  DeclareCommands(app);
  for (const Guide& guide :
       {Guide{"README.md", 3}, Guide{"client/CLIENT.md", 20}, Guide{"client/THERAPIST.md", 15}}) {
    std::ifstream page(std::string(HOLDFAST_SOURCE_DIR) + "/" + guide.page);
    int examples = 0;
    for (std::string line; std::getline(page, line);) {
      const std::vector<std::string> typed = ExampleIn(line);
      if (typed.empty()) continue;
      ++examples;
      INFO(guide.page << ": " << line);
      CHECK(UnknownIn(app, typed).empty());
    }
    INFO(guide.page);
    CHECK(examples >= guide.examples_min);
  }
  CHECK(UnknownIn(app, {"holdfast", "sned"}) == "sned");
  CHECK(UnknownIn(app, {"holdfast", "export", "--ouput", "x"}) == "--ouput");
}

}  // namespace holdfast::client::cli
