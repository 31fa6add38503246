#include "client/cli/commands/checkin_questions.h"

#include <array>
#include <iostream>
#include <limits>
#include <nlohmann/json.hpp>

#include "client/cli/terminal/input.h"
#include "client/cli/words/text.h"
#include "client/cli/words/words.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

// Answers that make no sense before an item counts as left out.
constexpr int kTriesMax = 3;
constexpr std::size_t kNoteLinesMax = 2000;

struct NeedChoice {
  v1::Need need;
  std::string_view name;
  std::string_view words;
};
constexpr auto kNeeds = std::to_array<NeedChoice>({
    {v1::NEED_REPLY, "reply", "I would like a reply, please"},
    {v1::NEED_WITNESS, "witness", "just read it"},
    {v1::NEED_NONE, "none", "nothing is needed"},
    {v1::NEED_SESSION, "session", "let us talk about it in session"},
});

bool FitsInt64(const nlohmann::json& value) {
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  return value.is_number_integer() &&
         (!value.is_number_unsigned() || value.get<std::uint64_t>() <= kMax);
}

std::string Numbered(std::size_t index, std::string_view words) {
  return std::to_string(index + 1) + " " + std::string(words);
}

// 1 to `count`; nullopt where it was left out.
absl::StatusOr<std::optional<std::int64_t>> AskNumber(std::size_t count,
                                                      const std::string& prompt) {
  for (int i = 0; i < kTriesMax; ++i) {
    HOLDFAST_ASSIGN_OR_RETURN(const std::string line, AskLine(prompt));
    const std::string answer = Trimmed(line);
    if (answer.empty()) return std::optional<std::int64_t>();
    if (answer.size() == 1 && answer[0] >= '1' && answer[0] < '1' + static_cast<int>(count)) {
      return std::optional<std::int64_t>(answer[0] - '0');
    }
    std::cerr << "A number from 1 to " << count << ", or Enter alone to leave it out.\n";
  }
  return std::optional<std::int64_t>();
}

absl::StatusOr<FormInput> AskItems(const Form& form) {
  std::string choices;
  for (std::size_t i = 0; i < form.choices.size(); ++i) {
    choices += (i == 0 ? "" : "   ") + Numbered(i, form.choices[i].text);
  }
  FormInput input;
  for (const FormItem& item : form.items) {
    std::cerr << "\n" << item.text << "\n  " << choices << "\n";
    HOLDFAST_ASSIGN_OR_RETURN(const auto number, AskNumber(form.choices.size(), "  > "));
    if (number) input[std::string(item.link_id)] = *number;
  }
  return input;
}

absl::StatusOr<std::string> AskNote() {
  std::cerr << "\nAnything in your own words? An empty line ends it.\n";
  std::string note;
  for (std::size_t i = 0; i < kNoteLinesMax; ++i) {
    HOLDFAST_ASSIGN_OR_RETURN(const std::string line, AskLine("  > "));
    if (Trimmed(line).empty()) break;
    note += line + "\n";
  }
  return Trimmed(note);
}

absl::StatusOr<v1::Need> AskNeed() {
  std::cerr << "\nWhat would you like to come of it? Enter alone: nothing is needed.\n";
  for (std::size_t i = 0; i < kNeeds.size(); ++i) {
    std::cerr << "  " << Numbered(i, kNeeds[i].words) << "\n";
  }
  HOLDFAST_ASSIGN_OR_RETURN(const auto number, AskNumber(kNeeds.size(), "  > "));
  return number ? kNeeds[static_cast<std::size_t>(*number - 1)].need : v1::NEED_NONE;
}

absl::Status Confirm() {
  HOLDFAST_ASSIGN_OR_RETURN(const std::string line,
                            AskLine("\nEnter sends it; q and Enter drops it: "));
  if (Trimmed(line).empty()) return absl::OkStatus();
  return Refuse(Reason::kUsage, "", "dropped, and nothing was sent");
}

}  // namespace

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

absl::StatusOr<v1::CheckIn> AskCheckIn(const Form& form, const std::optional<std::string>& note,
                                       v1::Need need) {
  std::cerr << form.title << "\n\n"
            << Indented(form.introduction, "", PromptColumns()) << "\n"
            << Indented(kNoEmergencyService, "", PromptColumns())
            << "\nEnter alone leaves a question out. Nothing is sent before the end; Ctrl-C drops "
               "it.\n";
  HOLDFAST_ASSIGN_OR_RETURN(const FormInput input, AskItems(form));
  HOLDFAST_ASSIGN_OR_RETURN(v1::CheckIn check_in, FillForm(form, input));
  if (note) {
    check_in.set_note(*note);
  } else {
    HOLDFAST_ASSIGN_OR_RETURN(const std::string written, AskNote());
    check_in.set_note(written);
  }
  if (need == v1::NEED_UNSPECIFIED) {
    HOLDFAST_ASSIGN_OR_RETURN(need, AskNeed());
  }
  check_in.set_need(need);
  HOLDFAST_RETURN_IF_ERROR(Confirm());
  return check_in;
}

}  // namespace holdfast::client::cli
