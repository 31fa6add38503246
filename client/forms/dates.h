// A day of the calendar as FHIR writes it.
#pragma once

#include <string_view>

namespace holdfast::forms {

// "2026-11-29", and such a day exists. Such texts compare as the days do.
bool IsDay(std::string_view text);

}  // namespace holdfast::forms
