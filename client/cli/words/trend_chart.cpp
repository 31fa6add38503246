#include "client/cli/words/trend_chart.h"

#include <algorithm>

#include "client/cli/words/columns.h"
#include "client/cli/words/html_text.h"
#include "client/cli/words/text.h"

namespace holdfast::client::cli {
namespace {

// In tenths of a unit, so that no locale writes them otherwise.
using Tenths = std::int64_t;
constexpr Tenths kChartWide = 3400;
constexpr Tenths kChartTop = 100;
constexpr Tenths kChartEdge = 80;      // free on the right, for half a point and half a date
constexpr Tenths kChartDates = 280;    // below the plot
constexpr Tenths kChartHighMin = 960;  // of the plot
constexpr Tenths kChartBetween = 190;  // two ticks at least
constexpr Tenths kColumnWide = 66;     // of a tick's text
constexpr Tenths kGutterMin = 180;
constexpr Tenths kGutterMax = 1700;
constexpr int kRoundTicksMax = 7;
// Millionths up to which a height fits into 64 bits when it is multiplied; coarser beyond.
constexpr std::int64_t kFineSpanMax = 1'000'000'000'000;

std::string InUnits(Tenths tenths) {
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

std::string Attribute(const char* name, Tenths tenths) {
  return " " + std::string(name) + "=\"" + InUnits(tenths) + "\"";
}

// Where things stand in the picture.
class Plot {
 public:
  explicit Plot(const Chart& chart) : chart_(chart) {
    for (const ChartTick& tick : chart.ticks) {
      const auto columns = static_cast<Tenths>(ColumnsIn(PrintableLine(tick.text)));
      left_ = std::max(left_, columns * kColumnWide + 120);
    }
    left_ = std::min(left_, kGutterMax);
    high_ = std::max(kChartHighMin, static_cast<Tenths>(chart.ticks.size() - 1) * kChartBetween);
  }

  Tenths left() const { return left_; }
  Tenths right() const { return kChartWide - kChartEdge; }
  Tenths bottom() const { return kChartTop + high_; }
  Tenths height() const { return bottom() + kChartDates; }

  Tenths AtTime(std::uint64_t at_ms) const {
    const std::uint64_t span = chart_.last_ms - chart_.first_ms;
    const Tenths from = left_ + 80, wide = right() - from;
    if (span == 0) return from + wide / 2;
    const std::uint64_t in = std::clamp(at_ms, chart_.first_ms, chart_.last_ms) - chart_.first_ms;
    return from + static_cast<Tenths>(in * static_cast<std::uint64_t>(wide) / span);
  }
  Tenths AtValue(const forms::Decimal& value) const {
    const std::int64_t low = chart_.ticks.front().value.millionths;
    const std::int64_t span = chart_.ticks.back().value.millionths - low;
    const std::int64_t in = std::clamp<std::int64_t>(value.millionths - low, 0, span);
    if (span == 0) return bottom() - high_ / 2;
    const std::int64_t less = span > kFineSpanMax ? kFineSpanMax / 1'000'000 : 1;
    return bottom() - in / less * high_ / (span / less);
  }

 private:
  const Chart& chart_;
  Tenths left_ = kGutterMin;
  Tenths high_ = kChartHighMin;
};

std::string TicksIn(const Chart& chart, const Plot& plot) {
  std::string svg = "<g class=\"scale\" aria-hidden=\"true\">\n";
  for (const ChartTick& tick : chart.ticks) {
    const Tenths y = plot.AtValue(tick.value);
    svg += "<path d=\"M" + InUnits(plot.left()) + " " + InUnits(y) + "H" + InUnits(plot.right()) +
           "\"/><text" + Attribute("x", plot.left() - 60) + Attribute("y", y + 40) +
           " text-anchor=\"end\">" + HtmlEscaped(PrintableLine(tick.text)) + "</text>\n";
  }
  const auto date = [&](Tenths x, const char* anchor, const std::string& day) {
    svg += "<text" + Attribute("x", x) + Attribute("y", plot.height() - 40) + " text-anchor=\"" +
           anchor + "\">" + HtmlEscaped(PrintableLine(day)) + "</text>\n";
  };
  if (chart.first_day == chart.last_day) {
    date(plot.AtTime(chart.last_ms), "middle", chart.last_day);
  } else {
    date(plot.left(), "start", chart.first_day);
    date(plot.right(), "end", chart.last_day);
  }
  return svg + "</g>\n";
}

// One path, which begins anew behind each gap.
std::string LineIn(const Chart& chart, const Plot& plot) {
  std::string path, points;
  const ChartPoint* before = nullptr;
  for (const ChartPoint& point : chart.points) {
    if (!point.value) {
      before = nullptr;
      continue;
    }
    const bool goes_on = before != nullptr && point.at_ms - before->at_ms <= chart.gap_ms;
    const std::string x = InUnits(plot.AtTime(point.at_ms)),
                      y = InUnits(plot.AtValue(*point.value));
    path += (goes_on ? "L" : "M") + x + " " + y;
    points += "<circle cx=\"" + x + "\" cy=\"" + y + "\" r=\"3\"/>\n";
    before = &point;
  }
  if (path.empty()) return "";
  return "<path class=\"course\" d=\"" + path + "\"/>\n<g class=\"points\">\n" + points + "</g>\n";
}

// 1, 2 or 5 and zeroes behind it, so that there are few enough.
std::int64_t RoundStep(std::int64_t span) {
  std::int64_t step = 1;
  for (int i = 0; span / step >= kRoundTicksMax; ++i) step = i % 3 == 1 ? step / 2 * 5 : step * 2;
  return step;
}

}  // namespace

std::string ChartAsSvg(const Chart& chart) {
  if (chart.ticks.empty()) return "";
  const Plot plot(chart);
  const std::string named = HtmlEscaped(chart.id);
  return "<svg role=\"img\" viewBox=\"0 0 " + InUnits(kChartWide) + " " + InUnits(plot.height()) +
         "\" aria-labelledby=\"" + named + "-name\" aria-describedby=\"" + named +
         "-about\">\n<title id=\"" + named + "-name\">" + HtmlEscaped(PrintableLine(chart.title)) +
         "</title>\n<desc id=\"" + named + "-about\">" +
         HtmlEscaped(PrintableLine(chart.description)) + "</desc>\n" + TicksIn(chart, plot) +
         LineIn(chart, plot) + "</svg>\n";
}

std::vector<ChartTick> RoundTicks(const forms::Decimal& least, const forms::Decimal& most) {
  constexpr std::int64_t kWhole = 1'000'000;
  // The whole numbers around them, downwards and upwards.
  const auto below = [](std::int64_t at) { return at / kWhole - (at % kWhole < 0 ? 1 : 0); };
  std::int64_t low = below(least.millionths), high = -below(-most.millionths);
  if (high <= low) high = low + 1;
  const std::int64_t step = RoundStep(high - low);
  low = (low / step - (low % step < 0 ? 1 : 0)) * step;
  std::vector<ChartTick> ticks;
  for (std::int64_t at = low; ticks.empty() || ticks.back().value < forms::Decimal::Of(high);
       at += step) {
    ticks.push_back({forms::Decimal::Of(at), std::to_string(at)});
  }
  return ticks;
}

}  // namespace holdfast::client::cli
