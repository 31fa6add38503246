#include "client/cli/overview.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "client/cli/event_words.h"
#include "client/cli/json.h"
#include "client/cli/standing_json.h"
#include "client/cli/text.h"
#include "client/cli/times.h"

namespace holdfast::client::cli {
namespace {

constexpr std::uint64_t kNever = ~std::uint64_t{0};

bool IsLate(const PromiseView& promise) {
  return promise.line.state == PromiseState::kMissed || promise.overdue;
}

// Rank first, then time.
std::tuple<int, std::uint64_t> UrgencyOf(const BondOverview& overview) {
  if (!overview.ruptures.empty()) return {0, overview.ruptures.front().mark.marked_at_ms};
  if (overview.standing.ended) return {7, overview.bond.formed_at_ms};
  std::uint64_t late = kNever, due = kNever, asked = kNever;
  for (const PromiseView& promise : overview.standing.promises) {
    std::uint64_t& earliest = IsLate(promise) ? late : due;
    earliest = std::min(earliest, promise.line.due_at_ms);
  }
  for (const MessageView& message : overview.asked) asked = std::min(asked, message.sent_at_ms);
  if (late != kNever) return {1, late};
  if (due != kNever) return {2, due};
  if (asked != kNever) return {3, asked};
  if (overview.standing.empty_slot) return {4, overview.standing.empty_slot->slot.opens_at_ms};
  if (overview.unread > 0) return {5, overview.bond.last_heard_ms};
  return {6, overview.bond.formed_at_ms};
}

// A reply was asked for, none is known, and the ledger promises no time.
bool Asks(const MessageView& message, const std::set<EnvelopeId>& answered) {
  const bool open =
      message.state != MessageState::kAnswered && message.state != MessageState::kRepaired &&
      message.state != MessageState::kWithdrawn && message.state != MessageState::kReplyDue &&
      message.state != MessageState::kMissed;
  return open && NeedName(message) == "reply" && message.refusal.empty() &&
         !answered.contains(message.id);
}

std::string AskedInWords(const Words& words, const MessageView& message) {
  const std::string of =
      std::string(KindName(message.kind)) + " of " + LocalDay(message.sent_at_ms, words.now_ms());
  return ShortId(message.id) + "  " +
         (message.mine ? "a reply to you, for your " + of
                       : "a reply to " + words.Other(message.bond) + ", for the " + of);
}

std::string RefusedInWords(const Words& words, const MessageView& message) {
  return ShortId(message.id) + "  your " + std::string(KindName(message.kind)) + " of " +
         LocalDay(message.sent_at_ms, words.now_ms()) +
         " was not accepted by the practice: " + PrintableLine(message.refusal);
}

}  // namespace

bool NeedsEarlier(const BondOverview& one, const BondOverview& other) {
  return UrgencyOf(one) < UrgencyOf(other);
}

absl::StatusOr<std::vector<BondOverview>> BondsByNeed(Engine& engine) {
  MessageQuery query;
  query.newest_max = 0;
  HOLDFAST_ASSIGN_OR_RETURN(const std::vector<MessageView> messages, engine.Messages(query));
  std::set<EnvelopeId> answered;
  for (const MessageView& message : messages) {
    if (message.reply_to) answered.insert(*message.reply_to);
  }
  HOLDFAST_ASSIGN_OR_RETURN(const std::vector<BondView> bonds, engine.Bonds());
  std::vector<BondOverview> overviews;
  std::map<BondId, std::size_t> places;
  for (const BondView& bond : bonds) {
    BondOverview overview;
    overview.bond = bond;
    HOLDFAST_ASSIGN_OR_RETURN(overview.standing, engine.Standing(bond.id));
    HOLDFAST_ASSIGN_OR_RETURN(overview.ruptures, OpenRuptures(engine, bond.id));
    places[bond.id] = overviews.size();
    overviews.push_back(std::move(overview));
  }
  for (const MessageView& message : messages) {
    const auto place = places.find(message.bond);
    if (place == places.end()) continue;
    BondOverview& overview = overviews[place->second];
    overview.unread += message.unread ? 1 : 0;
    if (!overview.standing.ended && Asks(message, answered)) overview.asked.push_back(message);
  }
  for (BondOverview& overview : overviews) NoteRefused(overview, messages);
  std::ranges::stable_sort(overviews, NeedsEarlier);
  return overviews;
}

void NoteRefused(BondOverview& overview, const std::vector<MessageView>& messages) {
  std::uint64_t taken_ms = 0;
  for (const MessageView& message : messages) {
    if (!message.mine || message.bond != overview.bond.id) continue;
    if (!message.refusal.empty()) {
      overview.refused.push_back(message);
    } else if (message.state != MessageState::kQueued) {
      taken_ms = std::max(taken_ms, message.sent_at_ms);
    }
  }
  std::erase_if(overview.refused, [&](const auto& one) { return one.sent_at_ms < taken_ms; });
}

std::string OverviewInWords(const Words& words, const BondOverview& overview) {
  const BondView& bond = overview.bond;
  std::string text = words.Other(bond.id) + " (" + ShortId(bond.id) + "), since " +
                     LocalDay(bond.formed_at_ms, words.now_ms()) + "; ";
  text += bond.last_heard_ms == 0 ? "nothing has reached you yet"
                                  : "last heard " + words.Time(bond.last_heard_ms);
  if (overview.unread > 0) text += "; " + std::to_string(overview.unread) + " not opened yet";
  text += "\n";
  for (const std::string& line : StandingInWords(words, overview.standing)) {
    text += "    " + line + "\n";
  }
  for (const MessageView& message : overview.asked) {
    text += "    " + AskedInWords(words, message) + "\n";
  }
  for (const MessageView& message : overview.refused) {
    text += "    " + RefusedInWords(words, message) + "\n";
  }
  return text;
}

Json OverviewJson(const BondOverview& overview) {
  Json json = {{"ruptures", RupturesJson(overview.ruptures)}};
  json.update(BondJson(overview.bond));
  json["unread"] = overview.unread;
  json["not_accepted"] = Json::array();
  for (const MessageView& message : overview.refused) {
    json["not_accepted"].push_back({{"id", message.id.hex()}, {"refusal", message.refusal}});
  }
  json["standing"] = StandingJson(overview.standing);
  return json;
}

}  // namespace holdfast::client::cli
