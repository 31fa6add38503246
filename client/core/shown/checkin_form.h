// Holdfast's own weekly check-in, as data: eight items about the past week, each
// answered in words or left out. It measures nothing and is never scored.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "absl/status/statusor.h"
#include "holdfast/v1/content.pb.h"

namespace holdfast::client {

struct FormChoice {
  std::string_view code;  // what travels, e.g. "somewhat"
  std::string_view text;  // what people read
};

struct FormItem {
  std::string_view link_id;
  std::string_view text;
};

struct Form {
  std::string_view name;
  std::uint32_t version;
  std::string_view title;
  std::string_view introduction;  // shown before the first item
  std::span<const FormItem> items;
  std::span<const FormChoice> choices;  // the same for every item, least to most
};

const Form& WeeklyCheckIn();

// What a front end read, by link id: a number from 1 (the first choice) on, or a
// choice's code or words; nothing (monostate or empty text) skips the item.
using FormInput = std::map<std::string, std::variant<std::monostate, std::int64_t, std::string>>;

// Name, version and answers filled in, in the form's order; note and need are
// left to the caller. malformed_field naming "answers.<link id>" where an item is
// unknown or its value is not one of the choices.
absl::StatusOr<v1::CheckIn> FillForm(const Form& form, const FormInput& input);

// An answer in words, as people read it; the raw value where the form is another.
std::string AnswerText(const v1::Answer& answer);
// The item's text; the link id where this form does not have it.
std::string ItemText(const v1::CheckIn& check_in, std::string_view link_id);

}  // namespace holdfast::client
