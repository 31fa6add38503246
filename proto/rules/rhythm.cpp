#include "rules/rhythm.h"

#include <algorithm>

#include "rules/limits.h"
#include "rules/planted.h"
#include "rules/rule_dates.h"
#include "rules/schedule_time.h"

namespace holdfast {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

constexpr auto kDayMs = static_cast<std::int64_t>(limits::kDayMs);
constexpr days kAheadDays{limits::kSlotAheadMsMax / limits::kDayMs};

absl::Status Malformed(std::string_view field, std::string_view message) {
  return Refuse(Reason::kMalformedField, field, message);
}

// A rhythm's slots in order, from the first that opens after an instant; reckoned
// in schedule time.
class Slots {
 public:
  Slots(const Rhythm& rhythm, Rule rule, std::uint64_t after_ms)
      : rhythm_(rhythm),
        after_ms_(std::clamp(ToScheduleTime(after_ms), limits::kTimeMinMs, limits::kTimeMaxMs)),
        time_of_day_(rhythm.first % limits::kDayMs),
        first_(days(rhythm.first / limits::kDayMs)),
        count_(rule.count),
        until_(rule.until),
        dates_(std::move(rule), first_, count_ == 0 ? Earliest() : first_,
               Earliest() + kAheadDays) {}

  std::optional<Slot> Next() {
    while (const std::optional<sys_days> date = dates_.Next()) {
      if (until_ && *date > *until_) return std::nullopt;
      if (count_ != 0 && taken_++ == count_) return std::nullopt;
      const auto local = static_cast<LocalMs>(date->time_since_epoch().count() * kDayMs);
      std::uint64_t opens = ToUtc(rhythm_.zone, local + time_of_day_);
      if (HOLDFAST_PLANTED(kOpenTwiceAtClockChange) && opens == after_ms_ &&
          ToLocal(rhythm_.zone, opens + limits::kHourMs) == local + time_of_day_) {
        opens += limits::kHourMs;
      }
      if (opens > limits::kTimeMaxMs) return std::nullopt;
      if (opens <= after_ms_) continue;
      after_ms_ = opens;
      const std::uint64_t opens_ms = FromScheduleTime(opens);
      return Slot{SlotIdOf(rhythm_.number, opens_ms), opens_ms,
                  FromScheduleTime(opens + rhythm_.window_minutes * limits::kMinuteMs)};
    }
    return std::nullopt;
  }

 private:
  // The earliest local date whose slot may open after after_ms_. A local time that
  // a change of the clock skipped within the last day opens later than it reads.
  sys_days Earliest() const {
    const std::int32_t offset_s = std::min(OffsetAt(rhythm_.zone, after_ms_),
                                           OffsetAt(rhythm_.zone, after_ms_ - limits::kDayMs));
    const std::int64_t local = static_cast<std::int64_t>(after_ms_) +
                               offset_s * static_cast<std::int64_t>(limits::kSecondMs);
    const std::int64_t day = (local - static_cast<std::int64_t>(time_of_day_)) / kDayMs + 1;
    const int back = HOLDFAST_PLANTED(kOpenTwiceAtClockChange) ? 1 : 0;
    return std::max(first_, sys_days(days(day - back)));
  }

  const Rhythm& rhythm_;
  std::uint64_t after_ms_;
  std::uint64_t time_of_day_;
  sys_days first_;
  std::uint32_t count_;
  std::uint32_t taken_ = 0;  // dates, where they are counted
  std::optional<sys_days> until_;
  RuleDates dates_;
};

absl::StatusOr<Rule> CanonicalOnly(const std::string& text) {
  HOLDFAST_ASSIGN_OR_RETURN(Rule rule, ParseRule(text));
  if (RuleText(rule) != text) return Malformed("rhythm.rule", "must be in its canonical form");
  return rule;
}

absl::Status CheckRhythmShape(const Rhythm& rhythm) {
  HOLDFAST_RETURN_IF_ERROR(CheckZone(rhythm.zone, "rhythm"));
  if (rhythm.rule.size() > limits::kRuleBytesMax) {
    return Malformed("rhythm.rule", "must be at most 128 bytes");
  }
  Encoder encoder;
  EncodeRhythm(encoder, rhythm);
  Decoder decoder(encoder.bytes(), "");
  DecodeRhythm(decoder);
  return decoder.Finish();
}

}  // namespace

SlotId SlotIdOf(std::uint32_t rhythm, std::uint64_t opens_at_ms) {
  const Bytes bytes = Encoder().U32(rhythm).U32(0).U64(opens_at_ms).Take();
  return SlotId::From(bytes, "slot").value();
}

SlotParts PartsOf(const SlotId& slot) {
  Decoder decoder(slot.view(), "slot");
  const std::uint32_t rhythm = decoder.U32("rhythm");
  decoder.U32("zero");
  return {rhythm, decoder.U64("opens_at_ms")};
}

