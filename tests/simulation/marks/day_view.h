// What can be measured of a day in what the practice saw of a device, as numbers.
#pragma once

#include <array>
#include <string_view>

#include "simulation/marks/lived_year.h"

namespace holdfast::simulation {

inline constexpr std::array<std::string_view, 22> kFeatureNames = {
    "contacts",
    "check-ins",
    "replies",
    "notes",
    "receipts",
    "control messages",
    "bytes of receipts and control messages",
    "bytes of other envelopes",
    "archive appends",
    "bytes for the archive",
    "acknowledgements",
    "calls",
    "bytes of all calls",
    "contacts that send nothing",
    "contacts that send a sign alone",
    "signs behind another envelope of the same contact",
    "signs in front of another envelope of the same contact",
    "when the first sign came",
    "when the last sign came",
    "between a sign and the contact before it",
    "between a sign and the contact behind it",
    "how far logins were counted on",
};

using Features = std::array<double, kFeatureNames.size()>;

Features FeaturesOf(const SeenDay& day);

}  // namespace holdfast::simulation
