#include "client/cli/words/overview_words.h"

#include "client/cli/words/event_words.h"
#include "client/cli/words/json.h"
#include "client/cli/words/standing_json.h"
#include "client/cli/words/standing_words.h"
#include "client/cli/words/text.h"
#include "client/cli/words/witness_words.h"

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
         " was not accepted by the practice: " + PrintableLine(RefusalOf(message)) +
         "; it is kept here: holdfast show " + ShortId(message.id);
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
  if (overview.witnessed) text += "    " + WitnessedInWords(words, *overview.witnessed) + "\n";
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

std::string LeftBehindInWords(const Words& words, const BondOverview& overview) {
  std::string text;
  for (const MessageView& message : overview.refused) {
    text += "    " + RefusedInWords(words, message) + "\n";
  }
  for (const ActView& decision : overview.standing.waiting) {
    text += "    " + DecisionInWords(words, decision) + "\n";
  }
  if (text.empty()) return text;
  return words.Subject(overview.bond.id) + " (" + ShortId(overview.bond.id) + "):\n" + text;
}

std::string AfterTheEnd(bool is_client) {
  return is_client ? "A new invitation makes a new bond, in another profile: holdfast --profile "
                     "NAME join"
                   : "A new invitation makes a new bond; for it your client needs another profile "
                     "(holdfast --profile NAME join).";
}

Json OwedJson(const BondOverview& bond, crypto::Role own_role) {
  Json owed = Json::array();
  if (bond.standing.ended) return owed;                    // nothing can be sent any more
  const bool mine = own_role == crypto::Role::kTherapist;  // only therapists promise replies
  const std::string_view other = RoleName(mine ? crypto::Role::kClient : crypto::Role::kTherapist);
  for (const PromiseView& promise : bond.standing.promises) {
    owed.push_back({{"message", promise.envelope.hex()},
                    {"bond", promise.bond.hex()},
                    {"by", mine ? std::string_view("me") : other},
                    {"sent_at", TimeJson(promise.line.made_at_ms)},
                    {"due_at", TimeJson(promise.line.due_at_ms)}});
  }
  for (const MessageView& message : bond.asked) {
    owed.push_back({{"message", message.id.hex()},
                    {"bond", message.bond.hex()},
                    {"by", message.mine ? other : std::string_view("me")},
                    {"sent_at", TimeJson(message.sent_at_ms)},
                    {"due_at", nullptr}});
  }
  return owed;
}

Json OverviewJson(const BondOverview& overview) {
  Json json = BondJson(overview.bond);
  json["marks_on_missing"] = overview.marks_on_missing;
  json["unread"] = overview.unread;
  json["not_accepted"] = Json::array();
  for (const MessageView& message : overview.refused) {
    json["not_accepted"].push_back(
        {{"message", message.id.hex()}, {"refusal", RefusalOf(message)}});
  }
  json["witnessed"] = Json(nullptr);
  if (overview.witnessed) {
    json["witnessed"] = {{"message", overview.witnessed->id.hex()},
                         {"witnessed_at", TimeJson(overview.witnessed->witnessed_at_ms)}};
  }
  json["standing"] = StandingJson(overview.standing);
  return json;
}

}  // namespace holdfast::client::cli
