#include "client/cli/words/trend_scale.h"

#include <algorithm>
#include <optional>

#include "client/cli/words/columns.h"
#include "client/cli/words/text.h"
#include "client/forms/score.h"

namespace holdfast::client::cli {
namespace {

// Longer words, or more answers, stand below the picture.
constexpr std::size_t kTickColumnsMax = 24;
constexpr std::size_t kTicksInWordsMax = 12;
// As far as a form's own numbers go.
constexpr std::int64_t kDrawnNumberMax = 999'999'999;

// By their weights where each has another one, else by their places.
std::vector<forms::Decimal> HeightsOf(const std::vector<forms::Option>& options) {
  std::vector<forms::Decimal> weights, places;
  for (const forms::Option& option : options) {
    places.push_back(forms::Decimal::Of(static_cast<std::int64_t>(places.size()) + 1));
    if (option.weight) weights.push_back(*option.weight);
  }
  std::vector<forms::Decimal> sorted = weights;
  std::ranges::sort(sorted);
  const bool differ = std::ranges::adjacent_find(sorted) == sorted.end();
  return weights.size() == options.size() && differ ? weights : places;
}

void AddOptionTicks(const std::vector<forms::Option>& options,
                    const std::vector<forms::Decimal>& heights, TrendScale& scale) {
  bool in_words = options.size() <= kTicksInWordsMax;
  for (const forms::Option& option : options) {
    in_words = in_words && ColumnsIn(PrintableLine(option.text)) <= kTickColumnsMax;
  }
  for (std::size_t i = 0; i < options.size(); ++i) {
    const std::string number = TextOf(heights[i]);
    scale.ticks.push_back({heights[i], in_words ? options[i].text : number});
    if (!in_words) scale.key += (i == 0 ? "" : ", ") + number + " " + options[i].text;
  }
  std::ranges::sort(scale.ticks, std::less<>(), &ChartTick::value);
}

std::optional<forms::Decimal> DrawnNumber(const forms::Answer& answer) {
  if (answer.kind != forms::AnswerKind::kNumber) return forms::DecimalInText(answer.text);
  return forms::Decimal::Of(std::clamp(answer.number, -kDrawnNumberMax, kDrawnNumberMax));
}

// None where it is left out, or cannot be drawn.
std::optional<forms::Decimal> HeightOf(const forms::Item& item,
                                       const std::vector<forms::Decimal>& heights,
                                       const forms::Answers& answers) {
  const forms::Answer* const answer = forms::Find(answers, item.link_id);
  if (answer == nullptr) return std::nullopt;
  if (item.type == forms::ItemType::kBoolean) {
    return forms::Decimal::Of(answer->text == "true" ? 1 : 0);
  }
  if (item.type != forms::ItemType::kChoice) return DrawnNumber(*answer);
  const forms::Option* const option = forms::ChosenOption(item, *answer);
  if (option == nullptr) return std::nullopt;
  return heights[static_cast<std::size_t>(option - item.options.data())];
}

// From the form's own bounds, else from the answers.
std::vector<ChartTick> NumberTicks(std::optional<forms::Decimal> least,
                                   std::optional<forms::Decimal> most,
                                   const std::vector<ChartPoint>& points) {
  std::optional<forms::Decimal> low, high;
  for (const ChartPoint& point : points) {
    if (!point.value) continue;
    low = std::min(low.value_or(*point.value), *point.value);
    high = std::max(high.value_or(*point.value), *point.value);
  }
  if (!low && !least) return {};
  const forms::Decimal bottom = least ? *least : *low;
  return RoundTicks(bottom, std::max(bottom, most ? *most : high.value_or(bottom)));
}

}  // namespace

TrendScale ScaleOf(const forms::Item& item, const std::vector<TrendPoint>& points) {
  TrendScale scale;
  const std::vector<forms::Decimal> heights = HeightsOf(item.options);
  for (const TrendPoint& point : points) {
    scale.points.push_back({point.at_ms, HeightOf(item, heights, point.answers)});
  }
  if (item.type == forms::ItemType::kBoolean) {
    scale.ticks = {{forms::Decimal::Of(0), "no"}, {forms::Decimal::Of(1), "yes"}};
  } else if (item.type == forms::ItemType::kChoice) {
    AddOptionTicks(item.options, heights, scale);
  } else {
    scale.ticks = NumberTicks(item.least, item.most, scale.points);
  }
  return scale;
}

TrendScale ScaleOfTotals(const forms::Form& form, const std::vector<TrendPoint>& points) {
  TrendScale scale;
  std::optional<forms::Decimal> lowest, highest;
  for (const TrendPoint& point : points) {
    const forms::Score score = forms::ScoreOf(form, point.answers);
    const bool scored = score.state == forms::ScoreState::kScored;
    scale.points.push_back({point.at_ms, scored ? std::optional(score.total) : std::nullopt});
    if (score.state == forms::ScoreState::kNone) continue;
    lowest = std::min(lowest.value_or(score.lowest), score.lowest);
    highest = std::max(highest.value_or(score.highest), score.highest);
  }
  scale.ticks = NumberTicks(lowest, highest, scale.points);
  return scale;
}

}  // namespace holdfast::client::cli
