#include "client/cli/words/witness_words.h"

namespace holdfast::client::cli {

std::string WitnessRemark(const Words& words, const MessageView& message) {
  if (message.witnessed_at_ms != 0) {
    const std::string at = words.Time(message.witnessed_at_ms);
    return message.mine ? words.Subject(message.bond) + " read this and was with you, " + at + "."
                        : "You said that you read this and were with them, " + at + ".";
  }
  if (!CanWitness(words, message) || NeedName(message) != "witness") return "";
  return "To say that you read it and were there: holdfast witness " + ShortId(message.id);
}

std::string WitnessedInWords(const Words& words, const MessageView& message) {
  return words.Other(message.bond) + " read your " + KindInWords(message) + " of " +
         words.Day(message.sent_at_ms) + " and was with you, " +
         words.Time(message.witnessed_at_ms);
}

bool CanWitness(const Words& words, const MessageView& message) {
  return !words.is_client() && !message.mine && message.witnessed_at_ms == 0;
}

std::string SaidWitnessed(const Words& words, const MessageView& message, bool before, bool told) {
  const std::string who = words.Other(message.bond);
  const std::string at = words.Time(message.witnessed_at_ms);
  if (before) return "You said so before, " + at + "; " + who + " is told once.";
  if (!told) {
    return "It is safe on this device that you read it and were there, " + at + ". " +
           AsSentence(who + " is told with your next command that reaches the practice");
  }
  return AsSentence(who + " is told that you read it and were with them, " + at);
}

}  // namespace holdfast::client::cli
