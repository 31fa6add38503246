#include "client/cli/words/safety_words.h"

#include <algorithm>

#include "client/cli/words/form_words.h"
#include "client/cli/words/text.h"
#include "holdfast/v1/content.pb.h"

namespace holdfast::client::cli {
namespace {

// The answers that say so, each on a line.
std::string RiskyAnswers(const Words& words, const v1::CheckIn& check_in) {
  v1::CheckIn risky = check_in;
  risky.clear_answers();
  for (const v1::Answer& answer : check_in.answers()) {
    const bool says = std::ranges::find(check_in.risk(), answer.link_id()) != check_in.risk().end();
    if (says) *risky.add_answers() = answer;
  }
  return AnswersInWords(risky, FormOf(check_in, words.forms()));
}

}  // namespace

std::string WhatToDoNow(const std::vector<std::string>& lines) {
  std::string text =
      "Thank you for saying so. Please do not wait for an answer here: nobody reads Holdfast "
      "around the clock. What you can do now:\n";
  for (const std::string& line : lines) text += "  * " + PrintableLine(line) + "\n";
  return text +
         "Your answer is marked, so that your therapist sees it before anything else once it is "
         "sent. \"holdfast resources\" shows these lines again, at any time.";
}

std::string NotSafeInWords(const Words& words, const std::vector<MessageView>& messages) {
  std::string text;
  for (const MessageView& message : messages) {
    const std::string id = ShortId(message.id);
    text += "ATTENTION: " + words.Subject(message.bond) +
            " says that they may not be safe, in the check-in of " +
            words.Time(message.sent_at_ms) + ":\n" +
            Quoted(Trimmed(RiskyAnswers(words, message.content->check_in())), "    ", 0) +
            "    (holdfast show " + id +
            "; once you have seen it and know what you will do: " + "holdfast seen " + id + ")\n";
  }
  return text;
}

std::string SafetyRemark(const Words& words, const MessageView& message) {
  if (!message.not_safe) return "";
  if (message.mine) {
    return "An answer in it says that you are not safe; " + words.Other(message.bond) +
           " is shown it before anything else.";
  }
  if (message.seen_at_ms != 0) {
    return "An answer in it says that they may not be safe; you said that you have seen it " +
           words.Time(message.seen_at_ms) + ".";
  }
  return "ATTENTION: an answer in it says that they may not be safe. Once you have seen it: "
         "holdfast seen " +
         ShortId(message.id);
}

}  // namespace holdfast::client::cli
