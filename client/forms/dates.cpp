#include "client/forms/dates.h"

#include <chrono>

namespace holdfast::forms {
namespace {

// None where it is not all digits.
int NumberIn(std::string_view digits) {
  int value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

bool IsDay(std::string_view text) {
  constexpr std::size_t kBytes = 10;
  if (text.size() != kBytes || text[4] != '-' || text[7] != '-') return false;
  const int year = NumberIn(text.substr(0, 4));
  const int month = NumberIn(text.substr(5, 2));
  const int day = NumberIn(text.substr(8, 2));
  if (year < 1 || month < 1 || day < 1) return false;
  return std::chrono::year_month_day(std::chrono::year(year),
                                     std::chrono::month(static_cast<unsigned>(month)),
                                     std::chrono::day(static_cast<unsigned>(day)))
      .ok();
}

}  // namespace holdfast::forms