absl::StatusOr<SlotParts> CheckedPartsOf(const SlotId& slot, std::string_view field) {
  const SlotParts parts = PartsOf(slot);
  const bool is_one = parts.rhythm != 0 && IsTime(parts.opens_at_ms) &&
                      SlotIdOf(parts.rhythm, parts.opens_at_ms) == slot;
  if (is_one) return parts;
  return Malformed(field, "is not a slot of any rhythm");
}

void EncodeRhythm(Encoder& encoder, const Rhythm& rhythm) {
  encoder.U32(rhythm.number);
  EncodeZone(encoder, rhythm.zone);
  encoder.U64(rhythm.first).Var(rhythm.rule).U32(rhythm.window_minutes).U8(rhythm.reminders);
}

Rhythm DecodeRhythm(Decoder& decoder) {
  const DecoderScope scope(decoder, "rhythm");
  Rhythm rhythm;
  rhythm.number = decoder.U32("number");
  if (rhythm.number == 0) decoder.Fail("number", "starts at 1");
  rhythm.zone = DecodeZone(decoder);
  rhythm.first = decoder.Time("first");
  if (rhythm.first % limits::kMinuteMs != 0) decoder.Fail("first", "must be a whole minute");
  rhythm.rule = decoder.Var("rule");
  if (const auto rule = CanonicalOnly(rhythm.rule); !rule.ok()) {
    decoder.Fail("rule", MessageOf(rule.status()));
  }
  rhythm.window_minutes = decoder.U32("window_minutes");
  if (rhythm.window_minutes < limits::kWindowMinutesMin ||
      rhythm.window_minutes > limits::kWindowMinutesMax) {
    decoder.Fail("window_minutes", "must be 30 minutes to 14 days");
  }
  rhythm.reminders = decoder.U8("reminders");
  if (rhythm.reminders > limits::kSlotRemindersMax) decoder.Fail("reminders", "must be 0 to 2");
  return rhythm;
}

absl::StatusOr<std::string> CanonicalRule(std::string_view rule) {
  HOLDFAST_ASSIGN_OR_RETURN(const Rule parsed, ParseRule(rule));
  return RuleText(parsed);
}

absl::StatusOr<std::vector<Slot>> NextSlots(const Rhythm& rhythm, std::uint64_t after_ms,
                                            std::size_t max) {
  if (rhythm.first < limits::kTimeMinMs || rhythm.first > limits::kTimeMaxMs) {
    return Refuse(Reason::kTimeOutOfRange, "rhythm.first",
                  "must be between the years 2020 and 2200");
  }
  HOLDFAST_ASSIGN_OR_RETURN(Rule rule, CanonicalOnly(rhythm.rule));
  Slots slots(rhythm, std::move(rule), after_ms);
  std::vector<Slot> found;
  while (found.size() < max) {
    const std::optional<Slot> slot = slots.Next();
    if (!slot) break;
    found.push_back(*slot);
  }
  return found;
}

absl::StatusOr<std::optional<Slot>> NextSlot(const Rhythm& rhythm, std::uint64_t after_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto found, NextSlots(rhythm, after_ms, 1));
  return found.empty() ? std::optional<Slot>() : found.front();
}

std::uint64_t ReminderAt(const Slot& slot, std::uint8_t reminder) {
  return slot.opens_at_ms + (slot.closes_at_ms - slot.opens_at_ms) * reminder / 3;
}

absl::Status CheckRhythm(const Rhythm& rhythm, std::uint64_t now_ms) {
  HOLDFAST_RETURN_IF_ERROR(CheckRhythmShape(rhythm));
  HOLDFAST_RETURN_IF_ERROR(CheckZoneCovers(rhythm.zone, "rhythm", ToScheduleTime(now_ms)));
  if (rhythm.first > ToScheduleTime(now_ms) + limits::kRhythmFirstAheadMsMax) {
    return Refuse(Reason::kTimeOutOfRange, "rhythm.first", "must be within a year from now");
  }
  HOLDFAST_ASSIGN_OR_RETURN(Rule rule, CanonicalOnly(rhythm.rule));
  Slots slots(rhythm, std::move(rule), now_ms);
  std::optional<Slot> slot = slots.Next();
  if (!slot) return Refuse(Reason::kTimeOutOfRange, "rhythm.rule", "has no opening after now");
  for (int i = 0; i < limits::kWindowCheckSlots; ++i) {
    const std::optional<Slot> next = slots.Next();
    if (!next) break;
    if (slot->closes_at_ms >= next->opens_at_ms) {
      return Malformed("rhythm.window_minutes",
                       "must be shorter than the time to the next opening");
    }
    slot = next;
  }
  return absl::OkStatus();
}

}  // namespace holdfast
