// A rhythm as an iCalendar file (RFC 5545), for a calendar that reminds its owner. It says
// neither what the time is for nor with whom. Written here and by no library: what the usual ones
// write is read differently by others (zones, gaps of the clock, ends of a series).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rules/identifiers.h"
#include "rules/rhythm.h"

namespace holdfast::client::cli {

struct CalendarSeries {
  BondId bond;
  Rhythm rhythm;
  std::vector<Slot> coming;  // the next openings, those in a pause left out; not empty
};

struct CalendarTerms {
  std::uint64_t now_ms = 0;
  std::uint32_t alarm_before_minutes = 0;  // 0: when it opens
};

// What a series became.
struct WrittenSeries {
  BondId bond;
  std::uint64_t first_ms = 0;
  std::uint64_t until_ms = 0;  // no opening after it is in the file
  bool ends = false;           // with the rhythm itself; else the file is to be written again
  // Where a change of the clock can skip or repeat its time of day: every program reads a series
  // differently there, so its coming openings are written one by one, in UTC.
  bool one_by_one = false;
};

struct CalendarFile {
  std::string text;
  std::vector<WrittenSeries> series;
};

// The same bond has the same UID in every file, so that a file that is read again takes the place
// of the one before. The text is ASCII with CRLF, lines of at most 75 octets.
CalendarFile WriteCalendar(const std::vector<CalendarSeries>& series, const CalendarTerms& terms);

}  // namespace holdfast::client::cli
