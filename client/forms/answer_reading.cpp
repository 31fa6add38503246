#include "client/forms/answer_reading.h"

#include <cctype>
#include <limits>

#include "client/forms/answers.h"
#include "client/forms/dates.h"
#include "client/forms/limits.h"
#include "rules/errors.h"

namespace holdfast::forms {
namespace {

std::string Normal(std::string_view text) {
  std::string normal;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    normal.push_back(c == ' ' || c == '_' ? '-' : static_cast<char>(std::tolower(byte)));
  }
  return normal;
}

absl::Status Impossible(const Item& item) {
  return Refuse(Reason::kMalformedField, "answers." + item.link_id,
                "must be " + PossibleInWords(item) + "; or leave it out");
}

Answer ChoiceOf(const Item& item, std::string code) {
  return {item.link_id, AnswerKind::kChoice, 0, std::move(code)};
}

absl::StatusOr<std::optional<Answer>> ChoiceFrom(const Item& item, const Given& given) {
  if (const auto* number = std::get_if<std::int64_t>(&given)) {
    if (IsWeighted(item)) {
      return Refuse(
          Reason::kMalformedField, "answers." + item.link_id,
          "must be a code or the words, for a number could mean its place or its weight: " +
              PossibleInWords(item));
    }
    const bool fits = *number >= 1 && *number <= static_cast<std::int64_t>(item.options.size());
    if (!fits) return Impossible(item);
    return ChoiceOf(item, item.options[static_cast<std::size_t>(*number - 1)].code);
  }
  const auto* text = std::get_if<std::string>(&given);
  if (text == nullptr) return Impossible(item);
  // By its exact code first: two may differ in nothing but case.
  for (const Option& option : item.options) {
    if (option.code == *text) return ChoiceOf(item, option.code);
  }
  const std::string wanted = Normal(*text);
  for (const Option& option : item.options) {
    if (wanted == Normal(option.code) || wanted == Normal(option.text)) {
      return ChoiceOf(item, option.code);
    }
  }
  return Impossible(item);
}

absl::StatusOr<std::optional<Answer>> TruthFrom(const Item& item, const Given& given) {
  if (const auto* truth = std::get_if<bool>(&given)) {
    return ChoiceOf(item, *truth ? "true" : "false");
  }
  const auto* text = std::get_if<std::string>(&given);
  const std::string word = text == nullptr ? "" : Normal(*text);
  if (word == "true" || word == "yes") return ChoiceOf(item, "true");
  if (word == "false" || word == "no") return ChoiceOf(item, "false");
  return Impossible(item);
}

std::optional<Decimal> NumberFrom(const Given& given) {
  if (const auto* number = std::get_if<std::int64_t>(&given)) {
    return DecimalInText(std::to_string(*number));
  }
  const auto* text = std::get_if<std::string>(&given);
  return text == nullptr ? std::nullopt : DecimalInText(*text);
}

absl::StatusOr<std::optional<Answer>> NumberAnswer(const Item& item, const Given& given) {
  const auto number = NumberFrom(given);
  if (!number || (item.least && *number < *item.least) || (item.most && *item.most < *number)) {
    return Impossible(item);
  }
  if (item.type == ItemType::kDecimal) {
    return Answer{item.link_id, AnswerKind::kText, 0, TextOf(*number)};
  }
  constexpr std::int64_t kScale = 1'000'000;
  if (number->millionths % kScale != 0) return Impossible(item);
  return Answer{item.link_id, AnswerKind::kNumber, number->millionths / kScale, ""};
}

absl::StatusOr<std::optional<Answer>> TextFrom(const Item& item, const Given& given) {
  const auto* text = std::get_if<std::string>(&given);
  if (text == nullptr) return Impossible(item);
  if (text->size() > item.bytes_max) {
    return Refuse(Reason::kTooLarge, "answers." + item.link_id,
                  "has " + std::to_string(text->size()) + " bytes; at most " +
                      std::to_string(item.bytes_max) + " fit, so shorten it");
  }
  return Answer{item.link_id, AnswerKind::kText, 0, *text};
}

absl::StatusOr<std::optional<Answer>> DayFrom(const Item& item, const Given& given) {
  const auto* text = std::get_if<std::string>(&given);
  const bool fits = text != nullptr && IsDay(*text) &&
                    (item.first_day.empty() || item.first_day <= *text) &&
                    (item.last_day.empty() || *text <= item.last_day);
  if (!fits) return Impossible(item);
  return Answer{item.link_id, AnswerKind::kText, 0, *text};
}

std::string Between(const std::string& least, const std::string& most) {
  return (least.empty() ? "" : " from " + least) + (most.empty() ? "" : " up to " + most);
}

}  // namespace

std::string QuestionsInWords(const Form& form) {
  std::string words;
  for (const Item& item : form.items) {
    if (IsQuestion(item)) words += (words.empty() ? "" : ", ") + item.link_id;
  }
  return words;
}

std::string PossibleInWords(const Item& item) {
  const std::string range =
      Between(item.least ? TextOf(*item.least) : "", item.most ? TextOf(*item.most) : "");
  switch (item.type) {
    case ItemType::kBoolean:
      return "yes or no";
    case ItemType::kInteger:
      return "a whole number" + range;
    case ItemType::kDecimal:
      return "a number" + range;
    case ItemType::kDate:
      return "a day such as 2026-11-29" + Between(item.first_day, item.last_day);
    case ItemType::kChoice:
      break;
    default:
      return "text";
  }
  std::string words = IsWeighted(item)
                          ? "one of: "
                          : "1 to " + std::to_string(item.options.size()) + " or one of: ";
  for (const Option& option : item.options) {
    words += (&option == &item.options.front() ? "" : ", ") + option.text;
  }
  return words;
}

absl::StatusOr<std::optional<Answer>> AnswerFrom(const Item& item, const Given& given) {
  const auto* text = std::get_if<std::string>(&given);
  const bool left_out =
      std::holds_alternative<std::monostate>(given) || (text != nullptr && text->empty());
  if (left_out) return std::optional<Answer>();
  switch (item.type) {
    case ItemType::kChoice:
      return ChoiceFrom(item, given);
    case ItemType::kBoolean:
      return TruthFrom(item, given);
    case ItemType::kInteger:
    case ItemType::kDecimal:
      return NumberAnswer(item, given);
    case ItemType::kDate:
      return DayFrom(item, given);
    default:
      return TextFrom(item, given);
  }
}

}  // namespace holdfast::forms
