// Answers to one question over time as a picture for a page: SVG alone, with a title and a
// description; how it looks is the page's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "client/forms/decimal.h"

namespace holdfast::client::cli {

// Something that can be answered, at its height.
struct ChartTick {
  forms::Decimal value;
  std::string text;
};

struct ChartPoint {
  std::uint64_t at_ms = 0;
  std::optional<forms::Decimal> value;  // none: left out
};

struct Chart {
  std::string id;  // on its page, of letters and digits
  std::string title;
  std::string description;
  std::vector<ChartTick> ticks;    // ascending; the lowest and the highest bound the picture
  std::vector<ChartPoint> points;  // oldest first
  // From left to right, the same for all pictures of a form.
  std::uint64_t first_ms = 0;
  std::uint64_t last_ms = 0;
  std::string first_day;
  std::string last_day;
  // Between points that lie further apart no line is drawn, and none over what is left out.
  std::uint64_t gap_ms = 0;
};

// All text is escaped here. Widths are in units of about a pixel of a narrow screen.
std::string ChartAsSvg(const Chart& chart);

// Ticks of a number between these two, at round numbers; both are within +-999,999,999.
std::vector<ChartTick> RoundTicks(const forms::Decimal& least, const forms::Decimal& most);

}  // namespace holdfast::client::cli
