#include "client/forms/condition_import.h"

#include <algorithm>
#include <array>

#include "client/forms/dates.h"
#include "client/forms/extensions.h"
#include "client/forms/item_import.h"
#include "client/forms/limits.h"
#include "rules/errors.h"

namespace holdfast::forms {
namespace {

constexpr auto kConditionMembers = std::to_array<std::string_view>(
    {"id", "question", "operator", "answerBoolean", "answerDecimal", "answerInteger", "answerDate",
     "answerString", "answerCoding"});

struct CompareName {
  std::string_view name;
  Compare compare;
};
constexpr auto kCompares = std::to_array<CompareName>({{"exists", Compare::kExists},
                                                       {"=", Compare::kEqual},
                                                       {"!=", Compare::kNotEqual},
                                                       {">", Compare::kGreater},
                                                       {"<", Compare::kLess},
                                                       {">=", Compare::kGreaterOrEqual},
                                                       {"<=", Compare::kLessOrEqual}});

absl::StatusOr<std::size_t> QuestionIn(const Json& element, const std::string& path,
                                       const Form& form) {
  HOLDFAST_ASSIGN_OR_RETURN(const std::string link_id,
                            TextIn(element, "question", limits::kCodeBytesMax, path));
  const auto found = std::ranges::find(form.items, link_id, &Item::link_id);
  if (found != form.items.end() && IsQuestion(*found)) {
    return static_cast<std::size_t>(found - form.items.begin());
  }
  return Refuse(Reason::kMalformedField, path + ".question",
                "\"" + link_id +
                    "\" is not a question that comes before; what is asked can depend only on "
                    "what was asked earlier, so that nothing goes in a circle");
}

absl::StatusOr<Compare> CompareIn(const Json& element, const std::string& path) {
  HOLDFAST_ASSIGN_OR_RETURN(const std::string name, TextIn(element, "operator", 8, path));
  const auto known = std::ranges::find(kCompares, std::string_view(name), &CompareName::name);
  if (known != kCompares.end()) return known->compare;
  return Refuse(Reason::kMalformedField, path + ".operator",
                "must be exists, =, !=, >, <, >= or <=");
}

// The one member that begins with "answer".
absl::StatusOr<std::string> AnswerMember(const Json& element, const std::string& path) {
  std::string member;
  for (const auto& [name, value] : element.items()) {
    if (!name.starts_with("answer")) continue;
    if (!member.empty()) return Refuse(Reason::kMalformedField, path, "has two answers");
    member = name;
  }
  if (!member.empty()) return member;
  return Refuse(Reason::kMalformedField, path, "has no answer");
}

bool HasOption(const Item& question, const std::string& code, const std::string& system) {
  return std::ranges::any_of(question.options, [&](const Option& option) {
    return option.code == code && (system.empty() || option.system == system);
  });
}

absl::Status WrongAnswer(const std::string& path, const Item& question) {
  return Refuse(Reason::kMalformedField, path,
                "is no answer that \"" + question.link_id + "\" can have");
}

absl::Status ReadChoice(const Json& value, const std::string& path, const Item& question,
                        Condition& condition) {
  std::string code, system;
  if (value.is_object()) {
    HOLDFAST_ASSIGN_OR_RETURN(const Coding coding, CodingIn(value, path));
    code = coding.code;
    system = coding.system;
  } else if (value.is_string()) {
    code = value.get<std::string>();
  } else if (const auto number = DecimalIn(value)) {
    code = TextOf(*number);
  }
  if (!HasOption(question, code, system)) return WrongAnswer(path, question);
  condition.value = code;
  return absl::OkStatus();
}

// What it is compared with must be of the kind that the question is answered in.
absl::Status ReadAnswer(const Json& element, const std::string& path, const Item& question,
                        Condition& condition) {
  HOLDFAST_ASSIGN_OR_RETURN(const std::string member, AnswerMember(element, path));
  const Json& value = element.at(member);
  const std::string at = path + "." + member;
  const bool is_exists = condition.compare == Compare::kExists;
  if (is_exists || question.type == ItemType::kBoolean) {
    if (member != "answerBoolean" || !value.is_boolean()) {
      return Refuse(Reason::kMalformedField, at, "must be an answerBoolean here");
    }
    condition.value = value.get<bool>();
    return absl::OkStatus();
  }
  switch (question.type) {
    case ItemType::kInteger:
    case ItemType::kDecimal: {
      const auto number = DecimalIn(value);
      if (!number) return WrongAnswer(at, question);
      condition.value = *number;
      return absl::OkStatus();
    }
    case ItemType::kChoice:
      return ReadChoice(value, at, question, condition);
    default:
      break;
  }
  const bool is_day = question.type == ItemType::kDate;
  const bool fits =
      value.is_string() && (is_day ? member == "answerDate" : member == "answerString");
  if (!fits || (is_day && !IsDay(value.get<std::string>()))) return WrongAnswer(at, question);
  condition.value = value.get<std::string>();
  return absl::OkStatus();
}

bool Orders(Compare compare) {
  return compare != Compare::kExists && compare != Compare::kEqual && compare != Compare::kNotEqual;
}

absl::StatusOr<Condition> ConditionIn(const Json& element, const std::string& path,
                                      const Form& form) {
  if (!element.is_object()) return Refuse(Reason::kMalformedField, path, "must be an object");
  HOLDFAST_RETURN_IF_ERROR(OnlyKnown(element, kConditionMembers, path));
  Condition condition;
  HOLDFAST_ASSIGN_OR_RETURN(condition.question, QuestionIn(element, path, form));
  HOLDFAST_ASSIGN_OR_RETURN(condition.compare, CompareIn(element, path));
  const Item& question = form.items[condition.question];
  const bool has_order = question.type == ItemType::kInteger ||
                         question.type == ItemType::kDecimal || question.type == ItemType::kDate;
  if (Orders(condition.compare) && !has_order) {
    return Refuse(Reason::kMalformedField, path + ".operator",
                  "only numbers and dates are more or less than another");
  }
  HOLDFAST_RETURN_IF_ERROR(ReadAnswer(element, path, question, condition));
  return condition;
}

}  // namespace

absl::Status ReadConditions(const Json& element, const std::string& path, const Form& form,
                            Item& item) {
  HOLDFAST_ASSIGN_OR_RETURN(const std::string behavior,
                            OptionalTextIn(element, "enableBehavior", 8, path));
  const auto conditions = element.find("enableWhen");
  if (conditions == element.end()) return absl::OkStatus();
  if (!conditions->is_array() || conditions->size() > limits::kConditionsPerItemMax) {
    return Refuse(Reason::kTooLarge, path + ".enableWhen",
                  "must be an array of at most " + std::to_string(limits::kConditionsPerItemMax));
  }
  const bool says = behavior == "any" || behavior == "all";
  if (!says && (conditions->size() > 1 || !behavior.empty())) {
    return Refuse(Reason::kMalformedField, path + ".enableBehavior",
                  "must say whether all or any of several conditions are needed");
  }
  item.any_condition = behavior == "any";
  for (std::size_t i = 0; i < conditions->size(); ++i) {
    const std::string at = path + ".enableWhen[" + std::to_string(i) + "]";
    HOLDFAST_ASSIGN_OR_RETURN(Condition condition, ConditionIn((*conditions)[i], at, form));
    item.conditions.push_back(std::move(condition));
  }
  return absl::OkStatus();
}

}  // namespace holdfast::forms
