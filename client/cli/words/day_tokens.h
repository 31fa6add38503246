// Days of the week and times of day as they stand in what people type, word by word.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace holdfast::client::cli {

// 1 Monday to 7 Sunday: "mon", "Mondays", "Mo", "tues.". 0 where it is none of them.
std::uint8_t WeekdayNamed(std::string_view word);

enum class TokenKind : std::uint8_t { kWord, kTime, kBetween };
struct DayToken {
  TokenKind kind = TokenKind::kWord;
  std::string text;  // "-" and words in small letters
};
// usage naming `option`, where there is something in it that is neither.
absl::StatusOr<std::vector<DayToken>> TokensIn(std::string_view typed, std::string_view option);

// usage: what is wrong, and how days, or days with times, are written.
absl::Status BadDays(std::string_view option, std::string_view what);
absl::Status NotADay(std::string_view option, std::string_view word);

}  // namespace holdfast::client::cli
