#include "client/forms/form.h"

#include <algorithm>

namespace holdfast::forms {

std::string_view NameOf(ItemType type) {
  switch (type) {
    case ItemType::kGroup:
      return "group";
    case ItemType::kDisplay:
      return "display";
    case ItemType::kBoolean:
      return "boolean";
    case ItemType::kDecimal:
      return "decimal";
    case ItemType::kInteger:
      return "integer";
    case ItemType::kDate:
      return "date";
    case ItemType::kText:
      return "text";
    case ItemType::kChoice:
      return "choice";
  }
  return "";
}

bool IsQuestion(const Item& item) {
  return item.type != ItemType::kGroup && item.type != ItemType::kDisplay;
}

bool IsWeighted(const Item& item) {
  return std::ranges::any_of(item.options,
                             [](const Option& option) { return option.weight.has_value(); });
}

bool IsRisky(const Item& item) {
  return std::ranges::any_of(item.options, [](const Option& option) { return option.risk; });
}

const Item* Form::Find(std::string_view link_id) const {
  const auto found = std::ranges::find(items, link_id, &Item::link_id);
  return found == items.end() ? nullptr : &*found;
}

bool Form::IsScored() const { return std::ranges::any_of(items, IsWeighted); }

}  // namespace holdfast::forms
