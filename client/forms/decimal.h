// A FHIR decimal as an exact number of millionths: scores and comparisons add up the same
// everywhere.
#pragma once

#include <compare>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast::forms {

struct Decimal {
  std::int64_t millionths = 0;

  static Decimal Of(std::int64_t whole) { return {whole * 1'000'000}; }

  auto operator<=>(const Decimal&) const = default;
  Decimal& operator+=(const Decimal& other) {
    millionths += other.millionths;
    return *this;
  }
};

// At most 9 digits before the point and 6 behind it, as FHIR writes it, without an exponent; none
// where it is anything else.
std::optional<Decimal> DecimalInText(std::string_view text);
std::optional<Decimal> DecimalIn(const nlohmann::json& value);
// "14", "1.5", "-0.25".
std::string TextOf(const Decimal& decimal);

}  // namespace holdfast::forms
