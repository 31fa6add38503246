#include "client/cli/words/event_words.h"

#include <array>
#include <cstdio>

#include "client/cli/words/schedule_input.h"
#include "client/cli/words/text.h"
#include "holdfast/v1/content.pb.h"
#include "rules/limits.h"

namespace holdfast::client::cli {
namespace {

bool IsClient(const Words& words) { return words.own_role() == crypto::Role::kClient; }

// "your reply of yesterday", "their check-in of Mon 2 Mar".
std::string Marked(const Words& words, const MessageView* message) {
  if (message == nullptr) return "a message that has not reached this device";
  const std::string whose = message->mine     ? "your "
                            : IsClient(words) ? "your therapist's "
                                              : "their own ";
  return whose + std::string(KindName(message->kind)) + " of " + words.Day(message->sent_at_ms);
}

}  // namespace

std::string RuptureInWords(const Words& words, const RuptureView& mark,
                           const MessageView* message) {
  const std::string who = IsClient(words) ? "You" : AsSentence(words.Other(mark.bond));
  std::string subject = who;
  if (!subject.empty() && subject.back() == '.') subject.pop_back();
  std::string text = subject + " marked " + Marked(words, message) + " as having landed badly";
  text += mark.closed ? ", and closed it " + words.Time(mark.closed_at_ms) + "."
                      : " (" + words.Time(mark.marked_at_ms) + "). It is still open.";
  if (!mark.text.empty()) text += "\n" + Trimmed(Quoted(mark.text, "", 0));
  return text;
}

std::string RupturesInWords(const Words& words, const std::vector<ShownRupture>& ruptures) {
  std::string text;
  for (const ShownRupture& rupture : ruptures) {
    text += RuptureInWords(words, rupture.mark, rupture.message ? &*rupture.message : nullptr) +
            "\n    (holdfast show " + ShortId(rupture.mark.message) + ")\n";
  }
  return text;
}

std::string RuptureWritten(const Words& words, const BondId& bond, bool closed) {
  if (closed)
    return "It is closed, because you say so. " + AsSentence(words.Other(bond) + " will see that");
  return "Thank you for saying so. " +
         AsSentence(words.Other(bond) + " sees it before anything else of yours") +
         " It stays open until you close it, and there is nothing else that you have to do.";
}

std::string RuptureQuestion(const Words& words, const RuptureView& mark,
                            const MessageView* message) {
  return "First, because it matters: " + RuptureInWords(words, mark, message) +
         "\n\nHow is it now? Your own words are added for your therapist. \"closed\" closes it. "
         "Enter alone leaves it as it is.";
}

namespace {

// "Kim" or "Your therapist" at the beginning of a sentence.
std::string Subject(const Words& words, const BondId& bond) {
  std::string name = AsSentence(words.Other(bond));
  if (name.ends_with('.')) name.pop_back();
  return name;
}

std::string ShortOf(const LedgerSubject& subject) {
  return ShortId(SubjectAs<EnvelopeId>(subject));
}

std::string PauseInWords(const Words& words, const BondId& bond, std::uint64_t until_ms) {
  const std::string until = words.Day(until_ms);
  return IsClient(words)
             ? "You are on a pause until " + until + ". Nothing is asked of you until then."
             : Subject(words, bond) + " is on a pause until " + until +
                   ". Check-ins are skipped; replies that are owed stay owed.";
}

struct ActWords {
  const Words& words;
  const BondId& bond;
  bool client;

