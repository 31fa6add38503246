#include "client/cli/words/day_tokens.h"

#include <algorithm>
#include <array>

#include "client/cli/words/pasted_text.h"
#include "client/cli/words/text.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

// Of what is typed for hours or days; far above any that a rule would take.
constexpr std::size_t kTokensMax = 512;

struct DayNames {
  std::uint8_t weekday;
  std::array<std::string_view, 6> names;
};
constexpr auto kDayNames = std::to_array<DayNames>({
    {1, {"monday", "mon", "mo"}},
    {2, {"tuesday", "tues", "tue", "tu"}},
    {3, {"wednesday", "weds", "wed", "we"}},
    {4, {"thursday", "thurs", "thur", "thu", "th"}},
    {5, {"friday", "fri", "fr"}},
    {6, {"saturday", "sat", "sa"}},
    {7, {"sunday", "sun", "su"}},
});

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return c >= 'a' && c <= 'z'; }

// A time with what belongs to it: "9", "18:30", "6pm", "6 p.m.".
std::string TakeTime(std::string_view& rest) {
  std::size_t size = 0;
  while (size < rest.size() &&
         (IsDigit(rest[size]) || IsLetter(rest[size]) || rest[size] == ':' || rest[size] == '.')) {
    ++size;
  }
  for (const std::string_view half : {" am", " pm", " a.m.", " p.m.", " uhr", " h", " o'clock"}) {
    const std::string_view after = rest.substr(size);
    const bool follows =
        after.starts_with(half) && (after.size() == half.size() || !IsLetter(after[half.size()]));
    if (follows) size += half.size();
  }
  std::string time(rest.substr(0, size));
  rest.remove_prefix(size);
  if (time.ends_with(':')) time.pop_back();
  if (time.ends_with('.') && !time.ends_with("m.")) time.pop_back();
  return time;
}

std::string TakeWord(std::string_view& rest) {
  std::size_t size = 0;
  while (size < rest.size() && !IsDigit(rest[size]) &&
         std::string_view(" ,;&+/-:.").find(rest[size]) == std::string_view::npos) {
    ++size;
  }
  std::string word(rest.substr(0, size));
  rest.remove_prefix(size);
  if (!rest.empty() && (rest.front() == ':' || rest.front() == '.')) rest.remove_prefix(1);
  return word;
}

}  // namespace

std::uint8_t WeekdayNamed(std::string_view word) {
  std::string single(word);
  if (single.ends_with("days")) single.pop_back();
  for (const DayNames& day : kDayNames) {
    if (!single.empty() && std::ranges::find(day.names, single) != day.names.end()) {
      return day.weekday;
    }
  }
  return 0;
}

absl::Status BadDays(std::string_view option, std::string_view what) {
  const std::string_view example =
      option == "--hours" ? "write days and times, like \"mon-fri 9:00-12:00,13:00-17:00; sat "
                            "10:00-12:00\""
                          : "write days, like mon, mon,thu or mon-fri";
  return Refuse(Reason::kUsage, option, std::string(what) + "; " + std::string(example));
}

absl::Status NotADay(std::string_view option, std::string_view word) {
  return BadDays(option, "\"" + PrintableLine(word) + "\" is not a day of the week");
}

absl::StatusOr<std::vector<DayToken>> TokensIn(std::string_view typed, std::string_view option) {
  std::string text = PlainWords(typed);
  for (const std::string_view all : {"every day", "each day", "all days"}) {
    if (const std::size_t at = text.find(all); at != std::string::npos) {
      text.replace(at, all.size(), "daily");
    }
  }
  if (const auto strange = StrangeSign(text)) return BadDays(option, "has " + *strange);
  std::vector<DayToken> tokens;
  for (std::string_view rest = text; !rest.empty();) {
    if (tokens.size() >= kTokensMax) return BadDays(option, "is too long");
    const char c = rest.front();
    if (IsDigit(c)) {
      tokens.push_back({TokenKind::kTime, TakeTime(rest)});
    } else if (std::string_view(",;&+/").find(c) != std::string_view::npos) {
      tokens.push_back({TokenKind::kBetween, std::string(1, c)});
      rest.remove_prefix(1);
    } else if (c == '-' || c == ' ') {
      if (c == '-') tokens.push_back({TokenKind::kWord, "-"});
      rest.remove_prefix(1);
    } else {
      std::string word = TakeWord(rest);
      if (word.empty()) return BadDays(option, std::string("\"") + c + "\" is not understood");
      const bool time = word == "noon" || word == "midnight" || word == "midday";
      tokens.push_back({time ? TokenKind::kTime : TokenKind::kWord, std::move(word)});
    }
  }
  return tokens;
}

}  // namespace holdfast::client::cli
