#include "client/cli/words/event_words.h"

#include <array>

#include "client/cli/words/schedule_words.h"
#include "client/cli/words/text.h"
#include "client/cli/words/times.h"
#include "holdfast/v1/content.pb.h"

namespace holdfast::client::cli {
namespace {

std::string ShortOf(const LedgerSubject& subject) {
  return ShortId(SubjectAs<EnvelopeId>(subject));
}

std::string PauseInWords(const Words& words, const BondId& bond, std::uint64_t until_ms) {
  const std::string back = OnDay(words.Day(until_ms));
  return words.is_client()
             ? "You are on a pause, and back " + back + ". Nothing is asked of you until then."
             : words.Subject(bond) + " is on a pause, and back " + back +
                   ". Check-ins are skipped until then; replies that are owed stay owed.";
}

// What somebody may want to do about news.
std::string Prompt(Telling telling, const std::string& text) {
  return telling == Telling::kNews ? text : "";
}

struct ActWords {
  const Words& words;
  const LedgerLine& line;
  bool client;
  Telling telling;

  std::string operator()(const Availability& what) const {
    return (client ? "Your therapist's hours: " : "Your hours: ") +
           AvailabilityInWords(words, what);
  }
  std::string operator()(const Rhythm& what) const {
    return (client ? "Your therapist proposes a check-in " : "You proposed a check-in ") +
           RhythmInWords(what) + "." +
           Prompt(client ? telling : Telling::kHistory, " If it suits you: holdfast rhythm accept");
  }
  std::string operator()(const AcceptRhythm&) const {
    const std::string which =
        line.rhythm ? "a check-in " + RhythmInWords(*line.rhythm) : std::string("the rhythm");
    return (client ? "You accepted " : words.Subject(line.entry.bond) + " accepted ") + which +
           "; they open by themselves.";
  }
  std::string operator()(const EndRhythm&) const {
    if (!line.rhythm || line.was_accepted) {
      return "The rhythm has ended: no check-ins open by themselves any more, and one is welcome "
             "at "
             "any time.";
    }
    return "The proposal of a check-in " + RhythmInWords(*line.rhythm) + " was taken back.";
  }
  std::string operator()(const Reschedule& what) const {
    return (client ? std::string("Your therapist moved a reply to you: ")
                   : "You moved a reply to " + words.Other(line.entry.bond) + ": ") +
           "it is now due " + words.Time(what.due_at_ms) + " instead of " +
           words.Time(what.from_ms) + " (" + ShortId(what.envelope) + ").";
  }
  std::string operator()(const Pause& what) const {
    return PauseInWords(words, line.entry.bond, what.until_ms) +
           (what.ahead_too ? " Notes that were written ahead wait until then as well." : "");
  }
  std::string operator()(const Resume&) const {
    return client ? "Welcome back; your pause has ended."
                  : words.Subject(line.entry.bond) + "'s pause has ended.";
  }
  std::string operator()(const Withdraw&) const { return "A note written ahead was withdrawn."; }
  std::string operator()(const EndBond&) const {
    return "Your bond with " + words.Other(line.entry.bond) +
           " has ended. Everything that was written stays on your device.";
  }
};

std::string OpenedInWords(const Words& words, const LedgerEntry& entry, Telling telling) {
  const std::string whose =
      words.is_client() ? "Your check-in" : "A check-in of " + words.Other(entry.bond);
  const bool is_news = telling == Telling::kNews;
  return whose + (is_news ? " is open until " : " opened, until ") + words.Time(entry.until_ms) +
         (is_news && words.is_client() ? ", whenever it suits you: holdfast checkin" : ".");
}

std::string SlotInWords(const Words& words, const LedgerLine& line, Telling telling) {
  const LedgerEntry& entry = line.entry;
  const bool client = words.is_client();
  switch (entry.kind) {
    case LedgerKind::kSlotOpened:
      return OpenedInWords(words, entry, telling);
    case LedgerKind::kSlotFilled:
      return client ? "Your check-in is in its place."
                    : words.Subject(entry.bond) + " has checked in.";
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

std::string MissInWords(const Words& words, const LedgerEntry& entry, Telling telling) {
  const std::string due = words.Time(entry.until_ms);
  return words.is_client()
             ? "The reply to you that was due " + due +
                   (telling == Telling::kNews ? " has not come." : " had not come by then.") +
                   " This is not about you, and there is nothing that you have to do" +
                   Prompt(telling, ": a reply is still owed to you") + " (" +
                   ShortOf(entry.subject) + ")."
             : "The reply to " + words.Other(entry.bond) + " was due " + due +
                   (telling == Telling::kNews ? " and has not gone out."
                                              : " and had not gone out by then.") +
                   Prompt(telling,
                          " A reply repairs it, and says that it is late: holdfast reply " +
                              ShortOf(entry.subject));
}

std::string PromiseEventInWords(const Words& words, const LedgerEntry& entry, Telling telling) {
  const bool client = words.is_client();
  const std::string of = " (" + ShortOf(entry.subject) + ").";
  switch (entry.kind) {
    case LedgerKind::kPromiseMade:
      return (client ? "A reply to you is due "
                     : "A reply to " + words.Other(entry.bond) + " is due ") +
             words.Time(entry.until_ms) + of;
    case LedgerKind::kPromiseKept:
      return (client ? std::string("The reply came as promised")
                     : "Your reply to " + words.Other(entry.bond) + " went out in time") +
             of;
    case LedgerKind::kPromiseMissed:
      return MissInWords(words, entry, telling);
    default:
      return (client
                  ? std::string("The reply that was late has come")
                  : "Your reply to " + words.Other(entry.bond) + " repairs the one that was late") +
             of;
  }
}

}  // namespace

std::string LedgerLineInWords(const Words& words, const LedgerLine& line, Telling telling) {
  switch (line.entry.kind) {
    case LedgerKind::kAct:
      if (!line.act) return "";
      return std::visit(ActWords{words, line, words.is_client(), telling}, line.act->what);
    case LedgerKind::kSlotOpened:
    case LedgerKind::kSlotFilled:
    case LedgerKind::kSlotClosedEmpty:
    case LedgerKind::kSlotSkipped:
      return SlotInWords(words, line, telling);
    case LedgerKind::kPromiseMade:
    case LedgerKind::kPromiseKept:
    case LedgerKind::kPromiseMissed:
    case LedgerKind::kPromiseRepaired:
      return PromiseEventInWords(words, line.entry, telling);
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
                                                             "The end of your bond"};
  const std::string what(kNames.at(static_cast<std::size_t>(decision.kind) - 1));
  const bool several = decision.kind == ActKind::kAvailability;
  if (!decision.refusal.empty()) {
    return what + (several ? " were" : " was") +
           " not taken by the practice: " + AsSentence(PrintableLine(RefusalOf(decision)));
  }
  return what + " (" + words.Time(decision.made_at_ms) +
         (several ? ") are safe on this device and go out"
                  : ") is safe on this device and goes out") +
         " with your next command that reaches the practice.";
}

std::string RepairInWords(const Words& words, const MessageView& reply) {
  if (!reply.content || reply.content->reply().missed_due_at_ms() == 0) return "";
  const std::string due = words.Time(reply.content->reply().missed_due_at_ms());
  return reply.mine ? "It says by itself that it was due " + due + "."
                    : "It was due " + due + " and came late. That was not about you.";
}

}  // namespace holdfast::client::cli
