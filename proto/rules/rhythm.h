// The recurrence rule of a bond's check-ins and the slots that it makes
// (crypto/PROTOCOL.md "Rhythm").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rules/zone.h"

namespace holdfast {

struct Rhythm {
  std::uint32_t number = 0;  // of the bond, from 1, each one more
  Zone zone;
  LocalMs first = 0;  // earliest local opening; whole minutes. Its time of day is every slot's
  std::string rule;   // RFC 5545 RRULE, canonical: FREQ, INTERVAL, BYDAY, COUNT or UNTIL (a date)
  std::uint32_t window_minutes = 0;  // a slot is open this long; shorter than the shortest interval
  std::uint8_t reminders = 0;        // to the client while a slot is open and empty; 0 to 2

  bool operator==(const Rhythm&) const = default;
};

// One scheduled opening.
struct Slot {
  SlotId id;
  std::uint64_t opens_at_ms = 0;
  std::uint64_t closes_at_ms = 0;

  bool operator==(const Slot&) const = default;
};

// Rhythm number (u32), four zero bytes, opening (u64): both sides know it before
// it opens.
SlotId SlotIdOf(std::uint32_t rhythm, std::uint64_t opens_at_ms);
struct SlotParts {
  std::uint32_t rhythm = 0;
  std::uint64_t opens_at_ms = 0;

  bool operator==(const SlotParts&) const = default;
};
// What a slot's id says by itself, whatever its bytes.
SlotParts PartsOf(const SlotId& slot);
// The same of an id that some rhythm could give; malformed_field naming `field` where
// none could.
absl::StatusOr<SlotParts> CheckedPartsOf(const SlotId& slot, std::string_view field);

void EncodeRhythm(Encoder& encoder, const Rhythm& rhythm);
Rhythm DecodeRhythm(Decoder& decoder);

// Upper case, parts in the order above, INTERVAL=1 left out, days from Monday.
// Refuses every part that is not allowed, naming "rhythm.rule".
absl::StatusOr<std::string> CanonicalRule(std::string_view rule);
// The first slot that opens after `after_ms`; none where the rule has ended.
absl::StatusOr<std::optional<Slot>> NextSlot(const Rhythm& rhythm, std::uint64_t after_ms);
// The first slots that open after `after_ms`, ascending, at most `max`: what NextSlot
// gives one by one, for less. Only where there is none at all has the rule ended.
absl::StatusOr<std::vector<Slot>> NextSlots(const Rhythm& rhythm, std::uint64_t after_ms,
                                            std::size_t max);
// The k-th reminder (from 1) of a slot: at a third and two thirds of its window.
std::uint64_t ReminderAt(const Slot& slot, std::uint8_t reminder);
// Refuses rules that never occur or ended before `now_ms`, and windows longer than
// the shortest interval.
absl::Status CheckRhythm(const Rhythm& rhythm, std::uint64_t now_ms);

}  // namespace holdfast
