#include "client/cli/commands/checkin_questions.h"

#include <array>
#include <iostream>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "client/cli/terminal/input.h"
#include "client/cli/terminal/line_editing.h"
#include "client/cli/words/draft_words.h"
#include "client/cli/words/form_words.h"
#include "client/cli/words/pasted_text.h"
#include "client/cli/words/text.h"
#include "client/cli/words/words.h"
#include "client/core/outside/limits.h"
#include "client/forms/bounded_json.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

void SayFitted(std::string_view text) { std::cerr << Fitted(text, PromptColumns()) << "\n"; }

struct NeedChoice {
  v1::Need need;
  std::string_view name;
};
constexpr auto kNeeds = std::to_array<NeedChoice>({
    {v1::NEED_REPLY, "reply"},
    {v1::NEED_WITNESS, "witness"},
    {v1::NEED_NONE, "none"},
    {v1::NEED_SESSION, "session"},
});

bool FitsInt64(const nlohmann::json& value) {
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  return value.is_number_integer() &&
         (!value.is_number_unsigned() || value.get<std::uint64_t>() <= kMax);
}

std::string Numbered(std::size_t index, std::string_view words) {
  return std::to_string(index + 1) + " " + std::string(words);
}

// Answers that make no sense before it stays as it was.
constexpr int kNeedTriesMax = 3;

Typed::End AskNote(v1::CheckIn& check_in) {
  const std::string hint = Fitted(
      check_in.note().empty()
          ? "Anything in your own words? Enter alone leaves it out. Else write as many lines as "
            "you like; Ctrl-D ends them."
          : "Anything in your own words? Enter begins a new line; Ctrl-D ends it, and leaves it "
            "out where nothing is written.",
      PromptColumns());
  const Typed typed = AskForText("\n" + hint + "\n", check_in.note(), true);
  check_in.set_note(Trimmed(typed.text));
  // Nothing is an answer here; a terminal that is gone shows at the next question.
  return typed.end == Typed::End::kClosed ? Typed::End::kDone : typed.end;
}

Typed::End AskNeed(v1::CheckIn& check_in) {
  const std::string alone =
      check_in.need() == v1::NEED_UNSPECIFIED ? "nothing is needed" : "as it was";
  std::cerr << "\n"
            << Fitted("What would you like to come of it? Enter alone: " + alone + ".",
                      PromptColumns())
            << "\n";
  ChoiceNames names;
  for (std::size_t i = 0; i < kNeeds.size(); ++i) {
    const std::string words(NeedInWords(kNeeds[i].need));
    std::cerr << "  " << Numbered(i, words) << "\n";
    names.push_back({words, std::string(kNeeds[i].name)});
  }
  for (int tries = 0; tries < kNeedTriesMax; ++tries) {
    const Typed typed = AskForLine("  > ");
    if (typed.end != Typed::End::kDone) return typed.end;
    const std::string answer = Trimmed(typed.text);
    const auto chosen = ChoiceMeant(answer, names);
    if (chosen) check_in.set_need(kNeeds[static_cast<std::size_t>(*chosen - 1)].need);
    if (chosen || answer.empty() || answer == "0") break;
    std::cerr << Fitted("A number from 1 to " + std::to_string(names.size()) +
                            ", or the words beside it; Enter alone: " + alone + ".",
                        PromptColumns())
              << "\n";
  }
  if (check_in.need() == v1::NEED_UNSPECIFIED) check_in.set_need(v1::NEED_NONE);
  return Typed::End::kDone;
}

// The form, question by question.
class FormWriter final : public Writer {
 public:
  FormWriter(CheckInAsked asked, std::optional<std::string> note, v1::Need need)
      : asked_(std::move(asked)), note_(std::move(note)), need_(need) {}

  Typed::End Write(Draft& draft) override {
    auto content = draft.content ? std::make_shared<v1::Content>(*draft.content)
                                 : std::make_shared<v1::Content>();
    v1::CheckIn& check_in = *content->mutable_check_in();
    const Typed::End end = Ask(check_in);
    draft.content = std::move(content);
    return end;
  }

  std::string Problem(const Draft& draft) override {
    if (draft.content->check_in().need() == v1::NEED_UNSPECIFIED) {
      return "It is not said yet what you would like to come of it, so it cannot be sent.";
    }
    const std::size_t bytes = draft.content->check_in().note().size();
    if (bytes <= limits::kTextBytesMax) return "";
    return "Your own words are too long by " + std::to_string(bytes - limits::kTextBytesMax) +
           " bytes: at most " + std::to_string(limits::kTextBytesMax) +
           " fit into one check-in. Shorten them; nothing was sent.";
  }

