#include "client/cli/commands/help.h"

#include <algorithm>

#include "client/cli/terminal/input.h"
#include "client/cli/words/help_text.h"
#include "rules/command_words.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

constexpr std::size_t kHelpColumns = 80;  // where there is no terminal
constexpr std::size_t kHelpColumnsMax = 88;

std::vector<std::string> NamesOf(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  return names;
}

bool IsOneOf(const std::string& word, const std::vector<std::string>& names) {
  return std::find(names.begin(), names.end(), word) != names.end();
}

// Whether `next` is the value of the option before it.
bool IsValue(const CLI::App& command, const std::string& option, const std::string& next) {
  for (const CLI::App* app = &command; app != nullptr; app = app->get_parent()) {
    const CLI::Option* const known = app->get_option_no_throw(option);
    if (known == nullptr) continue;
    if (known->get_items_expected_min() > 0) return true;
    const bool is_option = next.size() > 1 && next.front() == '-';
    return known->get_items_expected_max() > 0 && !is_option && !IsOneOf(next, NamesOf(command));
  }
  return false;
}

// Of an enrolment code or an invitation, and no name of a file.
bool LooksLikeCode(std::string_view word) {
  std::string begin(word.substr(0, 4));
  for (char& c : begin) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
  return (begin == "HFE-" || begin == "HFI-") && word.find_first_of("./") == std::string_view::npos;
}

// A word that is neither the command, nor an option, nor the value of one; or a code as a value.
bool HasStrayWord(const CLI::App& command, const std::vector<std::string>& words) {
  bool named = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word.starts_with('-')) {
      const std::size_t equals = word.find('=');
      if (equals != std::string::npos && LooksLikeCode(word.substr(equals + 1))) return true;
      if (i + 1 == words.size() || !IsValue(command, word, words[i + 1])) continue;
      if (LooksLikeCode(words[++i])) return true;
    } else if (named || word != command.get_name()) {
      return true;
    } else {
      named = true;
    }
  }
  return false;
}

}  // namespace

absl::Status CheckCodes(const CommandPath& path, const std::vector<std::string>& words) {
  const std::string& name = path.command->get_name();
  const bool takes_code = name == "enroll" || name == "join";
  const bool misplaced =
      takes_code ? HasStrayWord(*path.command, words) : LooksLikeCode(path.unknown);
  if (!misplaced) return absl::OkStatus();
  const bool enrolls = takes_code ? name == "enroll" : (path.unknown[2] | 0x20) == 'e';
  return Refuse(
      Reason::kUsage, "",
      std::string("the code is asked for, or read from ") +
          (enrolls ? "--code-file" : "--invitation-file") +
          "; it does not belong on a command line, where others can see it. Type \"holdfast " +
          (enrolls ? "enroll" : "join") + "\" alone");
}

CommandPath Follow(CLI::App& app, const std::vector<std::string>& words) {
  CommandPath path{&app, ""};
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word.starts_with('-')) {
      if (i + 1 < words.size() && IsValue(*path.command, word, words[i + 1])) ++i;
      continue;
    }
    const std::vector<std::string> names = NamesOf(*path.command);
    if (names.empty()) break;
    if (!IsOneOf(word, names)) {
      path.unknown = word;
      break;
    }
    path.command = path.command->get_subcommand(word);
  }
  return path;
}

std::string HelpFor(const CommandPath& path) {
  std::string names;
  for (const CLI::App* app = path.command; app->get_parent() != nullptr; app = app->get_parent()) {
    names = " " + app->get_name() + names;
  }
  return "holdfast help" + names;
}

absl::Status Unknown(const CommandPath& path) {
  return Refuse(Reason::kUsage, "", NoSuchCommand(path.unknown, NamesOf(*path.command)));
}

void JoinFooters(CLI::App& app) {
  app.footer(JoinedLines(app.get_footer()));
  for (CLI::App* const command : app.get_subcommands({})) JoinFooters(*command);
}

std::string HelpOf(const CLI::App& app) {
  const std::size_t columns = OutputColumns();
  return FittedHelp(app.help(), columns == 0 ? kHelpColumns : std::min(columns, kHelpColumnsMax));
}

}  // namespace holdfast::client::cli
