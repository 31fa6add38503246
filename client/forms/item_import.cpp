#include "client/forms/item_import.h"

#include <algorithm>
#include <array>
#include <optional>

#include "client/forms/condition_import.h"
#include "client/forms/dates.h"
#include "client/forms/extensions.h"
#include "client/forms/limits.h"
#include "client/forms/option_import.h"
#include "rules/errors.h"

namespace holdfast::forms {
namespace {

constexpr auto kItemMembers = std::to_array<std::string_view>(
    {"id", "linkId", "definition", "code", "prefix", "text", "type", "enableWhen", "enableBehavior",
     "required", "maxLength", "answerOption", "item", "extension"});
constexpr auto kItemExtensions = std::to_array<std::string_view>({kMinValue, kMaxValue});
constexpr auto kCodingMembers =
    std::to_array<std::string_view>({"id", "system", "version", "code", "display", "extension"});

constexpr auto kCodingExtensions = std::to_array<std::string_view>({kOrdinalValue, kItemWeight});

struct TypeName {
  std::string_view name;
  ItemType type;
};
constexpr auto kTypes = std::to_array<TypeName>({{"group", ItemType::kGroup},
                                                 {"display", ItemType::kDisplay},
                                                 {"boolean", ItemType::kBoolean},
                                                 {"decimal", ItemType::kDecimal},
                                                 {"integer", ItemType::kInteger},
                                                 {"date", ItemType::kDate},
                                                 {"string", ItemType::kText},
                                                 {"text", ItemType::kText},
                                                 {"choice", ItemType::kChoice}});

absl::StatusOr<ItemType> TypeIn(const Json& element, const std::string& path) {
  HOLDFAST_ASSIGN_OR_RETURN(const std::string name, TextIn(element, "type", 32, path));
  const auto known = std::ranges::find(kTypes, std::string_view(name), &TypeName::name);
  if (known != kTypes.end()) return known->type;
  return Refuse(Reason::kMalformedField, path + ".type",
                "is " + name +
                    ", which is not supported; it can be group, display, boolean, decimal, "
                    "integer, date, string, text or choice");
}

absl::Status ReadCodes(const Json& element, const std::string& path, Item& item) {
  const auto codes = element.find("code");
  if (codes == element.end()) return absl::OkStatus();
  if (!codes->is_array()) {
    return Refuse(Reason::kMalformedField, path + ".code", "must be an array");
  }
  for (const Json& code : *codes) {
    HOLDFAST_ASSIGN_OR_RETURN(Coding coding, CodingIn(code, path + ".code"));
    item.codes.push_back(std::move(coding));
  }
  return absl::OkStatus();
}

absl::Status ReadLimit(const Json& extension, const std::string& path, const Item& item,
                       std::optional<Decimal>& number, std::string& day) {
  for (const char* name : {"valueInteger", "valueDecimal"}) {
    if (const auto value = extension.find(name); value != extension.end())
      number = DecimalIn(*value);
  }
  HOLDFAST_ASSIGN_OR_RETURN(day, OptionalTextIn(extension, "valueDate", 10, path));
  const bool numeric = item.type == ItemType::kInteger || item.type == ItemType::kDecimal;
  const bool fits =
      numeric ? number && day.empty() : item.type == ItemType::kDate && !number && IsDay(day);
  if (fits) return absl::OkStatus();
  return Refuse(Reason::kMalformedField, path + ".extension",
                "minValue and maxValue need a number for a number, and a whole date for a date");
}

absl::Status ReadRange(const Json& element, const std::string& path, Item& item) {
  HOLDFAST_ASSIGN_OR_RETURN(const Extensions known, ExtensionsIn(element, kItemExtensions, path));
  if (const auto least = known.find(kMinValue); least != known.end()) {
    HOLDFAST_RETURN_IF_ERROR(ReadLimit(*least->second, path, item, item.least, item.first_day));
  }
  if (const auto most = known.find(kMaxValue); most != known.end()) {
    HOLDFAST_RETURN_IF_ERROR(ReadLimit(*most->second, path, item, item.most, item.last_day));
  }
  const bool none = (item.least && item.most && *item.most < *item.least) ||
                    (!item.last_day.empty() && item.last_day < item.first_day);
  if (none)
    return Refuse(Reason::kMalformedField, path + ".extension", "leaves no answer possible");
  item.bytes_max = item.type == ItemType::kText ? limits::kAnswerBytesMax : 0;
  const auto length = element.find("maxLength");
  if (length == element.end()) return absl::OkStatus();
  const auto bytes = DecimalIn(*length);
  const bool fits = item.type == ItemType::kText && bytes && *bytes >= Decimal::Of(1) &&
                    length->is_number_integer();
  if (!fits)
    return Refuse(Reason::kMalformedField, path + ".maxLength", "must be 1 or more, of a text");
  item.bytes_max = std::min(item.bytes_max, length->get<std::size_t>());
  return absl::OkStatus();
}

absl::StatusOr<bool> FlagIn(const Json& element, const char* name, const std::string& path) {
  const auto found = element.find(name);
  if (found == element.end()) return false;
  if (found->is_boolean()) return found->get<bool>();
  return Refuse(Reason::kMalformedField, path + "." + name, "must be true or false");
}

absl::Status ReadTexts(const Json& element, const std::string& path, const Form& form, Item& item) {
  HOLDFAST_ASSIGN_OR_RETURN(item.link_id, TextIn(element, "linkId", limits::kCodeBytesMax, path));
  if (form.Find(item.link_id) != nullptr) {
    return Refuse(Reason::kMalformedField, path + ".linkId",
                  "is \"" + item.link_id + "\", which another item has already");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const std::string prefix,
                            OptionalTextIn(element, "prefix", limits::kCodeBytesMax, path));
  HOLDFAST_ASSIGN_OR_RETURN(item.text,
                            OptionalTextIn(element, "text", limits::kItemTextBytesMax, path));
  if (item.text.empty() && item.type != ItemType::kGroup) {
    return Refuse(Reason::kMalformedField, path + ".text", "is missing, and people read it");
  }
  if (!prefix.empty()) item.text = prefix + (item.text.empty() ? "" : " " + item.text);
  return absl::OkStatus();
}

// One after the other, each group before what is in it.
class Reader {
 public:
  explicit Reader(Form& form) : form_(form) {}

