// search: words in what was written, in either direction, as far as this device has it.
#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <optional>

#include "client/cli/commands/arguments.h"
#include "client/cli/commands/command.h"
#include "client/cli/commands/outgoing.h"
#include "client/cli/terminal/input.h"
#include "client/cli/words/json.h"
#include "client/cli/words/own_clock.h"
#include "client/cli/words/past_days.h"
#include "client/cli/words/rendering.h"
#include "client/cli/words/searching.h"
#include "client/cli/words/text.h"
#include "client/core/outside/utf8.h"
#include "client/core/reading/order.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

// Shown unless all are asked for.
constexpr std::size_t kMatchesMax = 50;
// Nobody looks for more than a sentence.
constexpr std::size_t kSearchedBytesMax = 1024;

struct SearchOptions {
  std::optional<std::string> text;
  std::string bond;
  std::string since;
  bool all = false;
};

absl::StatusOr<std::string> TextToFind(const SearchOptions& options) {
  std::string text = options.text.value_or("");
  if (!options.text && CanAsk()) {
    HOLDFAST_ASSIGN_OR_RETURN(text, AskLine("Words to look for: "));
  } else if (!options.text) {
    HOLDFAST_ASSIGN_OR_RETURN(text, ReadAll("-", kSearchedBytesMax, "TEXT"));
  }
  if (!IsUtf8(text)) return Refuse(Reason::kUsage, "TEXT", "is not UTF-8 text");
  HOLDFAST_RETURN_IF_ERROR(CheckFits(text, kSearchedBytesMax, "TEXT"));
  if (SearchedWords(text).IsEmpty()) {
    return Refuse(Reason::kUsage, "TEXT", "must have words to look for");
  }
  return Trimmed(text);
}

// The newest of each bond, and one more where there are older ones.
absl::StatusOr<std::vector<MessageView>> FindAll(Engine& engine, const HistoryQuery& query,
                                                 bool all) {
  std::map<BondId, std::deque<MessageView>> found;
  HOLDFAST_RETURN_IF_ERROR(
      engine.EachMessage(query, [&](MessageView message) -> absl::StatusOr<bool> {
        std::deque<MessageView>& of_bond = found[message.bond];
        of_bond.push_back(std::move(message));
        if (!all && of_bond.size() > kMatchesMax + 1) of_bond.pop_front();
        return true;
      }));
  std::vector<MessageView> messages;
  for (auto& [bond, of_bond] : found) {
    std::ranges::move(of_bond, std::back_inserter(messages));
  }
  return Merged(std::move(messages));
}

std::string NothingSays(const std::string& text, const SearchOptions& options) {
  std::string where = "Nothing that is here says";
  if (!options.since.empty()) where = "Nothing that is here and was written since then says";
  return where + " \"" + PrintableLine(text) + "\".";
}

absl::Status ShowMatches(Context& context, Device& device, const SearchOptions& options,
                         const std::string& text, const HistoryQuery& query) {
  const SearchedWords words_to_find(text);
  HOLDFAST_ASSIGN_OR_RETURN(auto found, FindAll(device.engine(), query, options.all));
  const bool more = !options.all && found.size() > kMatchesMax;
  if (more) found.erase(found.begin(), found.end() - kMatchesMax);
  HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
  Json documents = Json::array();
  for (std::size_t i = 0; i < found.size(); ++i) {
    const std::string whole = SearchableText(*found[i].content);
    std::string match = MatchInWords(words, found[i], words_to_find, OutputColumns());
    match.pop_back();  // Say ends it
    context.out.Say((i == 0 ? "" : "\n") + match);
    documents.push_back(
        {{"message", MessageJson(found[i])}, {"line", words_to_find.LineWith(whole, 0)}});
  }
  if (found.empty()) {
    context.out.Say(NothingSays(text, options));
  } else {
    context.out.Say("\nOne of them whole: holdfast show " + ShortId(found.back().id) +
                    "; with what belongs to it: --thread");
  }
  if (more) context.out.Say("There are older ones: --all");
  context.out.Document({{"matches", std::move(documents)}, {"more", more}});
  return absl::OkStatus();
}

absl::Status RunSearch(Context& context, const SearchOptions& options) {
  HistoryQuery query;
  if (!options.since.empty()) {
    const LocalMs now = ToOwnClock(SystemClock().WallMs());
    HOLDFAST_ASSIGN_OR_RETURN(const LocalMs day, ParsePastDay(options.since, "--since", now));
    query.since_ms = FromOwnClock(day);
  }
  HOLDFAST_ASSIGN_OR_RETURN(const std::string text, TextToFind(options));
  const SearchedWords words(text);
  query.wanted = [&words](const v1::Content& content) {
    return words.AreIn(SearchableText(content));
  };
  return WithDevice(
      context,
      [&](Device& device) -> absl::Status {
        device.AskNobody();
        if (!options.bond.empty()) {
          HOLDFAST_ASSIGN_OR_RETURN(const BondView bond, device.Bond(options.bond));
          query.bond = bond.id;
        }
        return ShowMatches(context, device, options, text, query);
      },
      Reads::kImportedToo);
}

}  // namespace

Command SearchCommand(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("search", "Find words in all that was written");
  const auto options = std::make_shared<SearchOptions>();
  command
      ->add_option("TEXT", options->text,
                   "The words, in either case. " + std::string(kWhoSeesText) +
                       "; without it they are asked for, or read from standard input")
      ->type_name("TEXT");
  command->add_option("--bond", options->bond, "With whom: a label or an id")
      ->check(Who())
      ->type_name("WHO");
  command
      ->add_option("--since", options->since,
                   "Written on this day or later: 2026-03-02, \"2 Mar\", \"2 weeks ago\"")
      ->type_name("DAY");
  command->add_flag("--all", options->all, "Every one, not only the newest 50");
  command->footer(
      "Looks at what this device has, in both directions, and asks nobody: neither what you look\n"
      "for nor that you looked leaves this device. Nothing counts as opened by it.");
  return {command, [options](Context& context) { return RunSearch(context, *options); }};
}

}  // namespace holdfast::client::cli