  std::string operator()(const Availability& what) const {
    return (client ? "Your therapist's hours: " : "Your hours: ") +
           AvailabilityInWords(words, what);
  }
  std::string operator()(const Rhythm& what) const {
    return client ? "Your therapist proposes a check-in " + RhythmInWords(what) +
                        ". If it suits you: holdfast rhythm accept"
                  : "You proposed a check-in " + RhythmInWords(what) + ".";
  }
  std::string operator()(const AcceptRhythm&) const {
    return client ? "You accepted the rhythm. Check-ins open by themselves."
                  : Subject(words, bond) + " accepted the rhythm.";
  }
  std::string operator()(const EndRhythm&) const {
    return "The rhythm has ended; no further check-ins open by themselves.";
  }
  std::string operator()(const Reschedule& what) const {
    return (client ? std::string("Your therapist moved a reply to you: ")
                   : "You moved a reply to " + words.Other(bond) + ": ") +
           "it is now due " + words.Time(what.due_at_ms) + " instead of " +
           words.Time(what.from_ms) + " (" + ShortId(what.envelope) + ").";
  }
  std::string operator()(const Pause& what) const {
    return PauseInWords(words, bond, what.until_ms) +
           (what.ahead_too ? " Notes that were written ahead wait until then as well." : "");
  }
  std::string operator()(const Resume&) const {
    return client ? "Welcome back; your pause has ended."
                  : Subject(words, bond) + "'s pause has ended.";
  }
  std::string operator()(const Withdraw&) const { return "A note written ahead was withdrawn."; }
  std::string operator()(const EndBond&) const {
    return "This bond has ended. Everything that was written stays on your device.";
  }
};

std::string SlotInWords(const Words& words, const LedgerLine& line) {
  const LedgerEntry& entry = line.entry;
  const bool client = IsClient(words);
  switch (entry.kind) {
    case LedgerKind::kSlotOpened:
      return client ? "Your check-in is open until " + words.Time(entry.until_ms) +
                          ", whenever it suits you: holdfast checkin"
                    : "A check-in of " + words.Other(entry.bond) + " is open until " +
                          words.Time(entry.until_ms) + ".";
    case LedgerKind::kSlotFilled:
      return client ? "Your check-in is in its place."
                    : Subject(words, entry.bond) + " has checked in.";
    case LedgerKind::kSlotClosedEmpty:
      return client ? "The check-in that was open has closed. That is all right; the next one "
                      "opens by itself."
                    : "Someone to think of: the check-in of " + words.Other(entry.bond) +
                          " has closed, and nothing has reached you.";
    default:
      return client ? "A check-in was skipped, because of your pause."
                    : "A check-in of " + words.Other(entry.bond) +
                          " was skipped, because of the pause.";
  }
}

std::string MissInWords(const Words& words, const LedgerEntry& entry) {
  const std::string due = words.Time(entry.until_ms);
  return IsClient(words)
             ? "The reply that was promised you by " + due +
                   " has not come. This is not about you, and there is nothing that you have to "
                   "do: your therapist is told now, and a reply is still owed to you (" +
                   ShortOf(entry.subject) + ")."
             : "The reply to " + words.Other(entry.bond) + " was due " + due +
                   " and has not gone out. They have been told, kindly. A reply repairs it, and "
                   "names it by itself: holdfast reply " +
                   ShortOf(entry.subject);
}

std::string PromiseEventInWords(const Words& words, const LedgerEntry& entry) {
  const bool client = IsClient(words);
  const std::string of = " (" + ShortOf(entry.subject) + ").";
  switch (entry.kind) {
    case LedgerKind::kPromiseMade:
      return (client ? "A reply to you is promised by "
                     : "A reply to " + words.Other(entry.bond) + " is due ") +
             words.Time(entry.until_ms) + of;
    case LedgerKind::kPromiseKept:
      return (client ? std::string("The reply came as promised")
                     : "Your reply to " + words.Other(entry.bond) + " went out in time") +
             of;
    case LedgerKind::kPromiseMissed:
      return MissInWords(words, entry);
    default:
      return (client
                  ? std::string("The reply that was late has come")
                  : "Your reply to " + words.Other(entry.bond) + " repairs the one that was late") +
             of;
  }
}

std::string RuleInWords(const std::string& rule) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kNames = {
      {{"MO", "Monday"},
       {"TU", "Tuesday"},
       {"WE", "Wednesday"},
       {"TH", "Thursday"},
       {"FR", "Friday"},
       {"SA", "Saturday"},
       {"SU", "Sunday"}}};
  if (rule == "FREQ=DAILY") return "every day";
  const std::string weekly = "FREQ=WEEKLY;BYDAY=";
  if (rule.starts_with(weekly)) {
    for (const auto& [day, name] : kNames) {
      if (rule.substr(weekly.size()) == day) return "every " + std::string(name);
    }
  }
  return "by the rule " + PrintableLine(rule);
}

}  // namespace

std::string LedgerLineInWords(const Words& words, const LedgerLine& line) {
  switch (line.entry.kind) {
    case LedgerKind::kAct:
      if (!line.act) return "";
      return std::visit(ActWords{words, line.entry.bond, IsClient(words)}, line.act->what);
    case LedgerKind::kSlotOpened:
    case LedgerKind::kSlotFilled:
    case LedgerKind::kSlotClosedEmpty:
    case LedgerKind::kSlotSkipped:
      return SlotInWords(words, line);
    case LedgerKind::kPromiseMade:
    case LedgerKind::kPromiseKept:
    case LedgerKind::kPromiseMissed:
    case LedgerKind::kPromiseRepaired:
      return PromiseEventInWords(words, line.entry);
    case LedgerKind::kReleased:
      return "A note written ahead was released (" + ShortOf(line.entry.subject) + ").";
    case LedgerKind::kRestored:
      return "The practice restored an older copy of its store; what came after it is being "
             "offered again.";
  }
  return "";
}

