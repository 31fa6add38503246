// A therapist's clients, whoever needs somebody first at the beginning: each in a few lines.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client/cli/words/json_fwd.h"
#include "client/cli/words/words.h"
#include "client/core/reading/overview.h"
#include "client/forms/decimal.h"

namespace holdfast::client::cli {

// What somebody needs first, in this order.
enum class CaseloadNeed : std::uint8_t {
  kNotSafe,  // somebody may not be safe, and nobody has said that they have seen it
  kMark,     // something landed badly
  kMissed,   // a reply is late
  kDue,      // a reply is promised
  kAsked,    // a reply is asked for, and no time is promised
  kUnread,
  kNothing,
};
std::string_view NameOf(CaseloadNeed need);  // "not-safe", "mark", "missed", ...
CaseloadNeed NeedOf(const BondOverview& bond);

// In the order of what they need: of the same need the earliest first, and of those who need
// nothing whoever was not heard of for longest. Without bonds that are over and need nobody.
std::vector<BondOverview> CaseloadOf(std::vector<BondOverview> bonds);

// Two totals of the same wording.
struct TotalChange {
  EnvelopeId then;
  std::uint64_t then_ms = 0;
  forms::Decimal total;   // then
  forms::Decimal higher;  // by so much the newest; negative: lower
  bool reliable = false;  // at least what the form names; never where it names nothing
};
// Against the time before, and where that is no reliable change, against the first. None where
// either is not added up, or the form is not here, or not the same to the last byte.
std::optional<TotalChange> ChangeOf(const Words& words, const FormCourse& course);

std::string CaseInWords(const Words& words, const BondOverview& bond);
// What "a reliable change" means, to be said once below them; empty where nobody's is named.
std::string ReliableChangeInWords(const Words& words, const std::vector<BondOverview>& bonds);
Json CaseJson(const Words& words, const BondOverview& bond);

}  // namespace holdfast::client::cli
