#include "rules/availability.h"

#include <algorithm>
#include <string>

#include "rules/limits.h"
#include "rules/schedule_time.h"

namespace holdfast {
namespace {

constexpr std::uint16_t kMinutesPerDay = 24 * 60;

WorkingHours DecodeHours(Decoder& decoder, const std::vector<WorkingHours>& before) {
  WorkingHours hours;
  hours.weekday = decoder.U8("weekday");
  hours.from_minute = decoder.U16("from_minute");
  hours.until_minute = decoder.U16("until_minute");
  if (hours.weekday < 1 || hours.weekday > 7) {
    decoder.Fail("weekday", "must be 1 (Monday) to 7 (Sunday)");
  }
  if (hours.until_minute > kMinutesPerDay) decoder.Fail("until_minute", "must be at most 1,440");
  if (hours.until_minute <= hours.from_minute) {
    decoder.Fail("until_minute", "must be later than from_minute");
  }
  if (before.empty()) return hours;
  if (hours.weekday < before.back().weekday) {
    decoder.Fail("weekday", "must not be before the one above it: hours stand in order");
  }
  if (hours.weekday == before.back().weekday && hours.from_minute <= before.back().until_minute) {
    decoder.Fail("from_minute", "must be after the end of the hours before it");
  }
  return hours;
}

Away DecodeAway(Decoder& decoder, const std::vector<Away>& before) {
  Away away;
  away.from_ms = decoder.Time("from_ms");
  away.until_ms = decoder.Time("until_ms");
  if (away.until_ms <= away.from_ms) decoder.Fail("until_ms", "must be later than from_ms");
  if (!before.empty() && away.from_ms <= before.back().until_ms) {
    decoder.Fail("from_ms", "must be after the end of the away time before it");
  }
  return away;
}

// Whether an instant is working time, and until when it stays as it is (later than
// the instant; perhaps nothing changes even then).
struct Stretch {
  bool working = false;
  std::uint64_t until_ms = 0;
};

Stretch OfHours(const Availability& availability, std::uint64_t at_ms) {
  const LocalMs local = ToLocal(availability.zone, at_ms);
  const std::uint64_t day = local / limits::kDayMs;
  const std::uint64_t of_day = local % limits::kDayMs;
  const std::uint64_t weekday = (day + 3) % 7 + 1;  // 1970-01-01 was a Thursday
  for (const WorkingHours& hours : availability.hours) {
    if (hours.weekday != weekday || hours.until_minute * limits::kMinuteMs <= of_day) continue;
    const std::uint64_t from = hours.from_minute * limits::kMinuteMs;
    if (from > of_day) return {false, at_ms + (from - of_day)};
    return {true, at_ms + (hours.until_minute * limits::kMinuteMs - of_day)};
  }
  return {false, at_ms + (limits::kDayMs - of_day)};
}

Stretch At(const Availability& availability, std::uint64_t at_ms) {
  Stretch stretch = OfHours(availability, at_ms);
  for (const Away& away : availability.away) {
    if (away.until_ms <= at_ms) continue;
    if (away.from_ms <= at_ms) return {false, away.until_ms};
    stretch.until_ms = std::min(stretch.until_ms, away.from_ms);
    break;
  }
  const auto& changes = availability.zone.changes;
  const auto next = std::ranges::upper_bound(changes, at_ms, {}, &ZoneChange::at_ms);
  if (next != changes.end()) stretch.until_ms = std::min(stretch.until_ms, next->at_ms);
  return stretch;
}

absl::Status CheckAvailabilityShape(const Availability& availability) {
  if (availability.hours.size() > limits::kWorkingHoursMax) {
    return Refuse(Reason::kMalformedField, "availability.hours", "must be 1 to 28");
  }
  if (availability.away.size() > limits::kAwayMax) {
    return Refuse(Reason::kMalformedField, "availability.away", "must be at most 32");
  }
  HOLDFAST_RETURN_IF_ERROR(CheckZone(availability.zone, "availability"));
  Encoder encoder;
  EncodeAvailability(encoder, availability);
  Decoder decoder(encoder.bytes(), "");
  DecodeAvailability(decoder);
  return decoder.Finish();
}

// Every due time that is promised from `from_ms` until `until_ms` comes soon enough.
bool AllDueSoon(const Availability& availability, std::uint64_t from_ms, std::uint64_t until_ms) {
  for (std::uint64_t at = from_ms; at <= until_ms; at += limits::kDueCheckStepMs) {
    const auto due = DueAt(availability, at);
    if (!due.ok() || *due - at > limits::kDueSignedMsMax) return false;
  }
  return true;
}

}  // namespace

void EncodeAvailability(Encoder& encoder, const Availability& availability) {
  encoder.U32(availability.number)
      .U32(availability.reply_within_minutes)
      .U32(availability.remind_before_minutes);
  EncodeZone(encoder, availability.zone);
  encoder.U8(static_cast<std::uint8_t>(availability.hours.size()));
  for (const WorkingHours& hours : availability.hours) {
    encoder.U8(hours.weekday).U16(hours.from_minute).U16(hours.until_minute);
  }
  encoder.U8(static_cast<std::uint8_t>(availability.away.size()));
  for (const Away& away : availability.away) encoder.U64(away.from_ms).U64(away.until_ms);
}

Availability DecodeAvailability(Decoder& decoder) {
  const DecoderScope scope(decoder, "availability");
  Availability availability;
  availability.number = decoder.U32("number");
  availability.reply_within_minutes = decoder.U32("reply_within_minutes");
  availability.remind_before_minutes = decoder.U32("remind_before_minutes");
  if (availability.number == 0) decoder.Fail("number", "starts at 1");
  if (availability.reply_within_minutes < limits::kReplyWithinMinutesMin ||
      availability.reply_within_minutes > limits::kReplyWithinMinutesMax) {
    decoder.Fail("reply_within_minutes", "must be 15 minutes to 14 days of working time");
  }
  if (availability.remind_before_minutes == 0 ||
      availability.remind_before_minutes >= availability.reply_within_minutes) {
    decoder.Fail("remind_before_minutes", "must be at least 1 and less than reply_within_minutes");
  }
  availability.zone = DecodeZone(decoder);
  const std::size_t hours = decoder.U8("hours");
  if (hours < 1 || hours > limits::kWorkingHoursMax) decoder.Fail("hours", "must be 1 to 28");
  for (std::size_t i = 0; i < hours && decoder.ok(); ++i) {
    const DecoderScope each(decoder, "hours[" + std::to_string(i) + "]");
    availability.hours.push_back(DecodeHours(decoder, availability.hours));
  }
  const std::size_t away = decoder.U8("away");
  if (away > limits::kAwayMax) decoder.Fail("away", "must be at most 32");
  for (std::size_t i = 0; i < away && decoder.ok(); ++i) {
    const DecoderScope each(decoder, "away[" + std::to_string(i) + "]");
    availability.away.push_back(DecodeAway(decoder, availability.away));
  }
  return availability;
}

absl::StatusOr<std::uint64_t> AfterWorkingTime(const Availability& availability,
                                               std::uint64_t from_ms, std::uint32_t minutes) {
  const std::uint64_t from = ToScheduleTime(from_ms);
  if (from < limits::kTimeMinMs || from > limits::kTimeMaxMs) {
    return Refuse(Reason::kTimeOutOfRange, "from_ms", "must be between the years 2020 and 2200");
  }
  const std::uint64_t last = from + limits::kDueAheadMsMax;
  std::uint64_t left_ms = minutes * limits::kMinuteMs;
  for (std::uint64_t at = from; at <= last;) {
    const Stretch stretch = At(availability, at);
    const std::uint64_t length = stretch.until_ms - at;
    if (stretch.working && left_ms <= length) {
      if (at + left_ms > last) break;
      return FromScheduleTime(at + left_ms);
    }
    if (stretch.working) left_ms -= length;
    at = stretch.until_ms;
  }
  return Refuse(Reason::kTimeOutOfRange, "availability.away",
                "and the working hours leave too little time within 120 days");
}

absl::StatusOr<std::uint64_t> DueAt(const Availability& availability, std::uint64_t stored_at_ms) {
  return AfterWorkingTime(availability, stored_at_ms, availability.reply_within_minutes);
}

absl::StatusOr<std::uint64_t> RemindAt(const Availability& availability,
                                       std::uint64_t stored_at_ms) {
  const std::uint32_t minutes =
      availability.reply_within_minutes -
      std::min(availability.remind_before_minutes, availability.reply_within_minutes);
  HOLDFAST_ASSIGN_OR_RETURN(const std::uint64_t passed,
                            AfterWorkingTime(availability, stored_at_ms, minutes));
  return AfterWorkingTime(availability, passed, 0);
}

absl::Status CheckAvailability(const Availability& availability, std::uint64_t now_ms) {
  HOLDFAST_RETURN_IF_ERROR(CheckAvailabilityShape(availability));
  HOLDFAST_RETURN_IF_ERROR(CheckZoneCovers(availability.zone, "availability", now_ms));
  Availability always_there = availability;
  always_there.away.clear();
  if (!AllDueSoon(always_there, now_ms, now_ms + limits::kDueCheckStepMs)) {
    return Refuse(Reason::kTimeOutOfRange, "availability.reply_within_minutes",
                  "is more than the working hours of 106 days; promise less or add hours");
  }
  if (availability.away.empty()) return absl::OkStatus();
  const std::uint64_t last = std::max(availability.away.back().until_ms, now_ms);
  if (last > now_ms + limits::kAwayAheadMsMax) {
    return Refuse(Reason::kTimeOutOfRange, "availability.away", "must end within two years");
  }
  if (!AllDueSoon(availability, now_ms, last + limits::kDueCheckStepMs)) {
    return Refuse(Reason::kTimeOutOfRange, "availability.away",
                  "must leave enough working hours for a reply within 106 days");
  }
  return absl::OkStatus();
}

}  // namespace holdfast
