// A rhythm and hours, as people say them.
#pragma once

#include <string>

#include "client/cli/words/words.h"
#include "client/core/shown/standing.h"

namespace holdfast::client::cli {

// "Mondays and Thursdays at 18:00 (Europe/Zurich), open for 2 days".
std::string RhythmInWords(const Rhythm& rhythm);
// "Mon-Fri 09:00-17:00 (Europe/Zurich); a reply within 8 hours of that; away …".
std::string AvailabilityInWords(const Words& words, const Availability& availability);
// "away from Mon 6 Jul to Fri 17 Jul, back on Sat 18 Jul", in the hours' own zone.
std::string AwayInWords(const Words& words, const Availability& availability, const Away& away);

}  // namespace holdfast::client::cli
