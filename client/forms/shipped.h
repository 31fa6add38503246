// The forms that come with Holdfast, as FHIR resources in shipped/, compiled in. Their words never
// change: another wording is another version beside it.
#pragma once

#include <string_view>
#include <vector>

#include "client/forms/form.h"

namespace holdfast::forms {

// The newest version of each; the weekly form first.
const std::vector<FormRef>& ShippedForms();
const FormRef& WeeklyForm();

// Any version that ever came with Holdfast; null where there is none.
FormRef ShippedByHash(const Hash& hash);
FormRef ShippedByName(std::string_view name);  // the newest
// By what version 0.1.0 kept with its answers: a name and a number.
FormRef ShippedByNumber(std::string_view name, std::uint32_t version);

}  // namespace holdfast::forms
