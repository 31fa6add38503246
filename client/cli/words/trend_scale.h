// What a question's answers are drawn as: how high each one stands, and what stands beside the
// heights.
#pragma once

#include <string>
#include <vector>

#include "client/cli/words/trend_chart.h"
#include "client/cli/words/trend_words.h"

namespace holdfast::client::cli {

struct TrendScale {
  std::vector<ChartTick> ticks;
  std::string key;  // what the numbers mean, where the words are too long for the picture
  std::vector<ChartPoint> points;
};

// Of an item that IsDrawn, over all of the trend's times. A choice that the form does not know is
// left out of the picture.
TrendScale ScaleOf(const forms::Item& item, const std::vector<TrendPoint>& points);
// Of the totals; what is not added up is left out.
TrendScale ScaleOfTotals(const forms::Form& form, const std::vector<TrendPoint>& points);

}  // namespace holdfast::client::cli
