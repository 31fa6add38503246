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
  std::size_t not_safe = 0;        // messages that a person must see before anything else
  std::size_t held = 0;            // notes ahead that wait for their author's decision
  std::size_t marks = 0;           // open ones
  std::size_t owed = 0;            // replies, by the therapist; those that are late too
  std::size_t late = 0;            // of these
  std::uint64_t first_due_ms = 0;  // of those that are not late; 0: none has a time
  std::size_t unread = 0;
  std::uint64_t open_until_ms = 0;  // a client's check-in that is open; 0: none
  // One's own.
  std::size_t unsent = 0;       // messages, marks and decisions that the practice does not hold yet
  std::size_t drafts = 0;       // kept here
  std::size_t refused = 0;      // for good, since the last that was taken, in bonds that go on
  std::size_t left_behind = 0;  // the same in bonds that have ended
};

// What of one's own waits on this device beside the bonds' decisions.
struct KeptHere {
  std::size_t queued = 0;
  std::size_t drafts = 0;
};

Summary SummaryOf(const std::vector<BondOverview>& bonds, crypto::Role own_role,
                  const KeptHere& kept = {});
// "1 landed badly; 9 replies owed, 2 of them late, the next due Tue 1 Dec, 10:00; 25 not opened."
std::string SummaryInWords(const Words& words, const Summary& summary);
// "Nothing waits for you; 2 of yours have not gone out yet."
std::string NothingInWords(const Summary& summary);
// What becomes of one's own, in whole sentences, a line each.
std::string OwnInWords(const Summary& summary);
// {"not_safe","held","marks","owed","late","first_due_at","unread","check_in_open_until","unsent","drafts",
// "not_accepted"}.
Json SummaryJson(const Summary& summary);

}  // namespace holdfast::client::cli
