#include "client/cli/words/standing_words.h"

#include <algorithm>

#include "client/cli/words/event_words.h"
#include "client/cli/words/schedule_words.h"
#include "client/cli/words/times.h"

namespace holdfast::client::cli {
namespace {

void AddWaiting(const Words& words, const StandingView& standing, std::vector<std::string>& lines) {
  for (const ActView& decision : standing.waiting) {
    lines.push_back(DecisionInWords(words, decision));
  }
}

}  // namespace

std::string PromiseInWords(const Words& words, const PromiseView& promise) {
  const bool client = words.is_client();
  const std::string due = words.Time(promise.line.due_at_ms);
  const std::string whom = client ? "a reply to you" : "a reply to " + words.Other(promise.bond);
  if (promise.line.state == PromiseState::kMissed || promise.overdue) {
    return client ? whom + " was due " + due +
                        " and has not come; it is owed to you, and you need not do anything"
                  : whom + " was due " + due + "; a reply repairs it";
  }
  std::string text = whom + ", due " + due;
  if (promise.line.due_at_ms != promise.line.first_due_at_ms) {
    text += " (moved from " + words.Time(promise.line.first_due_at_ms) + ")";
  }
  return text;
}

bool HasAnswered(const StandingView& standing) {
  return std::ranges::any_of(standing.waiting, [](const ActView& act) {
    return act.refusal.empty() &&
           (act.kind == ActKind::kAcceptRhythm || act.kind == ActKind::kEndRhythm);
  });
}

std::vector<std::string> StandingInWords(const Words& words, const StandingView& standing) {
  const bool client = words.is_client();
  std::vector<std::string> lines;
  if (standing.ended) lines.emplace_back("your bond has ended");
  if (standing.ended) {
    AddWaiting(words, standing, lines);
    return lines;
  }
  for (const PromiseView& promise : standing.promises) {
    lines.push_back(ShortId(promise.envelope) + "  " + PromiseInWords(words, promise));
  }
  if (standing.paused_until_ms) {
    lines.push_back("on a pause, back " + OnDay(words.Day(*standing.paused_until_ms)) +
                    (standing.pause_holds_ahead ? "; notes written ahead wait as well" : ""));
  }
  if (standing.open_slot) {
    lines.push_back("a check-in is open until " +
                    words.Time(standing.open_slot->slot.closes_at_ms));
  } else if (standing.empty_slot && !client && !standing.paused_until_ms) {
    lines.push_back("someone to think of: nothing has reached you in the check-in of " +
                    words.Day(standing.empty_slot->slot.opens_at_ms));
  }
  if (standing.next_slot) {
    const bool skipped =
        standing.paused_until_ms && standing.next_slot->opens_at_ms < *standing.paused_until_ms;
    if (!skipped) {
      lines.push_back("the next check-in opens " + words.Time(standing.next_slot->opens_at_ms));
    }
  }
  if (standing.proposal) {
    lines.push_back(client ? "a rhythm is proposed to you, " + RhythmInWords(*standing.proposal) +
                                 (HasAnswered(standing) ? "" : ": holdfast rhythm accept")
                           : "the rhythm that you proposed is not answered yet");
  }
  if (!standing.availability && !client) {
    lines.emplace_back("no hours are set, so no reply time is promised: holdfast availability set");
  }
  AddWaiting(words, standing, lines);
  return lines;
}

}  // namespace holdfast::client::cli
