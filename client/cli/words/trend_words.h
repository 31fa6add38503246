// How answers to one form went over time, drawn from what this device has. Gaps are gaps: no
// target, no streak and no verdict. Different forms, and different versions of one, are never
// mixed.
#pragma once

#include <string>
#include <vector>

#include "client/cli/words/json_fwd.h"
#include "client/cli/words/words.h"
#include "client/forms/answers.h"

namespace holdfast::client::cli {

struct TrendPoint {
  EnvelopeId message;
  std::uint64_t at_ms = 0;
  forms::Answers answers;
};

struct Trend {
  forms::FormRef form;
  std::vector<TrendPoint> points;  // oldest first
  std::uint32_t asked_days = 0;    // how often their therapist asked for it last; 0: never
};

// Of the check-ins among these, whose form is here; each wording of a form by itself. In the order
// of their bond.
std::vector<Trend> TrendsOf(const std::vector<MessageView>& messages,
                            const std::vector<forms::FormRef>& known);

// Whether answers to it are drawn: choices, yes or no, and numbers.
bool IsDrawn(const forms::Item& item);
// From one time to the next: the days that the form asks about, a week where it says none, or as
// often as it was asked for where that is less often.
std::uint32_t TrendStepDays(const Trend& trend);

// A row for each question, a column for each time that the form is asked, as many of the newest as
// fit; for a therapist the totals below it.
std::string TrendInWords(const Words& words, const Trend& trend, std::size_t columns);
// With totals for a therapist.
Json TrendJson(const Words& words, const Trend& trend);

}  // namespace holdfast::client::cli
