// A therapist's clients at a glance: who comes first, what is said of each, and which totals are
// compared.
#include <nlohmann/json.hpp>

#include "client/cli/words/caseload_words.h"
#include "client/cli/words/form_words.h"
#include "client/core/reading/form_courses.h"
#include "client/forms/form_import.h"
#include "client/forms/shipped.h"
#include "rules/limits.h"
#include "support/catch.h"

namespace holdfast::client::cli {
namespace {

constexpr std::uint64_t kCaseMs = 1'772'643'600'000;  // Wed 4 Mar 2026
constexpr std::uint64_t kFortnightMs = 14 * limits::kDayMs;

BondOverview CaseOf(char fill, const std::string& label, std::uint64_t heard_ms) {
  BondOverview bond;
  bond.bond = {BondId::From(Bytes(16, fill), "bond").value(), label, crypto::Role::kTherapist,
               kCaseMs - 100 * limits::kDayMs, heard_ms};
  return bond;
}

PromiseView DueAt(std::uint64_t due_ms, bool late) {
  PromiseView promise;
  promise.line.due_at_ms = due_ms;
  promise.line.state = late ? PromiseState::kMissed : PromiseState::kOpen;
  return promise;
}

MessageView WithTotal(const forms::Form& form, std::uint64_t at_ms, std::size_t total) {
  forms::GivenAnswers given;
  for (const forms::Item& item : form.items) {
    if (item.options.empty() || !item.options[0].weight) continue;
    const std::size_t weight = std::min<std::size_t>(total, item.options.size() - 1);
    given[item.link_id] = item.options[weight].text;
    total -= weight;
  }
  auto content = std::make_shared<v1::Content>();
  *content->mutable_check_in() = BlankCheckIn(form);
  PutAnswers(form, forms::FillForm(form, given).value(), *content->mutable_check_in());
  MessageView message;
  message.id = EnvelopeId::From(Bytes(16, static_cast<char>(at_ms % 251 + 1)), "id").value();
  message.kind = Kind::kCheckIn;
  message.sent_at_ms = at_ms;
  message.not_safe = content->check_in().risk_size() > 0;
  message.content = std::move(content);
  return message;
}

// Of PHQ-9, a fortnight between two.
BondOverview WithTotals(const std::vector<std::size_t>& totals,
                        const forms::FormRef& form = forms::ShippedByName("phq-9")) {
  BondOverview bond = CaseOf('k', "Kim", kCaseMs);
  std::vector<MessageView> messages;
  for (const std::size_t total : totals) {
    messages.push_back(WithTotal(*form, kCaseMs + messages.size() * kFortnightMs, total));
  }
  std::vector<const MessageView*> places;
  for (const MessageView& message : messages) places.push_back(&message);
  bond.check_ins = CheckInCoursesOf(places);
  return bond;
}

Words CaseWords(const std::vector<BondOverview>& bonds) {
  std::vector<BondView> views;
  for (const BondOverview& bond : bonds) views.push_back(bond.bond);
  return {crypto::Role::kTherapist, views, kCaseMs + 10 * kFortnightMs};
}

std::string Said(const BondOverview& bond) { return CaseInWords(CaseWords({bond}), bond); }

bool Names(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE(
    "whoever may not be safe comes first, then marks, late and coming replies, and the rest "
    "by who was longest not heard of",
    "[caseload]") {
  BondOverview quiet = CaseOf('a', "quiet", kCaseMs - 30 * limits::kDayMs);
  BondOverview heard = CaseOf('b', "heard", kCaseMs);
  BondOverview unread = CaseOf('c', "unread", kCaseMs);
  unread.unread = 2;
  BondOverview asked = CaseOf('d', "asked", kCaseMs);
  asked.asked.resize(1);
  BondOverview later = CaseOf('e', "later", kCaseMs), sooner = CaseOf('f', "sooner", kCaseMs);
  later.standing.promises = {DueAt(kCaseMs + 2, false)};
  sooner.standing.promises = {DueAt(kCaseMs + 1, false)};
  BondOverview missed = CaseOf('g', "missed", kCaseMs);
  missed.standing.promises = {DueAt(kCaseMs - 1, true), DueAt(kCaseMs + 1, false)};
  BondOverview marked = CaseOf('h', "marked", kCaseMs);
  marked.ruptures.resize(1);
  BondOverview unsafe = CaseOf('i', "unsafe", kCaseMs);
  unsafe.not_safe.resize(1);
  BondOverview ended = CaseOf('j', "ended", kCaseMs);
  ended.standing.ended = true;
  ended.standing.promises = {DueAt(kCaseMs - 1, true)};
  BondOverview ended_unsafe = CaseOf('k', "ended and unsafe", kCaseMs);
  ended_unsafe.standing.ended = true;
  ended_unsafe.not_safe.resize(1);
  ended_unsafe.not_safe[0].sent_at_ms = 1;
  std::string order;
  for (const BondOverview& bond : CaseloadOf({heard, quiet, unread, asked, later, sooner, missed,
                                              marked, unsafe, ended, ended_unsafe})) {
    order += bond.bond.label + " " + std::string(NameOf(NeedOf(bond))) + "; ";
  }
  CHECK(order ==
        "unsafe not-safe; ended and unsafe not-safe; marked mark; missed missed; sooner due; "
        "later due; asked asked; unread unread; quiet nothing; heard nothing; ");
}

TEST_CASE(
    "a total is named with the one before, and a reliable change beyond the form's own points",
    "[caseload]") {
  const std::string more = Said(WithTotals({8, 14}));
  INFO(more);
  CHECK(Names(more,
              "PHQ-9 total: 14 on Wed 18 Mar; 8 on Wed 4 Mar: higher by 6, a reliable change "
              "(5 or more)\n"));
  CHECK(Names(Said(WithTotals({14, 9})), "lower by 5, a reliable change"));
  const std::string less = Said(WithTotals({8, 12}));
  CHECK(Names(less, "PHQ-9 total: 12 on Wed 18 Mar; 8 on Wed 4 Mar\n"));
  CHECK_FALSE(Names(less, "reliable"));
  // Little by little is told as well: against the first.
  CHECK(Names(Said(WithTotals({4, 8, 12})), "12 on Wed 1 Apr; 4 on Wed 4 Mar: higher by 8"));
  CHECK(Names(Said(WithTotals({4})), "PHQ-9 total: 4 on Wed 4 Mar\n"));
  const std::string k6 = Said(WithTotals({0, 24}, forms::ShippedByName("k6")));
  CHECK(Names(k6, "total: "));
  CHECK_FALSE(Names(k6, "reliable"));
  for (const char* word : {"severe", "moderate", "worse", "better", "improve", "deteriorat"}) {
    CHECK_FALSE(Names(more, word));
  }
}

TEST_CASE("answers of two wordings are never compared, nor what was not added up", "[caseload]") {
  std::string bytes = forms::ShippedByName("phq-9")->canonical;
  const std::size_t at = bytes.find("Little interest");
  bytes.replace(at, 6, "Few in");
  const forms::FormRef other = forms::ParseForm(bytes).value();
  std::vector<MessageView> messages = {
      WithTotal(*other, kCaseMs, 3),
      WithTotal(*forms::ShippedByName("phq-9"), kCaseMs + kFortnightMs, 20)};
  BondOverview bond = CaseOf('k', "Kim", kCaseMs);
  bond.check_ins = CheckInCoursesOf({&messages[0], &messages[1]});
  REQUIRE(bond.check_ins.forms.size() == 2);
  CHECK_FALSE(bond.check_ins.forms[0].before);
  CHECK_FALSE(bond.check_ins.forms[1].before);
  CHECK_FALSE(Names(Said(bond), "reliable"));
  // Even where they were handed over as one course.
  const FormCourse mixed{messages[1], messages[0], std::nullopt};
  CHECK_FALSE(ChangeOf(Words(crypto::Role::kTherapist, {}, kCaseMs, {other}), mixed));
  // Something is left out of the time before: the first counts.
  BondOverview gap = WithTotals({2, 9, 10});
  auto content = std::make_shared<v1::Content>(*gap.check_ins.forms[0].before->content);
  content->mutable_check_in()->mutable_answers()->RemoveLast();
  content->mutable_check_in()->mutable_answers()->RemoveLast();
  gap.check_ins.forms[0].before->content = content;
  CHECK(ChangeOf(CaseWords({gap}), gap.check_ins.forms[0])->then_ms == kCaseMs);
}

TEST_CASE("each client is a few lines with what is owed, marked and said", "[caseload]") {
  BondOverview bond = WithTotals({8, 14});
  bond.standing.promises = {DueAt(kCaseMs - 1, true), DueAt(kCaseMs + 1, false)};
  bond.ruptures.resize(2);
  bond.unread = 1;
  bond.check_ins.last->not_safe = true;
  bond.check_ins.last->seen_at_ms = kCaseMs + 1;
  bond.bond.label = "Kim \x1b[2J";
  const std::string said = Said(bond);
  INFO(said);
  CHECK(said.starts_with("Kim "));
  CHECK_FALSE(Names(said, "\x1b"));
  for (const char* part : {"2 landed badly", "a reply is late: it was due", "a reply is due ",
                           "1 not opened yet", "last check-in Wed 18 Mar, 17:00, PHQ-9 (",
                           "they said then that they may not be safe; you have seen it"}) {
    INFO(part);
    CHECK(Names(said, part));
  }
  CHECK(Names(ReliableChangeInWords(CaseWords({bond}), {bond}), "no diagnosis"));
  CHECK(ReliableChangeInWords(CaseWords({bond}), {WithTotals({8, 9})}).empty());
  const nlohmann::json json = CaseJson(CaseWords({bond}), bond);
  CHECK(json.at("needs") == "mark");
  CHECK(json.at("owed").size() == 2);
  CHECK(json.at("forms").at(0).at("total") == 14);
  CHECK(json.at("forms").at(0).at("compared").at("change") == 6);
  CHECK(json.at("forms").at(0).at("compared").at("reliable") == true);
}

}  // namespace holdfast::client::cli
