#include "client/forms/shipped.h"

#include <algorithm>
#include <cstdlib>

#include "client/forms/form_import.h"
#include "client/forms/shipped_bytes.h"

namespace holdfast::forms {
namespace {

// In the order in which they are offered.
const std::vector<FormRef>& EveryShipped() {
  static const std::vector<FormRef> forms = [] {
    std::vector<FormRef> read;
    for (const std::string_view bytes : {kHoldfastWeekly2Bytes, kHoldfastWeekly1Bytes, kPhq9Bytes,
                                         kPhq2Bytes, kGad7Bytes, kK6Bytes}) {
      auto form = ParseForm(bytes);
      if (!form.ok()) std::abort();  // a unit test reads them all
      read.push_back(*std::move(form));
    }
    return read;
  }();
  return forms;
}

FormRef FirstOf(const auto& matches) {
  const auto found = std::ranges::find_if(EveryShipped(), matches);
  return found == EveryShipped().end() ? nullptr : *found;
}

}  // namespace

const std::vector<FormRef>& ShippedForms() {
  static const std::vector<FormRef> newest = [] {
    std::vector<FormRef> forms;
    for (const FormRef& form : EveryShipped()) {
      if (ShippedByName(form->name) == form) forms.push_back(form);
    }
    return forms;
  }();
  return newest;
}

const FormRef& WeeklyForm() { return ShippedForms().front(); }

FormRef ShippedByHash(const Hash& hash) {
  return FirstOf([&](const FormRef& form) { return form->hash == hash; });
}

FormRef ShippedByName(std::string_view name) {
  return FirstOf([&](const FormRef& form) { return form->name == name; });
}

FormRef ShippedByNumber(std::string_view name, std::uint32_t version) {
  return FirstOf([&](const FormRef& form) {
    return form->name == name && form->version == std::to_string(version);
  });
}

}  // namespace holdfast::forms
