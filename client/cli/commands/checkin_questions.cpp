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
#include "client/cli/words/pasted_text.h"
#include "client/cli/words/text.h"
#include "client/cli/words/words.h"
#include "client/core/outside/limits.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

// Answers that make no sense before an item counts as left out.
constexpr int kAnswerTriesMax = 3;

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

struct Number {
  std::optional<std::int64_t> chosen;  // 1 to the count; none: as it was
  bool cleared = false;                // left out, whatever it was
  Typed::End end = Typed::End::kDone;
};

// What can be answered instead of a number: words as they are shown, or a name.
using Names = std::vector<std::vector<std::string>>;

// Enter alone keeps `before`.
Number AskNumber(const Names& choices, std::string_view before) {
  const std::string prompt =
      before.empty() ? "  > " : "  (" + std::string(before) + "; 0 leaves it out) > ";
  for (int i = 0; i < kAnswerTriesMax; ++i) {
    const Typed typed = AskForLine(prompt);
    if (typed.end != Typed::End::kDone) return {{}, false, typed.end};
    const std::string answer = Trimmed(typed.text);
    if (answer.empty()) return {};
    if (answer == "0") return {{}, true};
    if (const auto chosen = ChoiceMeant(answer, choices)) return {chosen};
    std::cerr << Fitted("A number from 1 to " + std::to_string(choices.size()) +
                            ", or the words beside it; Enter alone " +
                            (before.empty() ? "leaves it out." : "keeps it as it was."),
                        PromptColumns())
              << "\n";
  }
  return {};
}

FormInput InputOf(const v1::CheckIn& check_in) {
  FormInput input;
  for (const v1::Answer& answer : check_in.answers()) input[answer.link_id()] = answer.choice();
  return input;
}

// The answers so far are in `check_in`, however it ends.
Typed::End AskItems(const Form& form, v1::CheckIn& check_in) {
  std::string choices;
  for (std::size_t i = 0; i < form.choices.size(); ++i) {
    choices += (i == 0 ? "" : "   ") + Numbered(i, form.choices[i].text);
  }
  Names names;
  for (const FormChoice& choice : form.choices) {
    names.push_back({std::string(choice.text), std::string(choice.code)});
  }
  FormInput input = InputOf(check_in);
  Typed::End end = Typed::End::kDone;
  for (const FormItem& item : form.items) {
    std::cerr << "\n"
              << Fitted(item.text, PromptColumns()) << "\n"
              << Fitted("  " + choices, PromptColumns()) << "\n";
    const std::string id(item.link_id);
    std::string before;
    for (const v1::Answer& answer : check_in.answers()) {
      if (answer.link_id() == id) before = AnswerText(answer);
    }
    const Number number = AskNumber(names, before);
    end = number.end;
    if (end != Typed::End::kDone) break;
    if (number.chosen) input[id] = *number.chosen;
    if (number.cleared) input.erase(id);
  }
  const auto filled = FillForm(form, input);
  if (filled.ok()) {
    *check_in.mutable_answers() = filled->answers();
    check_in.set_form(filled->form());
    check_in.set_form_version(filled->form_version());
  }
  return end;
}

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
  Names names;
  for (std::size_t i = 0; i < kNeeds.size(); ++i) {
    const std::string words(NeedInWords(kNeeds[i].need));
    std::cerr << "  " << Numbered(i, words) << "\n";
    names.push_back({words, std::string(kNeeds[i].name)});
  }
  const Number number = AskNumber(names, "");
  if (number.chosen) check_in.set_need(kNeeds[static_cast<std::size_t>(*number.chosen - 1)].need);
  if (check_in.need() == v1::NEED_UNSPECIFIED && number.end == Typed::End::kDone) {
    check_in.set_need(v1::NEED_NONE);
  }
  return number.end;
}

// The form, question by question.
class FormWriter final : public Writer {
 public:
  FormWriter(const Form& form, std::optional<std::string> note, v1::Need need)
      : form_(form), note_(std::move(note)), need_(need) {}

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
  Typed::End Ask(v1::CheckIn& check_in) {
    std::cerr << Fitted(form_.title, PromptColumns()) << "\n\n"
              << Fitted(form_.introduction, PromptColumns()) << "\n\n"
              << Fitted(kNoEmergencyService, PromptColumns()) << "\n"
              << Fitted(
                     "Enter alone leaves a question out; Ctrl-D leaves out all the rest, and goes "
                     "to the end. Nothing is sent before that, where you see it all once more; "
                     "Ctrl-C stops, and keeps it as a draft.",
                     PromptColumns())
              << "\n";
    const bool asks_note = !TakeNote(check_in);
    const v1::Need need = std::exchange(need_, v1::NEED_UNSPECIFIED);
    if (need != v1::NEED_UNSPECIFIED) check_in.set_need(need);
    Typed::End end = AskItems(form_, check_in);
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

  const Form& form_;
  // As given with the command, until they were taken: whoever changes it is asked.
  std::optional<std::string> note_;
  v1::Need need_;
};

}  // namespace

std::optional<std::int64_t> ChoiceMeant(std::string_view answer,
                                        const std::vector<std::vector<std::string>>& choices) {
  const std::string wanted = PlainWords(answer);
  if (wanted.empty()) return std::nullopt;
  std::optional<std::int64_t> begins;
  bool one = true;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    const auto number = static_cast<std::int64_t>(i + 1);
    if (wanted == std::to_string(number)) return number;
    for (const std::string& name : choices[i]) {
      const std::string known = PlainWords(name);
      if (wanted == known) return number;
      if (!known.starts_with(wanted)) continue;
      one = one && begins.value_or(number) == number;
      begins = number;
    }
  }
  return one ? begins : std::nullopt;
}

v1::Need NeedNamed(std::string_view name) {
  for (const NeedChoice& choice : kNeeds) {
    if (choice.name == name) return choice.need;
  }
  return v1::NEED_UNSPECIFIED;
}

absl::StatusOr<FormInput> ParseAnswers(const std::string& json) {
  const auto document = nlohmann::json::parse(json, nullptr, false);
  if (!document.is_object()) {
    return Refuse(Reason::kMalformedField, "answers",
                  "must be one JSON object, for example {} or {\"rest\": 3}");
  }
  FormInput input;
  for (const auto& [item, value] : document.items()) {
    if (value.is_null()) {
      input[item] = std::monostate();
    } else if (value.is_string()) {
      input[item] = value.get<std::string>();
    } else if (FitsInt64(value)) {
      input[item] = value.get<std::int64_t>();
    } else {
      return Refuse(Reason::kMalformedField, "answers." + PrintableLine(item).substr(0, 64),
                    "must be a whole number, a choice in words, or null");
    }
  }
  return input;
}

std::unique_ptr<Writer> CheckInWriter(const Form& form, std::optional<std::string> note,
                                      v1::Need need) {
  return std::make_unique<FormWriter>(form, std::move(note), need);
}

}  // namespace holdfast::client::cli
