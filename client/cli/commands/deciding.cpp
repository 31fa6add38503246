#include "client/cli/commands/deciding.h"

#include <algorithm>
#include <functional>
#include <iostream>
#include <map>
#include <utility>

#include "client/cli/commands/outgoing.h"
#include "client/cli/terminal/input.h"
#include "client/cli/words/event_words.h"
#include "client/cli/words/pasted_text.h"
#include "client/cli/words/schedule_input.h"
#include "client/cli/words/standing_json.h"
#include "client/cli/words/text.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

// Of an answer that is neither yes nor no, and of a yes to what has changed meanwhile.
constexpr int kAnswersMax = 3;

absl::StatusOr<std::vector<BondView>> Chosen(Device& device, const Deciding& deciding) {
  if (!deciding.bonds.empty()) return NamedBonds(device, deciding.bonds);
  if (!deciding.all) return NamedBonds(device, {""});
  HOLDFAST_ASSIGN_OR_RETURN(std::vector<BondView> bonds, device.engine().Bonds());
  HOLDFAST_ASSIGN_OR_RETURN(const auto standings, device.engine().Standings(bonds));
  std::erase_if(bonds, [&](const BondView& bond) { return standings.at(bond.id).ended; });
  return bonds;
}

// The newest entry that holds this act.
absl::StatusOr<std::optional<LedgerLine>> Taken(Engine& engine, const BondId& bond,
                                                const ActId& id) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto lines, engine.Ledger(bond, 0));
  for (const LedgerLine& line : lines) {
    if (line.act && line.act->id == id) return std::optional<LedgerLine>(line);
  }
  return std::optional<LedgerLine>();
}

// Up to the first that cannot be.
absl::StatusOr<Engine::DecidedForAll> DecideAll(Engine& engine, const Deciding& deciding,
                                                const std::vector<BondView>& bonds) {
  if (deciding.before) HOLDFAST_RETURN_IF_ERROR(deciding.before(engine));
  if (deciding.for_all) return deciding.for_all(engine, bonds);
  Engine::DecidedForAll decided;
  for (const BondView& bond : bonds) {
    const absl::StatusOr<ActId> id = deciding.decide(engine, bond);
    if (!id.ok()) {
      decided.failed = id.status();
      break;
    }
    decided.acts.push_back({bond.id, *id});
  }
  return decided;
}

using DecidedActs = std::vector<std::pair<BondId, ActId>>;

absl::StatusOr<std::map<BondId, StandingView>> StandingsOf(Engine& engine,
                                                           const DecidedActs& acts) {
  std::vector<BondView> bonds(acts.size());
  for (std::size_t i = 0; i < acts.size(); ++i) bonds[i].id = acts[i].first;
  return engine.Standings(bonds);
}

absl::Status SayDecided(Context& context, Device& device, const DecidedActs& decided,
                        const std::string& shown, const absl::Status& sync) {
  HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
  Engine& engine = device.engine();
  Json bonds = Json::array(), decisions = Json::array();
  absl::Status refused;
  HOLDFAST_ASSIGN_OR_RETURN(const auto standings, StandingsOf(engine, decided));
  for (const auto& [bond, id] : decided) {
    const StandingView& standing = standings.at(bond);
    HOLDFAST_ASSIGN_OR_RETURN(const auto line, Taken(engine, bond, id));
    const std::string whom = decided.size() == 1 ? "" : words.Other(bond) + ": ";
    if (line) context.out.Say(whom + LedgerLineInWords(words, *line));
    Json decision = {{"id", id.hex()},
                     {"bond", bond.hex()},
                     {"state", line ? "in-ledger" : "waiting"},
                     {"refusal", nullptr}};
    for (const ActView& waiting : standing.waiting) {
      if (waiting.id != id) continue;
      const std::string text = whom + DecisionInWords(words, waiting);
      if (waiting.refusal.empty()) context.out.Say(text);
      if (waiting.refusal.empty()) continue;
      refused = Refuse(Reason::kActSuperseded, "", text);
      decision["state"] = "refused";
      decision["refusal"] = RefusalOf(waiting);
    }
    decisions.push_back(std::move(decision));
    bonds.push_back(StandingJson(standing));
  }
  if (decided.empty()) context.out.Say("It is kept for whoever joins later.");
  context.has_acted = sync.ok();
  context.out.Document(WithSync({{"decisions", decisions},
                                 {"bonds", bonds},
                                 {"signed", shown.empty() ? Json(nullptr) : Json(shown)}},
                                sync));
  HOLDFAST_RETURN_IF_ERROR(engine.ForgetRefused());
  return refused;
}

// True where the person says yes.
bool Agrees(const std::string& words, std::string_view question) {
  std::cerr << Fitted(words, PromptColumns()) << "\n";
  for (int i = 0; i < kAnswersMax; ++i) {
    const std::string word = PlainWords(AskToDecide(question).value_or(""));
    if (word == "y" || word == "yes") return true;
    if (word == "n" || word == "no" || word.empty()) return false;
  }
  return false;
}

