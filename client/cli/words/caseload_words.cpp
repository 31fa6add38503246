#include "client/cli/words/caseload_words.h"

#include <algorithm>
#include <cstdlib>
#include <tuple>

#include "client/cli/words/form_words.h"
#include "client/cli/words/json.h"
#include "client/cli/words/overview_words.h"
#include "client/cli/words/text.h"
#include "client/cli/words/times.h"
#include "client/forms/score.h"
#include "holdfast/v1/content.pb.h"

namespace holdfast::client::cli {
namespace {

constexpr std::uint64_t kNoTime = UINT64_MAX;

bool IsMissed(const PromiseView& promise) {
  return promise.overdue || promise.line.state == PromiseState::kMissed;
}

// The earliest of the missed ones, or of the others.
std::uint64_t FirstDueMs(const BondOverview& bond, bool missed) {
  std::uint64_t first = kNoTime;
  for (const PromiseView& promise : bond.standing.promises) {
    if (IsMissed(promise) == missed) first = std::min(first, promise.line.due_at_ms);
  }
  return first;
}

std::uint64_t HeardMs(const BondOverview& bond) {
  return bond.bond.last_heard_ms != 0 ? bond.bond.last_heard_ms : bond.bond.formed_at_ms;
}

std::tuple<CaseloadNeed, std::uint64_t> CaseOrder(const BondOverview& bond) {
  const CaseloadNeed need = NeedOf(bond);
  switch (need) {
    case CaseloadNeed::kNotSafe:
      return {need, bond.not_safe.front().sent_at_ms};
    case CaseloadNeed::kMark:
      return {need, bond.ruptures.empty() ? kNoTime : bond.ruptures.front().mark.marked_at_ms};
    case CaseloadNeed::kMissed:
    case CaseloadNeed::kDue:
      return {need, FirstDueMs(bond, need == CaseloadNeed::kMissed)};
    case CaseloadNeed::kAsked:
      return {need, bond.asked.front().sent_at_ms};
    case CaseloadNeed::kUnread:
    case CaseloadNeed::kNothing:
      break;
  }
  return {need, HeardMs(bond)};
}

struct AddedUp {
  forms::FormRef form;
  std::optional<forms::Decimal> total;
};

AddedUp AddUp(const Words& words, const MessageView& message) {
  const v1::CheckIn& check_in = message.content->check_in();
  AddedUp sum{FormOf(check_in, words.forms()), std::nullopt};
  if (!sum.form) return sum;
  const forms::Score score = ScoreOf(*sum.form, AnswersIn(check_in));
  if (score.state == forms::ScoreState::kScored) sum.total = score.total;
  return sum;
}

std::optional<TotalChange> ChangeSince(const Words& words, const AddedUp& now,
                                       const std::optional<MessageView>& then) {
  if (!now.total || !then) return std::nullopt;
  const AddedUp sum = AddUp(words, *then);
  if (!sum.total || sum.form->hash != now.form->hash) return std::nullopt;
  TotalChange change{
      then->id, then->sent_at_ms, *sum.total, {now.total->millionths - sum.total->millionths}};
  const forms::Decimal apart{std::abs(change.higher.millionths)};
  change.reliable = now.form->reliable_change && apart >= *now.form->reliable_change;
  return change;
}

std::string ChangeInWords(const Words& words, const forms::Form& form, const TotalChange& change) {
  std::string text = TextOf(change.total) + " " + OnDay(words.Day(change.then_ms));
  if (!change.reliable) return "; " + text;
  const bool is_higher = change.higher > forms::Decimal();
  return "; " + text + ": " + (is_higher ? "higher" : "lower") + " by " +
         TextOf(forms::Decimal{std::abs(change.higher.millionths)}) + ", a reliable change (" +
         TextOf(*form.reliable_change) + " or more)";
}

// "PHQ-9 total: 14 today; 8 on Wed 18 Feb: higher by 6, a reliable change (5 or more)".
std::string CourseInWords(const Words& words, const FormCourse& course) {
  const AddedUp now = AddUp(words, course.newest);
  if (!now.form || !now.total) return "";
  const std::string name =
      now.form->score_name.empty() ? now.form->title + " total" : now.form->score_name;
  const std::optional<TotalChange> change = ChangeOf(words, course);
  return PrintableLine(name) + ": " + TextOf(*now.total) + " " +
         OnDay(words.Day(course.newest.sent_at_ms)) +
         (change ? ChangeInWords(words, *now.form, *change) : "");
}

std::string CheckInLine(const Words& words, const BondOverview& bond) {
  if (!bond.check_ins.last) return "no check-in has reached this device yet";
  const MessageView& last = *bond.check_ins.last;
  const forms::FormRef form = FormOf(last.content->check_in(), words.forms());
  return "last check-in " + words.Time(last.sent_at_ms) +
         (form ? ", " + PrintableLine(form->title) : "") + " (" + ShortId(last.id) + ")";
}

void AddReplies(const Words& words, const BondOverview& bond, std::vector<std::string>& lines) {
  std::size_t missed = 0, due = 0;
  for (const PromiseView& promise : bond.standing.promises) {
    ++(IsMissed(promise) ? missed : due);
  }
  if (missed > 0) {
    lines.push_back((missed == 1 ? "a reply is late: it was due "
                                 : std::to_string(missed) + " replies are late, the first due ") +
                    words.Time(FirstDueMs(bond, true)));
  }
  if (due > 0) {
    lines.push_back(
        (due == 1 ? "a reply is due " : std::to_string(due) + " replies are due, the first ") +
        words.Time(FirstDueMs(bond, false)));
  }
  if (!bond.asked.empty()) {
    lines.push_back(bond.asked.size() == 1 ? "a reply is asked for; no time is promised"
                                           : std::to_string(bond.asked.size()) +
                                                 " replies are asked for; no time is promised");
  }
}

std::vector<std::string> LinesOfCase(const Words& words, const BondOverview& bond) {
  std::vector<std::string> lines;
  for (const MessageView& message : bond.not_safe) {
    lines.push_back("ATTENTION: may not be safe, by the check-in of " +
                    words.Time(message.sent_at_ms) + ": holdfast show " + ShortId(message.id));
  }
  const std::uint64_t marks = bond.ruptures.size() + bond.marks_on_missing;
  if (marks > 0) lines.push_back(std::to_string(marks) + " landed badly, and open");
  AddReplies(words, bond, lines);
  if (bond.unread > 0) lines.push_back(std::to_string(bond.unread) + " not opened yet");
  lines.push_back(CheckInLine(words, bond));
  const std::optional<MessageView>& last = bond.check_ins.last;
  if (last && last->not_safe && last->seen_at_ms != 0) {
    lines.push_back("they said then that they may not be safe; you have seen it");
  }
  for (const FormCourse& course : bond.check_ins.forms) {
    const std::string line = CourseInWords(words, course);
    if (!line.empty()) lines.push_back(line);
  }
  if (bond.standing.empty_slot) {
    lines.push_back("nothing has reached you in the check-in of " +
                    words.Day(bond.standing.empty_slot->slot.opens_at_ms));
  }
  if (bond.standing.paused_until_ms) {
    lines.push_back("rests until " + words.Day(*bond.standing.paused_until_ms));
  }
  return lines;
}

Json NumberJson(const std::optional<forms::Decimal>& number) {
  return number ? Json::parse(TextOf(*number)) : Json(nullptr);
}

Json CourseJson(const Words& words, const FormCourse& course) {
  const AddedUp now = AddUp(words, course.newest);
  if (!now.form) return nullptr;
  const std::optional<TotalChange> change = ChangeOf(words, course);
  Json changed = nullptr;
  if (change) {
    changed = {{"message", change->then.hex()},
               {"at", TimeJson(change->then_ms)},
               {"total", NumberJson(change->total)},
               {"change", NumberJson(change->higher)},
               {"reliable", now.form->reliable_change ? Json(change->reliable) : Json(nullptr)}};
  }
  return {{"name", now.form->name},
          {"canonical", now.form->Canonical()},
          {"hash", now.form->hash.hex()},
          {"message", course.newest.id.hex()},
          {"at", TimeJson(course.newest.sent_at_ms)},
          {"total", NumberJson(now.total)},
          {"reliable_change", NumberJson(now.form->reliable_change)},
          {"compared", changed}};
}

}  // namespace

std::string_view NameOf(CaseloadNeed need) {
  switch (need) {
    case CaseloadNeed::kNotSafe:
      return "not-safe";
    case CaseloadNeed::kMark:
      return "mark";
    case CaseloadNeed::kMissed:
      return "missed";
    case CaseloadNeed::kDue:
      return "due";
    case CaseloadNeed::kAsked:
      return "asked";
    case CaseloadNeed::kUnread:
      return "unread";
    case CaseloadNeed::kNothing:
      break;
  }
  return "nothing";
}

CaseloadNeed NeedOf(const BondOverview& bond) {
  if (!bond.not_safe.empty()) return CaseloadNeed::kNotSafe;
  if (!bond.standing.ended) {
    if (!bond.ruptures.empty() || bond.marks_on_missing > 0) return CaseloadNeed::kMark;
    if (FirstDueMs(bond, true) != kNoTime) return CaseloadNeed::kMissed;
    if (FirstDueMs(bond, false) != kNoTime) return CaseloadNeed::kDue;
    if (!bond.asked.empty()) return CaseloadNeed::kAsked;
  }
  return bond.unread > 0 ? CaseloadNeed::kUnread : CaseloadNeed::kNothing;
}

std::vector<BondOverview> CaseloadOf(std::vector<BondOverview> bonds) {
  std::erase_if(bonds, [](const BondOverview& bond) {
    return bond.standing.ended && NeedOf(bond) == CaseloadNeed::kNothing;
  });
  std::ranges::stable_sort(bonds, [](const BondOverview& one, const BondOverview& other) {
    return CaseOrder(one) < CaseOrder(other);
  });
  return bonds;
}

std::optional<TotalChange> ChangeOf(const Words& words, const FormCourse& course) {
  const AddedUp now = AddUp(words, course.newest);
  const std::optional<TotalChange> before = ChangeSince(words, now, course.before);
  if (before && before->reliable) return before;
  const std::optional<TotalChange> first = ChangeSince(words, now, course.first);
  const bool says_more = first && (first->reliable || !before);
  return says_more ? first : before;
}

std::string CaseInWords(const Words& words, const BondOverview& bond) {
  std::string text = words.Subject(bond.bond.id) + " (" + ShortId(bond.bond.id) + ")\n";
  for (const std::string& line : LinesOfCase(words, bond)) text += "    " + line + "\n";
  return text;
}

std::string ReliableChangeInWords(const Words& words, const std::vector<BondOverview>& bonds) {
  for (const BondOverview& bond : bonds) {
    for (const FormCourse& course : bond.check_ins.forms) {
      const std::optional<TotalChange> change = ChangeOf(words, course);
      if (!change || !change->reliable) continue;
      return "A reliable change is larger than a total moves by itself. It says nothing of why, "
             "and is no diagnosis.";
    }
  }
  return "";
}

Json CaseJson(const Words& words, const BondOverview& bond) {
  Json not_safe = Json::array(), forms = Json::array(), last = nullptr;
  for (const MessageView& message : bond.not_safe) not_safe.push_back(message.id.hex());
  for (const FormCourse& course : bond.check_ins.forms) {
    Json one = CourseJson(words, course);
    if (!one.is_null()) forms.push_back(std::move(one));
  }
  if (bond.check_ins.last) {
    last = {{"message", bond.check_ins.last->id.hex()},
            {"at", TimeJson(bond.check_ins.last->sent_at_ms)},
            {"not_safe", bond.check_ins.last->not_safe},
            {"seen_at", TimeJson(bond.check_ins.last->seen_at_ms)}};
  }
  return {{"bond", bond.bond.id.hex()},
          {"label", TextJson(bond.bond.label)},
          {"needs", NameOf(NeedOf(bond))},
          {"not_safe", not_safe},
          {"marks", bond.ruptures.size() + bond.marks_on_missing},
          {"owed", OwedJson(bond, crypto::Role::kTherapist)},
          {"unread", bond.unread},
          {"last_heard_at", TimeJson(bond.bond.last_heard_ms)},
          {"last_check_in", last},
          {"forms", forms}};
}

}  // namespace holdfast::client::cli