  absl::Status ReadAll(const Json& parent, const std::string& path,
                       std::optional<std::size_t> group, std::size_t depth) {
    const auto items = parent.find("item");
    if (items == parent.end() || !items->is_array()) {
      return Refuse(Reason::kMalformedField, path + "item", "is missing, and must be an array");
    }
    for (std::size_t i = 0; i < items->size(); ++i) {
      const std::string at = path + "item[" + std::to_string(i) + "]";
      if (form_.items.size() == limits::kItemsMax) {
        return Refuse(Reason::kTooLarge, at,
                      "is one too many: a form has at most " + std::to_string(limits::kItemsMax) +
                          " items, groups counted");
      }
      HOLDFAST_RETURN_IF_ERROR(ReadOne((*items)[i], at, group, depth));
    }
    return absl::OkStatus();
  }

 private:
  absl::Status ReadOne(const Json& element, const std::string& path,
                       std::optional<std::size_t> group, std::size_t depth) {
    if (!element.is_object()) return Refuse(Reason::kMalformedField, path, "must be an object");
    HOLDFAST_RETURN_IF_ERROR(OnlyKnown(element, kItemMembers, path));
    Item item;
    item.group = group;
    item.depth = depth;
    HOLDFAST_ASSIGN_OR_RETURN(item.type, TypeIn(element, path));
    HOLDFAST_RETURN_IF_ERROR(ReadTexts(element, path, form_, item));
    HOLDFAST_RETURN_IF_ERROR(ReadCodes(element, path, item));
    HOLDFAST_ASSIGN_OR_RETURN(item.required, FlagIn(element, "required", path));
    HOLDFAST_RETURN_IF_ERROR(ReadRange(element, path, item));
    HOLDFAST_RETURN_IF_ERROR(ReadOptions(element, path, item));
    HOLDFAST_RETURN_IF_ERROR(ReadConditions(element, path, form_, item));
    const bool is_group = item.type == ItemType::kGroup;
    if (!is_group && element.contains("item")) {
      return Refuse(Reason::kMalformedField, path + ".item",
                    "questions below a question are not supported; use a group");
    }
    const std::size_t place = form_.items.size();
    form_.items.push_back(std::move(item));
    if (!is_group) return absl::OkStatus();
    if (depth + 1 > limits::kGroupDepthMax) {
      return Refuse(Reason::kTooLarge, path,
                    "stands in more than " + std::to_string(limits::kGroupDepthMax) +
                        " groups within each other");
    }
    return ReadAll(element, path + ".", place, depth + 1);
  }

  Form& form_;
};

}  // namespace

absl::Status ReadItems(const Json& root, Form& form) {
  return Reader(form).ReadAll(root, "", std::nullopt, 0);
}

absl::StatusOr<Coding> CodingIn(const Json& value, const std::string& path) {
  if (!value.is_object()) return Refuse(Reason::kMalformedField, path, "must be a Coding");
  HOLDFAST_RETURN_IF_ERROR(OnlyKnown(value, kCodingMembers, path));
  HOLDFAST_RETURN_IF_ERROR(ExtensionsIn(value, kCodingExtensions, path).status());
  Coding coding;
  HOLDFAST_ASSIGN_OR_RETURN(coding.system,
                            OptionalTextIn(value, "system", limits::kUrlBytesMax, path));
  HOLDFAST_ASSIGN_OR_RETURN(coding.code, TextIn(value, "code", limits::kCodeBytesMax, path));
  HOLDFAST_ASSIGN_OR_RETURN(coding.display,
                            OptionalTextIn(value, "display", limits::kItemTextBytesMax, path));
  return coding;
}

}  // namespace holdfast::forms
