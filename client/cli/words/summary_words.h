// Everything in one line: how much is owed, by when, what is new and what landed badly.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "client/cli/words/json_fwd.h"
#include "client/cli/words/words.h"
#include "client/core/reading/overview.h"

namespace holdfast::client::cli {

struct Summary {
  std::size_t marks = 0;           // open ones
  std::size_t owed = 0;            // replies, by the therapist; those that are late too
  std::size_t late = 0;            // of these
  std::uint64_t first_due_ms = 0;  // of those that are not late; 0: none has a time
  std::size_t unread = 0;
  std::uint64_t open_until_ms = 0;  // a client's check-in that is open; 0: none
};

Summary SummaryOf(const std::vector<BondOverview>& bonds, crypto::Role own_role);
// "1 landed badly; 9 replies owed, 2 of them late, the next by Tue 1 Dec, 10:00; 25 not opened."
std::string SummaryInWords(const Words& words, const Summary& summary);
// {"marks","owed","late","first_due_at","unread","check_in_open_until"}.
Json SummaryJson(const Summary& summary);

}  // namespace holdfast::client::cli
