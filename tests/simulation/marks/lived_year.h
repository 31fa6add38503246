// A client and a therapist with habits of their own, and what their practice sees of the
// client's device, day by day: every call that arrives, with its time, its size, and what stands
// in it in the open.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace holdfast::simulation {

struct SeenCall {
  std::string method;
  std::size_t bytes = 0;
  std::uint64_t at_ms = 0;    // since midnight
  int kind = 0;               // of an envelope; 0: another call
  std::uint64_t counted = 0;  // by how much a login's number is above the last one's

  bool operator==(const SeenCall&) const = default;
};

struct SeenDay {
  std::vector<SeenCall> calls;
  // Not seen by the practice: the client could have marked a message, and did.
  bool could_mark = false;
  bool has_mark = false;
};

struct LivedYear {
  std::vector<SeenDay> days;
  std::size_t marks_made = 0;
  // Looks of the therapist that should have shown one and did not: the client's device had been in
  // touch since it was time.
  std::size_t marks_waited = 0;
  std::size_t marks_lost = 0;  // not there at the end
};

struct MarkHabits {
  bool marks = true;             // off: all else happens as with it
  bool goes_out_for_it = false;  // the device is in touch because of a mark, as it must not be
};

// One seed, one life. Whether a day has a mark hangs on a coin of its own.
LivedYear LiveWithMarks(std::uint64_t seed, std::size_t days, const MarkHabits& mark_habits);

}  // namespace holdfast::simulation