  bool may_be_empty() const override { return true; }

 private:
  // The form of the draft, where it is another one.
  forms::FormRef FormFor(const v1::CheckIn& check_in) const {
    const bool begun = !check_in.form().empty() && check_in.answers_size() > 0;
    if (!begun) return asked_.form;
    return FormOf(check_in, asked_.known);
  }

  Typed::End AskAnswers(v1::CheckIn& check_in) {
    const forms::FormRef form = FormFor(check_in);
    if (!form) {
      SayFitted(
          "The form that this was begun with is not on this device, so its answers stay as they "
          "are.");
      return Typed::End::kDone;
    }
    const bool is_asked = form == asked_.form;
    SayFitted(PrintableLine(form->title));
    for (const std::string& part :
         {form->introduction, form->notice, is_asked ? asked_.first : std::string()}) {
      if (!part.empty()) SayFitted("\n" + Printable(part));
    }
    SayFitted("\n" + std::string(kNoEmergencyService) + "\n" + std::string(HowToAnswer()));
    forms::Answers answers = AnswersIn(check_in);
    FormAsked how = asked_.how;
    how.only_safety = how.only_safety && is_asked;
    const Typed::End end = AskForm(*form, how, answers);
    PutForm(*form, check_in);
    PutAnswers(*form, answers, check_in);
    return end;
  }

  Typed::End Ask(v1::CheckIn& check_in) {
    const bool asks_note = !TakeNote(check_in);
    const v1::Need need = std::exchange(need_, v1::NEED_UNSPECIFIED);
    if (need != v1::NEED_UNSPECIFIED) check_in.set_need(need);
    Typed::End end = AskAnswers(check_in);
    if (end == Typed::End::kDone && asks_note) end = AskNote(check_in);
    // Who left out the rest is asked for what cannot be left open: without it, it cannot be sent.
    const bool asks_need = need == v1::NEED_UNSPECIFIED &&
                           (end == Typed::End::kDone || check_in.need() == v1::NEED_UNSPECIFIED);
    if (end != Typed::End::kSignalled && asks_need) end = AskNeed(check_in);
    return end;
  }

  // Whether all the words there are were given with the command: those of a draft stay, and
  // are shown with them.
  bool TakeNote(v1::CheckIn& check_in) {
    if (!note_) return false;
    const std::string given = Trimmed(*std::exchange(note_, std::nullopt));
    const std::string before = Trimmed(check_in.note());
    if (before.empty()) check_in.set_note(given);
    if (before.empty() || before == given) return true;
    if (before.find(given) == std::string::npos) check_in.set_note(before + "\n\n" + given);
    return false;
  }

  const CheckInAsked asked_;
  // As given with the command, until they were taken: whoever changes it is asked.
  std::optional<std::string> note_;
  v1::Need need_;
};

}  // namespace

v1::Need NeedNamed(std::string_view name) {
  for (const NeedChoice& choice : kNeeds) {
    if (choice.name == name) return choice.need;
  }
  return v1::NEED_UNSPECIFIED;
}

absl::StatusOr<forms::GivenAnswers> ParseAnswers(const std::string& json) {
  auto document = forms::ParseBounded(json, kAnswersJsonBytesMax, "answers");
  if (!document.ok()) {
    return Refuse(Reason::kMalformedField, "answers",
                  MessageOf(document.status()) +
                      "; it must be one JSON object, for example {} or {\"rest\": 3}");
  }
  forms::GivenAnswers given;
  for (const auto& [item, value] : document->items()) {
    if (value.is_null()) {
      given[item] = std::monostate();
    } else if (value.is_string()) {
      given[item] = value.get<std::string>();
    } else if (value.is_boolean()) {
      given[item] = value.get<bool>();
    } else if (FitsInt64(value)) {
      given[item] = value.get<std::int64_t>();
    } else if (value.is_number_float()) {
      given[item] = value.dump();
    } else {
      return Refuse(Reason::kMalformedField, "answers." + PrintableLine(item).substr(0, 64),
                    "must be a number, a choice in words, text, true, false or null");
    }
  }
  return given;
}

std::unique_ptr<Writer> CheckInWriter(CheckInAsked asked, std::optional<std::string> note,
                                      v1::Need need) {
  return std::make_unique<FormWriter>(std::move(asked), std::move(note), need);
}

}  // namespace holdfast::client::cli
