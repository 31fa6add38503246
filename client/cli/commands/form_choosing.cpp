#include "client/cli/commands/form_choosing.h"

#include <algorithm>

#include "client/cli/terminal/own_resources.h"
#include "client/cli/words/form_words.h"
#include "client/cli/words/safety_words.h"
#include "client/cli/words/text.h"
#include "client/forms/shipped.h"
#include "rules/errors.h"
#include "rules/limits.h"

namespace holdfast::client::cli {
namespace {

// Something in it is about the whole period, and not about right now alone.
bool AnswersPeriod(const forms::Form& form, const v1::CheckIn& check_in) {
  return std::ranges::any_of(check_in.answers(), [&](const v1::Answer& answer) {
    const forms::Item* const item = form.Find(answer.link_id());
    return item == nullptr || form.IsScored() || !forms::IsRisky(*item);
  });
}

// Another version of a form asks about the same days.
bool IsSameForm(const forms::Form& form, const v1::CheckIn& check_in) {
  const std::string& canonical = check_in.canonical();
  if (canonical.empty()) return check_in.form() == form.name;
  return canonical.substr(0, canonical.rfind('|')) == form.url;
}

}  // namespace

absl::StatusOr<forms::FormRef> FormMeant(const std::string& name,
                                         const std::vector<forms::FormRef>& known) {
  if (name.empty()) return forms::WeeklyForm();
  std::vector<forms::FormRef> meant;
  std::vector<Hash> seen;
  std::string names;
  for (const auto* group : {&known, &forms::ShippedForms()}) {
    for (const forms::FormRef& form : *group) {
      // One that comes along is held as well where it was assigned.
      const bool is_twice =
          std::ranges::any_of(seen, [&](const Hash& hash) { return hash == form->hash; });
      if (is_twice) continue;
      seen.push_back(form->hash);
      names += (names.empty() ? "" : ", ") + PrintableLine(form->name);
      if (form->name == name || form->hash.hex().starts_with(name)) meant.push_back(form);
    }
  }
  if (meant.size() == 1) return meant.front();
  if (meant.empty()) {
    return Refuse(Reason::kUsage, "FORM", "is none that is here; there are " + names);
  }
  std::string hashes;
  for (const forms::FormRef& form : meant) {
    hashes +=
        (hashes.empty() ? "" : ", ") + form->version + " (" + form->hash.hex().substr(0, 8) + ")";
  }
  return Refuse(Reason::kUsage, "FORM",
                "is in several versions here: " + hashes + "; say which by what is in brackets");
}

absl::StatusOr<CheckInAsked> AskedHere(Context& context, Device& device, forms::FormRef form) {
  CheckInAsked asked;
  asked.form = form ? std::move(form) : forms::WeeklyForm();
  HOLDFAST_ASSIGN_OR_RETURN(asked.known, device.forms());
  asked.how.what_to_do = WhatToDoNow(LinesHere(context.profile, device.now_ms()));
  return asked;
}

absl::StatusOr<std::uint64_t> LastAnsweredMs(Engine& engine, const BondId& bond,
                                             const forms::Form& form) {
  MessageQuery query;
  query.bond = bond;
  query.newest_max = 0;
  HOLDFAST_ASSIGN_OR_RETURN(const auto messages, engine.Messages(query));
  std::uint64_t last_ms = 0;
  for (const MessageView& message : messages) {
    if (message.kind != Kind::kCheckIn || !message.refusal.empty()) continue;
    const v1::CheckIn& check_in = message.content->check_in();
    if (!IsSameForm(form, check_in) || !AnswersPeriod(form, check_in)) continue;
    last_ms = std::max(last_ms, message.sent_at_ms);
  }
  return last_ms;
}

absl::Status AskInItsTime(Device& device, const BondId& bond, CheckInAsked& asked) {
  const forms::Form& form = *asked.form;
  HOLDFAST_ASSIGN_OR_RETURN(const std::uint64_t last_ms,
                            LastAnsweredMs(device.engine(), bond, form));
  const std::uint64_t again_ms = last_ms + form.recall_days * limits::kDayMs;
  const std::uint64_t now_ms = device.now_ms();
  if (last_ms == 0 || last_ms > now_ms || now_ms + kRecallSlackMs >= again_ms) {
    return absl::OkStatus();
  }
  HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
  const std::string why = "asks about " + PeriodInWords(form.recall_days) + ", and was answered " +
                          words.Day(last_ms) + "; it comes again " + words.Day(again_ms);
  if (form.IsScored()) {
    return Refuse(Reason::kUsage, "FORM",
                  why + ". Your own words are welcome at any time: holdfast checkin");
  }
  asked.how.only_safety = true;
  asked.first = "This form " + why + ". Your own words are welcome at any time.";
  return absl::OkStatus();
}

}  // namespace holdfast::client::cli
