#include "client/cli/words/ahead_words.h"

#include <array>
#include <vector>

#include "client/cli/words/times.h"

namespace holdfast::client::cli {
namespace {

// "the check-in of Thu 5 Mar".
std::string CheckInOf(const Words& words, const AheadView& ahead) {
  return "the check-in of " + words.Day(ahead.slot_opens_at_ms);
}

// Of one that will never come.
std::string WhyInVain(const Words& words, const MessageView& note) {
  const AheadView& ahead = *note.ahead;
  switch (ahead.outlook) {
    case AheadOutlook::kRhythmChanged:
      return "It cannot come any more: the rhythm has changed or ended, and " +
             CheckInOf(words, ahead) + " will not open.";
    case AheadOutlook::kSkipped:
      return "It cannot come any more: " + CheckInOf(words, ahead) +
             " was skipped, because of a pause.";
    case AheadOutlook::kCheckInCame:
      return "It is not needed: " + CheckInOf(words, ahead) + " has come.";
    case AheadOutlook::kAnswered:
      return "It is not needed: the reply went out in time.";
    case AheadOutlook::kBondEnded:
      return "It cannot come any more: your bond has ended.";
    default:
      return "";
  }
}

// "because something is marked as having landed badly, and a reply to them is late".
std::string WhyHeld(const AheadHold& hold) {
  std::vector<std::string> reasons;
  if (hold.not_safe) reasons.push_back("they said that they are not safe, and have no word since");
  if (hold.marked) reasons.push_back("something is marked as having landed badly");
  if (hold.missed) reasons.push_back("a reply to them is late");
  if (reasons.empty()) return "by what their device knew when it came";
  std::string text = "because ";
  for (const std::string& reason : reasons) {
    text += (&reason == &reasons.front() ? "" : ", and ") + reason;
  }
  return text;
}

std::string HowToDecide(const EnvelopeId& note) {
  const std::string id = ShortId(note);
  return "as it is: holdfast ahead release " + id + "; anew: holdfast ahead rewrite " + id +
         "; not at all: holdfast ahead withdraw " + id;
}

std::string HeldRemark(const Words& words, const MessageView& note) {
  const std::string who = words.Other(note.bond);
  const bool is_out = note.ahead->outlook == AheadOutlook::kReleased;
  return (is_out ? "It is held, " : "When its time comes it is held, ") +
         WhyHeld(*note.ahead->hold) + ". " +
         AsSentence(who +
                    (is_out ? " has not seen it, and is told nothing" : " is told nothing then")) +
         " You decide: " + HowToDecide(note.id) + ".";
}

std::string ToItsWriter(const Words& words, const MessageView& note) {
  const AheadView& ahead = *note.ahead;
  if (ahead.hold) return HeldRemark(words, note);
  if (IsVain(ahead.outlook)) {
    const bool can_withdraw = ahead.outlook != AheadOutlook::kBondEnded;
    return WhyInVain(words, note) +
           (can_withdraw ? " To take it away: holdfast ahead withdraw " + ShortId(note.id) : "");
  }
  if (ahead.withdrawing) {
    return "Its withdrawal is safe on this device, and has not reached the practice. Until then "
           "it may still come.";
  }
  if (ahead.decided && ahead.outlook != AheadOutlook::kReleased) {
    return "You decided that it goes, whatever would hold it.";
  }
  switch (ahead.outlook) {
    case AheadOutlook::kInPause:
      return "Its check-in falls into the pause; unless that ends early, this will not come.";
    case AheadOutlook::kHeld:
      return "Its time has come; it waits for the pause to end.";
    case AheadOutlook::kDue:
      return "Its time has come; the practice has not said yet that it let it out.";
    default:
      return "";
  }
}

std::string WhyNow(const Words& words, const MessageView& note) {
  const AheadView& ahead = *note.ahead;
  const bool client = words.own_role() == crypto::Role::kClient;
  const std::string whose = client ? "your check-in of " : "their check-in of ";
  switch (ahead.release.when) {
    case ReleaseWhen::kNow:
      return "";
    case ReleaseWhen::kAtTime:
      return "for " + words.Time(ahead.release.at_ms);
    case ReleaseWhen::kSlotOpens:
      return "to be here when " + whose + words.Day(ahead.slot_opens_at_ms) + " opens";
    case ReleaseWhen::kSlotClosesEmpty:
      return "in case " + whose + words.Day(ahead.slot_opens_at_ms) + " would pass in silence" +
             (client ? ", which is all right" : "");
    case ReleaseWhen::kPromiseMissed:
      return client ? "in case a reply to you would be late" : "in case a reply would be late";
  }
  return "";
}

std::string ToItsReader(const Words& words, const MessageView& note) {
  std::string text =
      "Written ahead " + OnDay(words.Time(note.sent_at_ms)) + ", " + WhyNow(words, note) + ".";
  if (note.ahead->early) text += " It came before that; an alarm said so.";
  return text;
}

}  // namespace

std::string_view ReleaseName(ReleaseWhen when) {
  static constexpr std::array<std::string_view, 5> kNames = {"now", "at-time", "slot-opens",
                                                             "slot-closes-empty", "promise-missed"};
  return kNames.at(static_cast<std::size_t>(when));
}

std::string AheadWaitsFor(const Words& words, const MessageView& note) {
  const AheadView& ahead = *note.ahead;
  switch (ahead.release.when) {
    case ReleaseWhen::kNow:
      return "nothing";
    case ReleaseWhen::kAtTime:
      return words.Time(ahead.release.at_ms);
    case ReleaseWhen::kSlotOpens:
      return CheckInOf(words, ahead) + " to open";
    case ReleaseWhen::kSlotClosesEmpty:
      return CheckInOf(words, ahead) + ", should it close with nothing in it";
    case ReleaseWhen::kPromiseMissed:
      return ahead.promise ? "the reply to " + ShortId(*ahead.promise) + ", should it be late"
                           : "the next reply of yours that should be late";
  }
  return "";
}

std::string AheadState(const Words& words, const MessageView& note) {
  const AheadView& ahead = *note.ahead;
  if (ahead.outlook == AheadOutlook::kReleased) {
    if (ahead.hold) return "held until you decide";
    return (note.unconfirmed ? "released, delivery unconfirmed since " : "stored, released ") +
           words.Time(ahead.released_at_ms);
  }
  if (IsVain(ahead.outlook)) return "sealed, and will not come";
  return "sealed, waiting for " + AheadWaitsFor(words, note);
}

std::string AheadRemark(const Words& words, const MessageView& note) {
  return note.mine ? ToItsWriter(words, note) : ToItsReader(words, note);
}

std::string HeldInWords(const Words& words, const std::vector<MessageView>& notes) {
  std::string text;
  for (const MessageView& note : notes) {
    const bool is_out = note.ahead->outlook == AheadOutlook::kReleased;
    text += "FOR YOU TO DECIDE: your note to " + words.Other(note.bond) + " of " +
            words.Day(note.sent_at_ms) +
            (is_out ? " is held, "
                    : ", for " + words.Time(note.ahead->goes_at_ms) + ", is held then, ") +
            WhyHeld(*note.ahead->hold) + ". They are told nothing until you decide; " +
            HowToDecide(note.id) + ".\n";
  }
  return text;
}

std::string ComingInWords(const Words& words, const std::vector<MessageView>& notes) {
  std::string text;
  for (const MessageView& note : notes) {
    const bool is_sure = note.ahead->release.when == ReleaseWhen::kAtTime ||
                         note.ahead->release.when == ReleaseWhen::kSlotOpens;
    const std::string id = ShortId(note.id);
    text += "Your note to " + words.Other(note.bond) + " of " + words.Day(note.sent_at_ms) + " (" +
            id + ") goes out " + words.Time(note.ahead->goes_at_ms) +
            (is_sure ? "" : ", should it still be needed then") +
            ". That is so unless you say otherwise: holdfast ahead rewrite " + id +
            ", or holdfast ahead withdraw " + id + ".\n";
  }
  return text;
}

std::string AheadLetGo(const Words& words, const MessageView& note, bool told) {
  const bool is_out = note.ahead->outlook == AheadOutlook::kReleased;
  const std::string who = words.Other(note.bond);
  const std::string what = is_out ? AsSentence(who + " is shown it as it is")
                                  : "It goes when its time comes, whatever would hold it.";
  return what + (told ? ""
                      : " That is safe on this device, and goes out with your next command "
                        "that reaches the practice.");
}

std::string AheadWritten(const Words& words, const MessageView& note) {
  const std::string waits = AheadWaitsFor(words, note) + ".";
  if (note.state == MessageState::kQueued) {
    return "Your note is sealed and safe on this device. It goes to the practice with your next "
           "command that reaches it, and waits there for " +
           waits;
  }
  return "Your note is sealed and waits at the practice for " + waits + " Only " +
         words.Other(note.bond) +
         " can read it, and not before. Until then you can take it back: " +
         "holdfast ahead withdraw " + ShortId(note.id);
}

std::string AheadWithdrawn(const Words& words, const MessageView& note) {
  if (note.state == MessageState::kWithdrawn) {
    return "It is withdrawn. " + AsSentence(words.Other(note.bond) + " will never see it");
  }
  return note.ahead->outlook == AheadOutlook::kReleased
             ? "It was released before it could be withdrawn; " + words.Other(note.bond) +
                   " has it, or will."
             : "Its withdrawal is safe on this device, and goes out with your next command that "
               "reaches the practice. Until then it may still come.";
}

}  // namespace holdfast::client::cli