std::string ReminderInWords(const Words& words, const ReminderView& reminder) {
  if (reminder.slot) {
    return "Your check-in is open until " + words.Time(reminder.due_at_ms) +
           ", if you would like to. Leaving it is all right as well.";
  }
  return "A reply to " + words.Other(reminder.bond) + " is due " + words.Time(reminder.due_at_ms) +
         ": holdfast reply " + (reminder.envelope ? ShortId(*reminder.envelope) : "");
}

std::string DecisionInWords(const Words& words, const ActView& decision) {
  static constexpr std::array<std::string_view, 9> kNames = {"Your hours",
                                                             "The proposed rhythm",
                                                             "Your yes to the rhythm",
                                                             "The end of the rhythm",
                                                             "The moved reply",
                                                             "Your pause",
                                                             "The end of your pause",
                                                             "The withdrawal",
                                                             "The end of this bond"};
  const std::string what(kNames.at(static_cast<std::size_t>(decision.kind) - 1));
  const bool several = decision.kind == ActKind::kAvailability;
  if (!decision.refusal.empty()) {
    return what + (several ? " were" : " was") +
           " not taken by the practice: " + AsSentence(PrintableLine(decision.refusal));
  }
  return what + " (" + words.Time(decision.made_at_ms) +
         (several ? ") are safe on this device and go out by themselves."
                  : ") is safe on this device and goes out by itself.");
}

std::string RhythmInWords(const Rhythm& rhythm) {
  const std::uint64_t minute = rhythm.first % limits::kDayMs / limits::kMinuteMs;
  std::array<char, 16> at{};
  std::snprintf(at.data(), at.size(), "%02u:%02u", static_cast<unsigned>(minute / 60),
                static_cast<unsigned>(minute % 60));
  return RuleInWords(rhythm.rule) + " at " + at.data() + " (" + PrintableLine(rhythm.zone.name) +
         "), open for " + MinutesInWords(rhythm.window_minutes);
}

std::string AvailabilityInWords(const Words& words, const Availability& availability) {
  std::string text = HoursInWords(availability.hours) + " (" +
                     PrintableLine(availability.zone.name) + "); a reply within " +
                     MinutesInWords(availability.reply_within_minutes) + " of them";
  for (const Away& away : availability.away) {
    if (away.until_ms <= words.now_ms()) continue;
    text += "; away " + words.Time(away.from_ms) + " to " + words.Time(away.until_ms);
  }
  return text;
}

std::string PromiseInWords(const Words& words, const PromiseView& promise) {
  const bool client = IsClient(words);
  const std::string due = words.Time(promise.line.due_at_ms);
  const std::string whom = client ? "a reply to you" : "a reply to " + words.Other(promise.bond);
  if (promise.line.state == PromiseState::kMissed || promise.overdue) {
    return client ? whom + " was promised by " + due +
                        " and has not come; it is owed to you, and you need not do anything"
                  : whom + " was due " + due + "; they have been told, and a reply repairs it";
  }
  std::string text = whom + (client ? ", promised by " : ", due ") + due;
  if (promise.line.due_at_ms != promise.line.first_due_at_ms) {
    text += " (moved from " + words.Time(promise.line.first_due_at_ms) + ")";
  }
  return text;
}

std::vector<std::string> StandingInWords(const Words& words, const StandingView& standing) {
  const bool client = IsClient(words);
  std::vector<std::string> lines;
  if (standing.ended) return {"this bond has ended"};
  for (const PromiseView& promise : standing.promises) {
    lines.push_back(ShortId(promise.envelope) + "  " + PromiseInWords(words, promise));
  }
  if (standing.paused_until_ms) {
    lines.push_back("on a pause until " + words.Day(*standing.paused_until_ms) +
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
                                 ": holdfast rhythm accept"
                           : "the rhythm that you proposed is not answered yet");
  }
  if (!standing.availability && !client) {
    lines.emplace_back("no hours are set, so no reply time is promised: holdfast availability set");
  }
  for (const ActView& decision : standing.waiting) {
    lines.push_back(DecisionInWords(words, decision));
  }
  return lines;
}

std::string RepairInWords(const Words& words, const MessageView& reply) {
  if (!reply.content || reply.content->reply().missed_due_at_ms() == 0) return "";
  const std::string due = words.Time(reply.content->reply().missed_due_at_ms());
  return reply.mine ? "It says by itself that it was due " + due + "."
                    : "It was due " + due + " and came late. That was not about you.";
}

}  // namespace holdfast::client::cli
