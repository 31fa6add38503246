// Every bond at a glance: what is open, what is owed, by when, and who needs somebody
// next.
#pragma once

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "client/core/reading/form_courses.h"
#include "client/core/shown/shown.h"
#include "client/core/shown/standing.h"

namespace holdfast::client {

class Ledgers;
class VaultReader;
struct OwnDevice;

struct BondOverview {
  BondView bond;
  StandingView standing;
  std::vector<MessageView> not_safe;  // MessageView::must_be_seen(), oldest first
  std::vector<ShownRupture> ruptures;
  std::uint64_t marks_on_missing = 0;  // open marks on messages that are not here
  std::vector<MessageView> asked;      // asks for a reply that nothing promises a time for
  // Own ones that the practice refused for good, since the last that it took.
  std::vector<MessageView> refused;
  std::size_t unread = 0;
  // A therapist's: the client's newest check-in, and those with answers by the form's hash, the one
  // that was answered last at the end.
  std::optional<MessageView> last_check_in;
  std::vector<FormCourse> forms;
};

// Sorted by what needs the person next: whoever says that they are not safe, marks of what landed
// badly, replies that are late, replies by their due time, whoever has not been heard of, what is
// unread, and the rest as they were formed.
absl::StatusOr<std::vector<BondOverview>> ViewByNeed(const VaultReader& reader, Ledgers& ledgers,
                                                     const OwnDevice& own, std::uint64_t now_ms);
// Exposed for tests: whether `one` comes before `other`.
bool NeedsEarlier(const BondOverview& one, const BondOverview& other);

// Fills `last_check_in` and `forms` from the messages of its bond, in their order.
void NoteForms(BondOverview& overview, const std::vector<const MessageView*>& messages);

// Fills `refused` with those of its bond among all messages.
void NoteRefused(BondOverview& overview, const std::vector<MessageView>& messages);

}  // namespace holdfast::client
