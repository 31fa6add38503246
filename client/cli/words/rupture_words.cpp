#include "client/cli/words/rupture_words.h"

#include "client/cli/words/text.h"
#include "client/core/outside/limits.h"
#include "rules/own_clock.h"

namespace holdfast::client::cli {
namespace {

// "your reply of yesterday", "their check-in of Mon 2 Mar".
std::string Marked(const Words& words, const MessageView* message) {
  if (message == nullptr) return "a message that has not reached this device";
  const std::string whose = message->mine       ? "your "
                            : words.is_client() ? "your therapist's "
                                                : "their own ";
  return whose + KindInWords(*message) + " of " + words.Day(message->sent_at_ms);
}

// Where it is, to the client.
std::string OnItsWay(const Words& words, const RuptureView& mark) {
  if (mark.goes_from_ms == 0) return "";
  // Further ahead it was noted by a clock that was wrong, and holds nothing up.
  const bool later = !HasCome(mark.goes_from_ms, limits::kSignMs, words.now_ms());
  return " It goes out with the sign that this device gives once a day, " +
         (later ? "the next time it is in touch after " + words.Time(mark.goes_from_ms)
                : std::string("the next time it is in touch")) +
         (later ? ", or before that with a receipt." : ".");
}

}  // namespace

std::string RuptureInWords(const Words& words, const RuptureView& mark,
                           const MessageView* message) {
  std::string text = (words.is_client() ? "You" : words.Subject(mark.bond)) + " marked " +
                     Marked(words, message) + " as having landed badly";
  text += mark.closed ? ", and closed it " + words.Time(mark.closed_at_ms) + "."
                      : " (" + words.Time(mark.marked_at_ms) + "). It is still open.";
  if (!mark.text.empty()) text += "\n" + Trimmed(Quoted(mark.text, "", 0));
  return text;
}

std::string MarkInWords(const Words& words, const RuptureView& mark) {
  const std::string who = words.is_client() ? "you" : words.Other(mark.bond);
  return mark.closed ? "Landed badly; " + who + " closed it " + words.Time(mark.closed_at_ms) +
                           "." + OnItsWay(words, mark)
                     : "Landed badly: " + who + " marked it " + words.Time(mark.marked_at_ms) +
                           ", and it is still open." + OnItsWay(words, mark);
}

std::string RupturesInWords(const Words& words, const std::vector<ShownRupture>& ruptures) {
  std::string text;
  for (const ShownRupture& rupture : ruptures) {
    const std::string id = ShortId(rupture.mark.message);
    text += RuptureInWords(words, rupture.mark, rupture.message ? &*rupture.message : nullptr) +
            "\n    (" + (words.is_client() ? "" : "holdfast reply " + id + ", ") +
            "holdfast show " + id + ")\n";
  }
  return text;
}

std::string RuptureWritten(const Words& words, const RuptureView& mark) {
  const std::string whom = words.Other(mark.bond);
  if (mark.closed) {
    return "It is closed, because you say so. " + AsSentence(whom + " will see that") +
           OnItsWay(words, mark);
  }
  return "Thank you for saying so. " + AsSentence(whom + " sees it before anything else of yours") +
         " It stays open until you close it, and there is nothing else that you have to do." +
         OnItsWay(words, mark);
}

std::string RuptureQuestion(const Words& words, const RuptureView& mark,
                            const MessageView* message) {
  return "First, because it matters: " + RuptureInWords(words, mark, message) +
         "\n\nHow is it now? Your own words are added for your therapist. \"closed\" closes it. "
         "Enter alone leaves it as it is.";
}

}  // namespace holdfast::client::cli
