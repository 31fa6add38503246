#include "client/cli/words/overview_words.h"

#include "client/cli/words/json.h"
#include "client/cli/words/standing_json.h"
#include "client/cli/words/standing_words.h"
#include "client/cli/words/text.h"

namespace holdfast::client::cli {
namespace {

std::string AskedInWords(const Words& words, const MessageView& message) {
  const std::string of = KindInWords(message) + " of " + words.Day(message.sent_at_ms);
  return ShortId(message.id) + "  " +
         (message.mine ? "a reply to you, for your " + of
                       : "a reply to " + words.Other(message.bond) + ", for the " + of);
}

std::string RefusedInWords(const Words& words, const MessageView& message) {
  return ShortId(message.id) + "  your " + KindInWords(message) + " of " +
         words.Day(message.sent_at_ms) +
         " was not accepted by the practice: " + PrintableLine(message.refusal);
}

}  // namespace

std::string OverviewInWords(const Words& words, const BondOverview& overview) {
  const BondView& bond = overview.bond;
  std::string text = words.Subject(bond.id) + " (" + ShortId(bond.id) + "), since " +
                     words.Day(bond.formed_at_ms) + "; ";
  text += bond.last_heard_ms == 0
              ? "nothing has reached you yet"
              : "the last sign from their device came " + words.Time(bond.last_heard_ms);
  if (overview.unread > 0) text += "; " + std::to_string(overview.unread) + " not opened yet";
  text += "\n";
  for (const std::string& line : StandingInWords(words, overview.standing)) {
    text += "    " + line + "\n";
  }
  for (const MessageView& message : overview.asked) {
    text += "    " + AskedInWords(words, message) + "\n";
  }
  if (overview.marks_on_missing > 0) {
    text += "    " + std::to_string(overview.marks_on_missing) +
            (overview.marks_on_missing == 1 ? " mark" : " marks") +
            " of what landed badly, on messages that are not on this device\n";
  }
  for (const MessageView& message : overview.refused) {
    text += "    " + RefusedInWords(words, message) + "\n";
  }
  return text;
}

Json OverviewJson(const BondOverview& overview) {
  Json json = BondJson(overview.bond);
  json["marks_on_missing"] = overview.marks_on_missing;
  json["unread"] = overview.unread;
  json["not_accepted"] = Json::array();
  for (const MessageView& message : overview.refused) {
    json["not_accepted"].push_back({{"message", message.id.hex()}, {"refusal", message.refusal}});
  }
  json["standing"] = StandingJson(overview.standing);
  return json;
}

}  // namespace holdfast::client::cli
