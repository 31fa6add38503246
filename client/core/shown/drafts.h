// What a person writes, decides or asks for, as a front end hands it to the engine.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rules/availability.h"
#include "rules/header.h"

namespace holdfast::v1 {
class Content;
}

namespace holdfast::client {

struct MessageQuery {
  std::optional<BondId> bond;
  bool unread_only = false;
  std::size_t newest_max = 50;  // 0: all
};

// Of the whole history, however long it is.
struct HistoryQuery {
  std::optional<BondId> bond;
  // When it was written, by the writer's clock: from the first, before the second.
  std::uint64_t since_ms = 0;
  std::uint64_t until_ms = UINT64_MAX;
  bool kept_only = false;                               // what this person keeps
  std::function<bool(const v1::Content&)> wanted = {};  // none: whatever it says
};

// Times of day and dates are those of the named zone.
struct LocalSpan {
  LocalMs from = 0;
  LocalMs until = 0;  // not included
};
struct AvailabilityDraft {
  std::string zone;  // IANA name
  std::vector<WorkingHours> hours;
  std::vector<LocalSpan> away;
  std::uint32_t reply_within_minutes = 0;   // of working time
  std::uint32_t remind_before_minutes = 0;  // of working time
};
// Unless they choose otherwise, a therapist is reminded this much of their working time
// before a reply is due, or halfway where less is promised.
inline constexpr std::uint32_t kRemindBeforeMinutes = 120;
inline std::uint32_t DefaultReminder(std::uint32_t reply_within_minutes) {
  return std::min(kRemindBeforeMinutes, reply_within_minutes / 2);
}

struct RhythmDraft {
  std::string zone;
  std::optional<LocalMs> first_day;  // midnight of the first day; today unless given
  std::uint32_t at_minute = 0;       // of the day
  std::string rule;                  // RFC 5545 RRULE
  std::uint32_t window_minutes = 0;
  std::uint8_t reminders = 0;
};

// Of what was written and not sent.
using DraftId = FixedBytes<16, struct DraftIdTag>;

struct Draft {
  std::optional<BondId> bond;  // may be left out where there is only one
  Kind kind = Kind::kNote;     // kCheckIn, kReply or kNote
  std::optional<EnvelopeId> reply_to;
  std::shared_ptr<const v1::Content> content;
  // Any other than "now": a note that is sealed now and comes then. reply_to names, with
  // a promise's miss, whose.
  Release release = {};
  // The kept draft that this was: it goes in the same step, or is kept in its place.
  std::optional<DraftId> kept = {};
  // A note ahead of one's own that this is in place of: it is taken back in the same step. Where it
  // was held, this goes in any case.
  std::optional<EnvelopeId> replaces = {};
};

// Written and not sent: its content may be unfinished, too long or empty. With kind
// kControl it is words for a mark on the message that reply_to names.
struct KeptDraft {
  std::uint64_t kept_at_ms = 0;
  Draft draft;  // with `kept`
};

}  // namespace holdfast::client
