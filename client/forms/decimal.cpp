#include "client/forms/decimal.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace holdfast::forms {
namespace {

constexpr std::size_t kWholeDigitsMax = 9;
constexpr std::size_t kFractionDigits = 6;
constexpr std::int64_t kScale = 1'000'000;
constexpr std::int64_t kWholeMax = 999'999'999;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::optional<Decimal> DecimalInText(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view fraction =
      point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
  if (whole.empty() || whole.size() > kWholeDigitsMax || fraction.size() > kFractionDigits) {
    return std::nullopt;
  }
  if (point != std::string_view::npos && fraction.empty()) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : whole) {
    if (!IsDigit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  for (std::size_t i = 0; i < kFractionDigits; ++i) {
    const char c = i < fraction.size() ? fraction[i] : '0';
    if (!IsDigit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return Decimal{negative ? -value : value};
}

std::optional<Decimal> DecimalIn(const nlohmann::json& value) {
  if (value.is_number_unsigned()) {
    const auto whole = value.get<std::uint64_t>();
    if (whole > static_cast<std::uint64_t>(kWholeMax)) return std::nullopt;
    return Decimal::Of(static_cast<std::int64_t>(whole));
  }
  if (value.is_number_integer()) {
    const auto whole = value.get<std::int64_t>();
    if (whole > kWholeMax || whole < -kWholeMax) return std::nullopt;
    return Decimal::Of(whole);
  }
  if (!value.is_number_float()) return std::nullopt;
  const double scaled = value.get<double>() * static_cast<double>(kScale);
  // What was written with at most six digits behind the point is a whole number of millionths,
  // but for the rounding of a double.
  const double nearest = std::round(scaled);
  constexpr double kSlack = 1e-3;
  const bool fits = std::abs(scaled) < static_cast<double>(kWholeMax) * static_cast<double>(kScale);
  if (!fits || std::abs(scaled - nearest) > kSlack) return std::nullopt;
  return Decimal{static_cast<std::int64_t>(nearest)};
}

std::string TextOf(const Decimal& decimal) {
  const bool negative = decimal.millionths < 0;
  const std::int64_t value = negative ? -decimal.millionths : decimal.millionths;
  std::string text = (negative ? "-" : "") + std::to_string(value / kScale);
  std::string fraction = std::to_string(kScale + value % kScale).substr(1);
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  return fraction.empty() ? text : text + "." + fraction;
}

}  // namespace holdfast::forms
