#include "client/cli/words/words.h"

#include "client/cli/words/ahead_words.h"
#include "client/cli/words/form_words.h"
#include "client/cli/words/step_words.h"
#include "client/cli/words/text.h"
#include "client/cli/words/times.h"
#include "client/cli/words/witness_words.h"
#include "client/words/alarm_words.h"
#include "client/words/finding_words.h"
#include "client/words/refusal_words.h"
#include "holdfast/v1/content.pb.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

v1::Need NeedOf(const MessageView& message) {
  if (!message.content) return v1::NEED_UNSPECIFIED;
  if (message.content->has_check_in()) return message.content->check_in().need();
  if (message.content->has_note()) return message.content->note().need();
  return v1::NEED_UNSPECIFIED;
}

// What to do, for failures whose own words may not say so.
std::string_view Advice(Reason reason) {
  switch (reason) {
    case Reason::kUnreachable:
      return "Nothing is lost; try again in a little while.";
    case Reason::kServerBusy:
    case Reason::kStorageFull:
      return "What you wrote is kept on this device, and is sent again later.";
    case Reason::kWrongPassphrase:
      return "Check which profile you mean, and try again.";
    default:
      return "";
  }
}

std::string Ended(std::string text) {
  if (!text.empty() && text.back() != '.' && text.back() != '?' && text.back() != '!') text += ".";
  return text;
}

}  // namespace

std::string_view RoleName(crypto::Role role) {
  return role == crypto::Role::kTherapist ? "therapist" : "client";
}

std::string_view KindName(Kind kind) {
  switch (kind) {
    case Kind::kCheckIn:
      return "check-in";
    case Kind::kReply:
      return "reply";
    case Kind::kNote:
      return "note";
    case Kind::kReceipt:
      return "receipt";
    case Kind::kControl:
      return "control";
  }
  return "message";
}

std::string KindInWords(const MessageView& message) {
  if (message.content && message.content->has_form_assignment()) return "form";
  if (message.kind == Kind::kNote && !message.ahead) return "message";
  return std::string(KindName(message.kind));
}

std::string_view NeedName(const MessageView& message) {
  switch (NeedOf(message)) {
    case v1::NEED_REPLY:
      return "reply";
    case v1::NEED_WITNESS:
      return "witness";
    case v1::NEED_NONE:
      return "none";
    case v1::NEED_SESSION:
      return "session";
    default:
      return "";
  }
}

std::string TextOf(const MessageView& message) {
  if (!message.content) return {};
  switch (message.content->kind_case()) {
    case v1::Content::kCheckIn:
      return message.content->check_in().note();
    case v1::Content::kReply:
      return message.content->reply().text();
    case v1::Content::kNote:
      return message.content->note().text();
    default:
      return {};
  }
}

std::string AsSentence(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') {
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  }
  return Ended(std::move(text));
}

std::string FailureInWords(const absl::Status& status) {
  std::string said = RefusalText(status);
  said += StepInWords(StepOf(status));
  std::string text = Ended(PrintableLine(said));
  const std::string_view advice = Advice(ReasonOf(status));
  if (!advice.empty()) text += " " + std::string(advice);
  return text;
}

std::string RefusalOf(const MessageView& message) {
  return KeptRefusalText(message.refusal, message.refusal_reason);
}

std::string RefusalOf(const ActView& decision) {
  return KeptRefusalText(decision.refusal, decision.refusal_reason);
}

std::string AlarmInWords(const Alarm& alarm, std::uint64_t now_ms) {
  return (IsCalm(alarm.kind) ? "Please note (" : "ATTENTION (") + LocalTime(alarm.at_ms, now_ms) +
         "): " + Ended(PrintableLine(AlarmText(alarm)));
}

std::string FindingInWords(const Finding& finding) {
  return FindingText(finding).append(StepInWords(StepOf(finding.why)));
}

std::string ShortId(const EnvelopeId& id) { return id.hex().substr(0, kShortIdDigits); }
std::string ShortId(const DeviceId& id) { return id.hex().substr(0, kShortIdDigits); }
std::string ShortId(const BondId& id) { return id.hex().substr(0, kShortIdDigits); }

std::string Words::Time(std::uint64_t time_ms) const { return LocalTime(time_ms, now_ms_); }
std::string Words::Day(std::uint64_t time_ms) const { return LocalDay(time_ms, now_ms_); }

std::string Words::Other(const BondId& id) const {
  for (const BondView& bond : bonds_) {
    if (bond.id == id && !bond.label.empty()) return PrintableLine(bond.label);
  }
  return own_role_ == crypto::Role::kClient ? "your therapist" : "client " + ShortId(id);
}

std::string Words::Subject(const BondId& id) const {
  std::string name = AsSentence(Other(id));
  if (name.ends_with('.')) name.pop_back();
  return name;
}

std::string Words::Title(const MessageView& message) const {
  const std::string kind = KindInWords(message);
  return message.mine ? "your " + kind + " to " + Other(message.bond)
                      : kind + " from " + Other(message.bond);
}

