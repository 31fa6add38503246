#include "client/forms/option_import.h"

#include <algorithm>
#include <array>

#include "client/forms/extensions.h"
#include "client/forms/item_import.h"
#include "client/forms/limits.h"
#include "rules/errors.h"

namespace holdfast::forms {
namespace {

constexpr auto kOptionMembers = std::to_array<std::string_view>(
    {"id", "valueCoding", "valueString", "valueInteger", "extension"});
constexpr auto kOptionExtensions =
    std::to_array<std::string_view>({kOrdinalValue, kItemWeight, kRisk});
constexpr auto kValueExtensions = std::to_array<std::string_view>({kOrdinalValue, kItemWeight});

constexpr std::string_view kLoinc = "http://loinc.org";
// PHQ-9's ninth: thoughts of being better off dead, or of hurting oneself. Whoever wrote the form,
// an answer to it above "not at all" must not wait.
constexpr std::string_view kSelfHarmItem = "44260-8";
constexpr std::string_view kNotAtAll = "LA6568-5";

absl::Status ReadValue(const Json& element, const std::string& path, Option& option) {
  const auto coding = element.find("valueCoding");
  const auto integer = element.find("valueInteger");
  const int values = int{coding != element.end()} + int{integer != element.end()} +
                     int{element.contains("valueString")};
  if (values != 1) {
    return Refuse(Reason::kMalformedField, path,
                  "must have exactly one of valueCoding, valueString and valueInteger");
  }
  if (coding != element.end()) {
    HOLDFAST_ASSIGN_OR_RETURN(const Coding read, CodingIn(*coding, path + ".valueCoding"));
    option.code = read.code;
    option.system = read.system;
    option.text = read.display.empty() ? read.code : read.display;
    return absl::OkStatus();
  }
  if (integer != element.end()) {
    const auto number = DecimalIn(*integer);
    if (!number || !integer->is_number_integer()) {
      return Refuse(Reason::kMalformedField, path + ".valueInteger",
                    "must be a whole number of at most 9 digits");
    }
    option.value = OptionValue::kInteger;
    option.code = TextOf(*number);
  } else {
    option.value = OptionValue::kString;
    HOLDFAST_ASSIGN_OR_RETURN(option.code,
                              TextIn(element, "valueString", limits::kCodeBytesMax, path));
  }
  option.text = option.code;
  return absl::OkStatus();
}

// Beside the answer, or inside its Coding.
absl::Status ReadWeight(const Json& element, const std::string& path, Option& option) {
  HOLDFAST_ASSIGN_OR_RETURN(const Extensions beside,
                            ExtensionsIn(element, kOptionExtensions, path));
  HOLDFAST_ASSIGN_OR_RETURN(option.weight, WeightIn(beside, path));
  if (const auto risk = beside.find(kRisk); risk != beside.end()) {
    const Json value = risk->second->value("valueBoolean", Json());
    if (!value.is_boolean()) {
      return Refuse(Reason::kMalformedField, path + ".extension", "risk needs a valueBoolean");
    }
    option.risk = value.get<bool>();
  }
  const auto coding = element.find("valueCoding");
  if (coding == element.end()) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(const Extensions inside,
                            ExtensionsIn(*coding, kValueExtensions, path + ".valueCoding"));
  HOLDFAST_ASSIGN_OR_RETURN(const auto weight, WeightIn(inside, path + ".valueCoding"));
  if (option.weight && weight && *option.weight != *weight) {
    return Refuse(Reason::kMalformedField, path, "gives two weights");
  }
  if (weight) option.weight = weight;
  return absl::OkStatus();
}

void MarkSelfHarm(Item& item) {
  const bool asks = std::ranges::any_of(item.codes, [](const Coding& code) {
    return code.system == kLoinc && code.code == kSelfHarmItem;
  });
  if (!asks) return;
  for (Option& option : item.options) {
    const bool none = option.weight ? *option.weight <= Decimal() : option.code == kNotAtAll;
    if (!none) option.risk = true;
  }
}

}  // namespace

absl::Status ReadOptions(const Json& element, const std::string& path, Item& item) {
  const auto options = element.find("answerOption");
  const bool is_choice = item.type == ItemType::kChoice;
  if (is_choice != (options != element.end())) {
    return Refuse(
        Reason::kMalformedField, path + ".answerOption",
        is_choice ? "is missing: a choice needs its answers" : "is only supported for a choice");
  }
  if (!is_choice) return absl::OkStatus();
  if (!options->is_array() || options->size() > limits::kOptionsPerItemMax) {
    return Refuse(Reason::kTooLarge, path + ".answerOption",
                  "must be an array of at most " + std::to_string(limits::kOptionsPerItemMax));
  }
  for (std::size_t i = 0; i < options->size(); ++i) {
    const Json& one = (*options)[i];
    const std::string at = path + ".answerOption[" + std::to_string(i) + "]";
    if (!one.is_object()) return Refuse(Reason::kMalformedField, at, "must be an object");
    HOLDFAST_RETURN_IF_ERROR(OnlyKnown(one, kOptionMembers, at));
    Option option;
    HOLDFAST_RETURN_IF_ERROR(ReadValue(one, at, option));
    HOLDFAST_RETURN_IF_ERROR(ReadWeight(one, at, option));
    const bool twice = std::ranges::any_of(item.options, [&](const Option& other) {
      return other.code == option.code || other.text == option.text;
    });
    if (twice)
      return Refuse(Reason::kMalformedField, at, "is there twice, by its code or its words");
    item.options.push_back(std::move(option));
  }
  MarkSelfHarm(item);
  return absl::OkStatus();
}

}  // namespace holdfast::forms
