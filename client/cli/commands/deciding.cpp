#include "client/cli/commands/deciding.h"

#include <algorithm>

#include "client/cli/words/event_words.h"
#include "client/cli/words/schedule_input.h"
#include "client/cli/words/standing_json.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

absl::StatusOr<std::vector<BondView>> Chosen(Device& device, const std::string& wanted, bool all) {
  if (!wanted.empty() || !all) {
    HOLDFAST_ASSIGN_OR_RETURN(const BondView bond, device.Bond(wanted));
    return std::vector<BondView>{bond};
  }
  HOLDFAST_ASSIGN_OR_RETURN(const std::vector<BondView> bonds, device.engine().Bonds());
  std::vector<BondView> open;
  for (const BondView& bond : bonds) {
    HOLDFAST_ASSIGN_OR_RETURN(const StandingView standing, device.engine().Standing(bond.id));
    if (!standing.ended) open.push_back(bond);
  }
  if (!open.empty()) return open;
  return Refuse(Reason::kUsage, "", "there is nobody to decide anything with yet");
}

// The newest entry that holds this act.
absl::StatusOr<std::optional<LedgerLine>> Taken(Engine& engine, const Decided& decided) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto lines, engine.Ledger(decided.bond, 0));
  for (const LedgerLine& line : lines) {
    if (line.act && line.act->id == decided.id) return std::optional<LedgerLine>(line);
  }
  return std::optional<LedgerLine>();
}

absl::Status SayDecided(Context& context, Device& device, const std::vector<Decided>& decided,
                        const absl::Status& sync) {
  HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
  Engine& engine = device.engine();
  Json bonds = Json::array(), decisions = Json::array();
  absl::Status refused;
  for (const Decided& one : decided) {
    HOLDFAST_ASSIGN_OR_RETURN(const StandingView standing, engine.Standing(one.bond));
    HOLDFAST_ASSIGN_OR_RETURN(const auto line, Taken(engine, one));
    const std::string whom = decided.size() == 1 ? "" : words.Other(one.bond) + ": ";
    if (line) context.out.Say(whom + LedgerLineInWords(words, *line));
    Json decision = {{"id", one.id.hex()},
                     {"bond", one.bond.hex()},
                     {"state", line ? "in-ledger" : "waiting"},
                     {"refusal", nullptr}};
    for (const ActView& waiting : standing.waiting) {
      if (waiting.id != one.id) continue;
      const std::string text = whom + DecisionInWords(words, waiting);
      if (waiting.refusal.empty()) context.out.Say(text);
      if (waiting.refusal.empty()) continue;
      refused = Refuse(Reason::kActSuperseded, "", text);
      decision["state"] = "refused";
      decision["refusal"] = waiting.refusal;
    }
    decisions.push_back(std::move(decision));
    bonds.push_back(StandingJson(standing));
  }
  context.out.Document(WithSync({{"decisions", decisions}, {"bonds", bonds}}, sync));
  HOLDFAST_RETURN_IF_ERROR(engine.ForgetRefused());
  return refused;
}

}  // namespace

LocalMs OwnNow() { return ToOwnClock(SystemClock().WallMs()); }

absl::Status DecideAndSay(Context& context, Device& device, const std::string& wanted, bool all,
                          const Decide& decide) {
  device.Sync(kBriefSyncMs).IgnoreError();  // the second one says what is wrong
  HOLDFAST_ASSIGN_OR_RETURN(const auto bonds, Chosen(device, wanted, all));
  std::vector<Decided> decided;
  for (const BondView& bond : bonds) {
    const absl::StatusOr<ActId> id = decide(device.engine(), bond);
    HOLDFAST_RETURN_IF_ERROR(AsTyped(id.status()));
    decided.push_back({bond.id, *id});
  }
  const absl::Status sync = device.Sync(kBriefSyncMs).status();
  HOLDFAST_RETURN_IF_ERROR(SayDecided(context, device, decided, sync));
  return IsAway(sync) ? absl::OkStatus() : sync;
}

}  // namespace holdfast::client::cli
