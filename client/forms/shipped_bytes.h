// The bytes of what is in shipped/, as the build put them into the program.
#pragma once

#include <string_view>

namespace holdfast::forms {

extern const std::string_view kHoldfastWeekly1Bytes;
extern const std::string_view kHoldfastWeekly2Bytes;
extern const std::string_view kPhq9Bytes;
extern const std::string_view kPhq2Bytes;
extern const std::string_view kGad7Bytes;
extern const std::string_view kK6Bytes;
extern const std::string_view kResourcesBytes;

}  // namespace holdfast::forms