// All of it, as if the answer were yes.
absl::Status WouldBeRefused(Device& device, const Deciding& deciding,
                            const std::vector<BondView>& bonds) {
  return device.engine().Rehearse([&](Engine& engine) -> absl::Status {
    HOLDFAST_ASSIGN_OR_RETURN(const auto decided, DecideAll(engine, deciding, bonds));
    return decided.failed;
  });
}

struct ToSign {
  std::vector<BondView> bonds;
  std::string words;
};

// As things stand; refused where it would be.
absl::StatusOr<ToSign> WhatToSign(Device& device, const Deciding& deciding) {
  ToSign what;
  HOLDFAST_ASSIGN_OR_RETURN(what.bonds, Chosen(device, deciding));
  if (deciding.plan) HOLDFAST_RETURN_IF_ERROR(AsTyped(deciding.plan(device, what.bonds)));
  HOLDFAST_RETURN_IF_ERROR(AsTyped(WouldBeRefused(device, deciding, what.bonds)));
  if (!deciding.show) return what;
  absl::StatusOr<std::string> words = deciding.show(device, what.bonds);
  HOLDFAST_RETURN_IF_ERROR(AsTyped(words.status()));
  what.words = *std::move(words);
  return what;
}

// In the words of that moment.
absl::StatusOr<ToSign> WhatToSign(Device& device, const Deciding& deciding, std::uint64_t at_ms) {
  device.HoldWords(at_ms);
  absl::StatusOr<ToSign> what = WhatToSign(device, deciding);
  device.HoldWords(std::nullopt);
  return what;
}

bool StandsAsShown(const ToSign& one, const ToSign& other) {
  return one.words == other.words && std::ranges::equal(one.bonds, other.bonds, std::equal_to<>(),
                                                        &BondView::id, &BondView::id);
}

// True where somebody was asked, and says yes.
absl::StatusOr<bool> AskOnce(const Context& context, Device& device, const Deciding& deciding,
                             const std::string& words) {
  if (!deciding.ask || deciding.yes || !AsksPeople(context)) {
    return AskToSign(context, device, words, deciding.yes);
  }
  HOLDFAST_RETURN_IF_ERROR(deciding.ask(device, words));
  return true;
}

struct Agreed {
  ToSign what;
  bool at_terminal = false;
};

// While it is asked, other commands use the vault, so that a yes may be to what does not stand any
// more: then that is said, and what stands is asked.
absl::StatusOr<Agreed> ShowAndAsk(const Context& context, Device& device,
                                  const Deciding& deciding) {
  for (int left = kAnswersMax - 1;; --left) {
    const std::uint64_t shown_ms = device.now_ms();
    HOLDFAST_ASSIGN_OR_RETURN(const ToSign shown, WhatToSign(device, deciding, shown_ms));
    HOLDFAST_ASSIGN_OR_RETURN(const bool asked, AskOnce(context, device, deciding, shown.words));
    if (!asked) return Agreed{shown, false};
    HOLDFAST_ASSIGN_OR_RETURN(const ToSign now, WhatToSign(device, deciding, shown_ms));
    if (StandsAsShown(shown, now)) return Agreed{now, true};
    if (left == 0) {
      return Refuse(Reason::kUsage, "",
                    "this has changed each time that it was asked, so nothing was signed. It would "
                    "now be: " +
                        now.words);
    }
    context.out.Aside("This has changed meanwhile, so nothing was signed. As it is now:");
  }
}

}  // namespace

LocalMs OwnNow() { return ToOwnClock(SystemClock().WallMs()); }

absl::StatusOr<bool> AskToSign(const Context& context, Device& device, const std::string& words,
                               bool yes, std::string_view question) {
  if (words.empty() || yes || !AsksPeople(context)) return false;
  bool agrees = false;
  HOLDFAST_RETURN_IF_ERROR(device.WithoutVault([&] { agrees = Agrees(words, question); }));
  if (agrees) return true;
  return Declined("nothing was signed; all is as it was");
}

absl::Status DecideAndSay(Context& context, Device& device, const Deciding& deciding) {
  device.Sync(kBriefSyncMs).IgnoreError();  // the second one says what is wrong
  HOLDFAST_ASSIGN_OR_RETURN(const Agreed agreed, ShowAndAsk(context, device, deciding));
  const std::string& shown = agreed.what.words;
  HOLDFAST_ASSIGN_OR_RETURN(const Engine::DecidedForAll decided,
                            DecideAll(device.engine(), deciding, agreed.what.bonds));
  const absl::Status failed = AsTyped(decided.failed);
  // What was decided before something failed is signed, and said.
  if (decided.acts.empty() && !failed.ok()) return failed;
  if (!agreed.at_terminal && !shown.empty()) context.out.Say(shown);
  const HeldSignals held;  // it is safe already: a signal only ends the wait
  const absl::Status sync = device.Sync(kBriefSyncMs).status();
  HOLDFAST_RETURN_IF_ERROR(SayDecided(context, device, decided.acts, shown, sync));
  EndIfSignalled(context);
  HOLDFAST_RETURN_IF_ERROR(failed);
  return IsAway(sync) ? absl::OkStatus() : sync;
}

}  // namespace holdfast::client::cli
