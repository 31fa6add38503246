#include "client/core/shown/checkin_form.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "rules/errors.h"

namespace holdfast::client {
namespace {

constexpr auto kChoices = std::to_array<FormChoice>({
    {"not-this-week", "not this week"},
    {"a-little", "a little"},
    {"somewhat", "somewhat"},
    {"quite-a-bit", "quite a bit"},
    {"very-much", "very much"},
});

constexpr auto kItems = std::to_array<FormItem>({
    {"felt-safety", "There were moments in which I felt safe."},
    {"worthy-of-care", "When things were hard, I could still feel worth caring for."},
    {"naming-needs", "I could say what I needed without feeling guilty about it."},
    {"settling", "When I felt rejected or overwhelmed, I found a way to settle."},
    {"repair", "When there was friction with someone, I could stay with it and find back."},
    {"close-and-alone", "I could be at ease both close to others and on my own."},
    {"showed-up", "Someone showed up for me."},
    {"rest", "I let myself rest."},
});

constexpr Form kWeekly = {
    "holdfast-weekly",
    1,
    "Weekly check-in",
    "A few sentences about the past week. There are no right answers, nothing is added up, and "
    "anything can be left out: showing up is enough.",
    kItems,
    kChoices,
};

std::string Normal(std::string_view text) {
  std::string normal;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    normal.push_back(c == ' ' || c == '_' ? '-' : static_cast<char>(std::tolower(byte)));
  }
  return normal;
}

std::optional<FormChoice> ChoiceFor(const Form& form, std::int64_t number) {
  if (number < 1 || number > static_cast<std::int64_t>(form.choices.size())) return std::nullopt;
  return form.choices[static_cast<std::size_t>(number - 1)];
}

std::optional<FormChoice> ChoiceFor(const Form& form, const std::string& text) {
  const std::string wanted = Normal(text);
  for (const FormChoice& choice : form.choices) {
    if (wanted == choice.code) return choice;
  }
  return std::nullopt;
}

std::string ChoicesInWords(const Form& form) {
  std::string words;
  for (const FormChoice& choice : form.choices) {
    words += (words.empty() ? "" : ", ") + std::string(choice.text);
  }
  return words;
}

std::string ItemsInWords(const Form& form) {
  std::string words;
  for (const FormItem& item : form.items) {
    words += (words.empty() ? "" : ", ") + std::string(item.link_id);
  }
  return words;
}

}  // namespace

const Form& WeeklyCheckIn() { return kWeekly; }

absl::StatusOr<v1::CheckIn> FillForm(const Form& form, const FormInput& input) {
  for (const auto& [link_id, value] : input) {
    const bool known = std::ranges::any_of(
        form.items,
        [&, id = std::string_view(link_id)](const FormItem& item) { return item.link_id == id; });
    if (!known) {
      return Refuse(Reason::kMalformedField, "answers." + link_id.substr(0, 64),
                    "is not an item of this form; its items are " + ItemsInWords(form));
    }
  }
  v1::CheckIn check_in;
  check_in.set_form(std::string(form.name));
  check_in.set_form_version(form.version);
  for (const FormItem& item : form.items) {
    const auto given = input.find(std::string(item.link_id));
    if (given == input.end() || std::holds_alternative<std::monostate>(given->second)) continue;
    std::optional<FormChoice> choice;
    if (const auto* number = std::get_if<std::int64_t>(&given->second)) {
      choice = ChoiceFor(form, *number);
    } else {
      const std::string& text = std::get<std::string>(given->second);
      if (text.empty()) continue;
      choice = ChoiceFor(form, text);
    }
    if (!choice) {
      return Refuse(Reason::kMalformedField, "answers." + std::string(item.link_id),
                    "must be 1 to " + std::to_string(form.choices.size()) +
                        " or one of: " + ChoicesInWords(form) + "; or leave it out");
    }
    v1::Answer* answer = check_in.add_answers();
    answer->set_link_id(std::string(item.link_id));
    answer->set_choice(std::string(choice->code));
  }
  return check_in;
}

std::string AnswerText(const v1::Answer& answer) {
  if (answer.has_number()) return std::to_string(answer.number());
  if (answer.has_text()) return answer.text();
  for (const FormChoice& choice : kChoices) {
    if (choice.code == answer.choice()) return std::string(choice.text);
  }
  return answer.choice();
}

std::string ItemText(const v1::CheckIn& check_in, std::string_view link_id) {
  if (check_in.form() == kWeekly.name && check_in.form_version() == kWeekly.version) {
    for (const FormItem& item : kItems) {
      if (item.link_id == link_id) return std::string(item.text);
    }
  }
  return std::string(link_id);
}

}  // namespace holdfast::client
