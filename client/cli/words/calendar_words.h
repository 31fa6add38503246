// Hours, lengths and rules as sentences of people. What the parsers beside it take is what
// is written here.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rules/availability.h"

namespace holdfast::client::cli {

// "09:05".
std::string ClockInWords(std::uint32_t minute_of_day);
// "Mon-Fri 09:00-12:00, 13:00-17:00; Sat 22:00-06:00", each run of equal days together; a
// stretch of the evening and the morning behind it are one night.
std::string HoursInWords(const std::vector<WorkingHours>& hours);
// "8 hours", "90 minutes", "2 days".
std::string MinutesInWords(std::uint32_t minutes);
// "every Monday", "Mondays and Thursdays", "every second Friday", "the last Friday of each
// month, 6 times"; `first` is the rhythm's, whose day counts where the rule names none.
std::string RuleInWords(const std::string& rule, LocalMs first);
// Its two parts, for what stands between them: "every second Friday", and ", 6 times".
std::string RuleDaysInWords(const std::string& rule, LocalMs first);
std::string RuleEndInWords(const std::string& rule);

}  // namespace holdfast::client::cli
