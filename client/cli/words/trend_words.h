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
};

// Of the check-ins among these, whose form is here; each wording of a form by itself.
std::vector<Trend> TrendsOf(const std::vector<MessageView>& messages,
                            const std::vector<forms::FormRef>& known);

// A row for each question, a column for each time that the form is asked, as many of the newest as
// fit; for a therapist the totals below it.
std::string TrendInWords(const Words& words, const Trend& trend, std::size_t columns);
// With totals for a therapist.
Json TrendJson(const Words& words, const Trend& trend);

}  // namespace holdfast::client::cli
