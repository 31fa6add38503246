// A therapist's signed working hours and away times, and the due time that follows
// from them (crypto/PROTOCOL.md "Availability").
#pragma once

#include <cstdint>
#include <vector>

#include "rules/zone.h"

namespace holdfast {

// Half-open: from_minute counts, until_minute does not. Minutes of the local day.
struct WorkingHours {
  std::uint8_t weekday = 0;        // 1 Monday to 7 Sunday
  std::uint16_t from_minute = 0;   // 0 to 1439
  std::uint16_t until_minute = 0;  // from_minute + 1 to 1440

  bool operator==(const WorkingHours&) const = default;
};

struct Away {
  std::uint64_t from_ms = 0;
  std::uint64_t until_ms = 0;  // not included

  bool operator==(const Away&) const = default;
};

struct Availability {
  std::uint32_t number = 0;                 // of the bond, from 1, each one more
  std::uint32_t reply_within_minutes = 0;   // working time; limits::kReplyWithinMinutesMin to Max
  std::uint32_t remind_before_minutes = 0;  // working time before due; less than reply_within
  Zone zone;
  std::vector<WorkingHours> hours;  // 1 to limits::kWorkingHoursMax, ascending, apart
  std::vector<Away> away;           // 0 to limits::kAwayMax, ascending, apart

  bool operator==(const Availability&) const = default;
};

void EncodeAvailability(Encoder& encoder, const Availability& availability);
Availability DecodeAvailability(Decoder& decoder);

// The instant at which `minutes` of working time have passed since `from_ms`;
// with 0, the first working instant from then on. time_out_of_range naming
// "availability.away" where limits::kDueAheadMsMax is not enough.
absl::StatusOr<std::uint64_t> AfterWorkingTime(const Availability& availability,
                                               std::uint64_t from_ms, std::uint32_t minutes);
// When a reply to an envelope stored at `stored_at_ms` is due, and when its
// therapist is reminded: within working hours, never after due.
absl::StatusOr<std::uint64_t> DueAt(const Availability& availability, std::uint64_t stored_at_ms);
absl::StatusOr<std::uint64_t> RemindAt(const Availability& availability,
                                       std::uint64_t stored_at_ms);
// What makes it one that a bond may have: see "What is refused" in the protocol.
absl::Status CheckAvailability(const Availability& availability, std::uint64_t now_ms);

}  // namespace holdfast