std::string Words::Need(const MessageView& message) const {
  if (message.state == MessageState::kAnswered) return message.mine ? "" : "answered";
  if (!message.mine) {
    if (message.state == MessageState::kReplyDue) return "reply due " + Time(message.due_at_ms);
    if (message.state == MessageState::kMissed) return "reply was due " + Time(message.due_at_ms);
    if (message.state == MessageState::kRepaired) return "repaired";
  }
  switch (NeedOf(message)) {
    case v1::NEED_REPLY:
      return "asks for a reply";
    case v1::NEED_WITNESS:
      return "just to be read";
    case v1::NEED_NONE:
      return message.kind == Kind::kCheckIn ? "no reply needed" : "";
    case v1::NEED_SESSION:
      return "for the next session";
    default:
      return "";
  }
}

std::string Words::Reached(const MessageView& message) const {
  return Reached(message.reached, message.reached_at_ms, message.unconfirmed);
}

std::string Words::Reached(MessageState reached, std::uint64_t at_ms, bool unconfirmed) const {
  const std::string since = at_ms == 0 ? "" : " " + Time(at_ms);
  switch (reached) {
    case MessageState::kStored:
      return (unconfirmed ? "stored, delivery unconfirmed since" : "stored") + since;
    case MessageState::kDelivered:
      return "delivered" + since;
    case MessageState::kOpened:
      return "opened" + since;
    default:
      return "queued on this device";
  }
}

std::string Words::State(const MessageView& message) const {
  if (!message.refusal.empty()) return "not accepted";
  const std::string since = message.state_since_ms == 0 ? "" : " " + Time(message.state_since_ms);
  if (message.bond_ended) {
    return Reached(message) + "; no reply is owed any more, because your bond has ended";
  }
  const bool is_held = message.mine && message.ahead && message.ahead->hold &&
                       message.ahead->outlook == AheadOutlook::kReleased;
  if (is_held || (message.state == MessageState::kStored && message.ahead)) {
    return AheadState(*this, message);
  }
  switch (message.state) {
    case MessageState::kQueued:
    case MessageState::kStored:
    case MessageState::kDelivered:
    case MessageState::kOpened:
      return Reached(message.state, message.state_since_ms, message.unconfirmed);
    case MessageState::kReplyDue:
      return Reached(message) + "; reply due " + Time(message.due_at_ms);
    case MessageState::kAnswered:
      return "answered" + since;
    case MessageState::kMissed:
      return "the reply was due " + Time(message.due_at_ms) + "; it has not come yet" +
             (message.mine ? ", and is still owed to you" : "");
    case MessageState::kRepaired:
      return "repaired" + since;
    case MessageState::kWithdrawn:
      return "withdrawn" + since;
  }
  return "";
}

std::string Words::Remark(const MessageView& message) const {
  if (!message.refusal.empty()) {
    return "The practice did not accept it: " + Ended(PrintableLine(RefusalOf(message))) +
           (message.refusal_reason == Reason::kBondEnded
                ? " What you wrote stays on this device, and cannot be sent in that bond any more."
                : "");
  }
  if (message.erased_at_ms != 0) {
    return "You erased what it says on " + LocalDay(message.erased_at_ms, 0) + ".";
  }
  if (message.content && message.content->kind_case() == v1::Content::KIND_NOT_SET) {
    return "It was written with a newer version of Holdfast; update yours to read it.";
  }
  if (message.content && message.content->has_form_assignment()) {
    return AssignmentInWords(message, is_client(), forms_);
  }
  if (message.ahead) {
    const std::string remark = AheadRemark(*this, message);
    if (!remark.empty()) return remark;
  }
  const std::string witnessed = WitnessRemark(*this, message);
  if (message.mine && message.unconfirmed) {
    return "Nothing has come back since. That need not mean anything; if it matters, try another "
           "way to reach them.";
  }
  if (message.mine && message.state == MessageState::kMissed) {
    return (witnessed.empty() ? "" : witnessed + " ") +
           "This is not about you, and there is nothing that you have to do.";
  }
  return witnessed;
}

std::string Words::Written(const MessageView& message) const {
  const std::string what = "Your " + KindInWords(message);
  if (!message.refusal.empty()) return Remark(message);
  if (message.ahead) return AheadWritten(*this, message);
  if (message.state == MessageState::kQueued) {
    return what + " is safe on this device and queued. " + std::string(kGoesOut);
  }
  const std::string stored =
      what + " is stored at the practice, and only " + Other(message.bond) + " can read it.";
  if (message.state == MessageState::kReplyDue) {
    return stored + " A reply is due " + Time(message.due_at_ms) + ".";
  }
  return NeedOf(message) == v1::NEED_REPLY ? stored + " The reply comes in their own time."
                                           : stored;
}

std::string Words::KeptHere(const MessageView& message) const {
  return "Your " + KindInWords(message) + " is kept on this device, so do not write " +
         "it again. It goes out with your next command once this is mended:";
}

std::string Words::Answers(const MessageView& message) const {
  if (!message.content || !message.content->has_check_in()) return "";
  const v1::CheckIn& check_in = message.content->check_in();
  const forms::FormRef form = FormOf(check_in, forms_);
  std::string text = AnswersInWords(check_in, form);
  const std::string score = is_client() || message.mine ? "" : ScoreInWords(check_in, form);
  if (!text.empty() && !score.empty()) text += "\n" + score + "\n";
  return text;
}

}  // namespace holdfast::client::cli
