// The commands as CLI11 has them, as data. For whoever has a parser already: reading its header
// takes seconds.
#pragma once

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>
#include <vector>

#include "rules/command_tree.h"

namespace holdfast {

inline std::string InOneParagraph(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

// As it was named, without what CLI11 says behind it of which values it takes: "N:UINT in [1 -
// 90]".
inline std::string ValueNameOf(const CLI::Option& option) {
  const std::string name = option.get_type_name();
  const std::size_t colon = name.find(':');
  const bool is_checked =
      colon != std::string::npos && name.find_first_of(" {(", colon) != std::string::npos;
  return is_checked ? name.substr(0, colon) : name;
}

inline CommandOption CommandOptionOf(const CLI::Option& option) {
  CommandOption told;
  told.is_word = option.get_positional() && option.get_lnames().empty();
  for (const std::string& name : option.get_snames()) told.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) told.names.push_back("--" + name);
  if (told.is_word) told.names.push_back(option.get_name(true));
  if (option.get_items_expected_max() > 0) told.value = ValueNameOf(option);
  if (told.is_word) told.value = told.names.front();
  if (option.get_items_expected_max() > 0 && told.value.empty()) told.value = "VALUE";
  told.about = InOneParagraph(option.get_description());
  return told;
}

// CLI11 hands a footer down to every command that has none.
inline bool HasOwnFooter(const CLI::App& app) {
  for (const CLI::App* above = app.get_parent(); above != nullptr; above = above->get_parent()) {
    if (above->get_footer() == app.get_footer()) return false;
  }
  return true;
}

// `shared` are options of the program that stand behind every command as well.
inline CommandTree CommandTreeOf(const CLI::App& app, const std::vector<CommandOption>& shared) {
  CommandTree tree;
  tree.name = app.get_name();
  tree.about = InOneParagraph(app.get_description());
  if (HasOwnFooter(app)) tree.more = app.get_footer();
  for (const CLI::Option* option : app.get_options()) {
    tree.options.push_back(CommandOptionOf(*option));
  }
  tree.options.insert(tree.options.end(), shared.begin(), shared.end());
  for (const CLI::App* command : app.get_subcommands({})) {
    tree.commands.push_back(CommandTreeOf(*command, shared));
  }
  return tree;
}

}  // namespace holdfast
