// How answers went, as one page of HTML with a picture and a table for each question: nothing in it
// runs, and nothing comes from elsewhere.
#pragma once

#include <string>
#include <vector>

#include "client/cli/words/trend_words.h"
#include "client/cli/words/words.h"

namespace holdfast::client::cli {

// The newest times of each form that are on the page: ten years of weeks.
inline constexpr std::size_t kPageTimesMax = 520;

// `whose` is the bond. For a client without totals.
std::string TrendPage(const Words& words, const BondId& whose, const std::vector<Trend>& trends,
                      std::uint64_t written_ms);

}  // namespace holdfast::client::cli
