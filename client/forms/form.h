// A form as it was read from a FHIR R4 Questionnaire: what is asked, when, what can be answered,
// what adds up, and what must not wait. It never changes: another wording is another form.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "client/forms/decimal.h"
#include "rules/identifiers.h"

namespace holdfast::forms {

struct Coding {
  std::string system;
  std::string code;
  std::string display;

  bool operator==(const Coding&) const = default;
};

enum class ItemType : std::uint8_t {
  kGroup,
  kDisplay,
  kBoolean,
  kDecimal,
  kInteger,
  kDate,
  kText,
  kChoice,
};
std::string_view NameOf(ItemType type);  // FHIR's: "group", "display", "boolean", ...

// How the answer stands in FHIR.
enum class OptionValue : std::uint8_t { kCoding, kString, kInteger };

struct Option {
  OptionValue value = OptionValue::kCoding;
  std::string code;               // what travels; of a string or an integer, that itself
  std::string system;             // a coding's; may be empty
  std::string text;               // what people read
  std::optional<Decimal> weight;  // FHIR's ordinalValue or itemWeight
  // Who answers so is shown what to do now, and their therapist sees it first.
  bool risk = false;
};

enum class Compare : std::uint8_t {
  kExists,
  kEqual,
  kNotEqual,
  kGreater,
  kLess,
  kGreaterOrEqual,
  kLessOrEqual,
};

// FHIR's enableWhen.
struct Condition {
  std::size_t question = 0;  // place of an earlier item
  Compare compare = Compare::kExists;
  // Whether it exists, or a boolean; a number; a code, a date or a text.
  std::variant<bool, Decimal, std::string> value;
};

struct Item {
  std::string link_id;
  std::string text;  // with its prefix
  ItemType type = ItemType::kDisplay;
  std::optional<std::size_t> group;  // place of the group that it stands in
  std::size_t depth = 0;             // groups above it
  bool required = false;             // FHIR's: counts as unfinished without an answer
  std::vector<Coding> codes;
  std::vector<Option> options;  // kChoice only
  std::vector<Condition> conditions;
  bool any_condition = false;          // one of them is enough; else all
  std::optional<Decimal> least, most;  // kInteger and kDecimal
  std::string first_day, last_day;     // kDate; may be empty
  std::size_t bytes_max = 0;           // kText
};
bool IsQuestion(const Item& item);  // neither a group nor a text
bool IsWeighted(const Item& item);  // some answer to it has a weight
bool IsRisky(const Item& item);     // some answer to it must not wait

// From this total on, until the next band.
struct Band {
  Decimal from;
  std::string text;
};

struct Form {
  std::string url;
  std::string version;
  std::string name;   // for programs, 1 to 64 bytes
  std::string title;  // for people
  std::string introduction;
  std::string notice;             // who made it, and under which terms; may be empty
  std::uint32_t recall_days = 0;  // what it asks about; it is offered no more often. 0: not said
  std::vector<Item> items;        // in their order, each group before what is in it
  std::string score_name;         // may be empty
  std::optional<Coding> score_code;
  std::vector<Band> bands;  // ascending; may be empty
  // By which a total must differ to be more than it moves by itself, as was published; above 0.
  std::optional<Decimal> reliable_change;
  Bytes canonical;  // the bytes that travel, and that `hash` is the SHA-256 of
  Hash hash;

  // Null where there is none.
  const Item* Find(std::string_view link_id) const;
  std::string Canonical() const { return url + "|" + version; }
  bool IsScored() const;
};
using FormRef = std::shared_ptr<const Form>;

}  // namespace holdfast::forms
