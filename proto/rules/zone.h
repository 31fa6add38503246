// A time zone as signed bytes: its offsets from UTC for the years that a statement
// covers. Everything that both sides compute from it is integer arithmetic over
// those bytes, so two machines with different zone databases never disagree. Only
// the author's device reads a zone database (crypto/PROTOCOL.md "Zones").
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "rules/codec.h"

namespace holdfast {

// Milliseconds of local time, counted like UTC from 1970-01-01 00:00 on the wall
// of that place. Not an instant.
using LocalMs = std::uint64_t;

struct ZoneChange {
  std::uint64_t at_ms = 0;    // the instant from which the offset holds
  std::int32_t offset_s = 0;  // local = UTC + offset; -86,400 to 86,400

  bool operator==(const ZoneChange&) const = default;
};

struct Zone {
  std::string name;  // IANA, e.g. "Europe/Zurich"; shown, never looked up by a reader
  std::int32_t first_offset_s = 0;    // before the first change
  std::uint64_t covers_until_ms = 0;  // after it the last offset goes on
  std::vector<ZoneChange> changes;    // ascending; at most limits::kZoneChangesMax

  bool operator==(const Zone&) const = default;
};

// One that may be signed: 1 to limits::kZoneNameBytesMax of A-Z a-z 0-9 / _ + -.
bool IsZoneName(std::string_view name);

std::int32_t OffsetAt(const Zone& zone, std::uint64_t at_ms);
LocalMs ToLocal(const Zone& zone, std::uint64_t at_ms);
// A local time that is skipped (a gap) is read with the offset before it; one that
// occurs twice (a fold) is its first occurrence.
std::uint64_t ToUtc(const Zone& zone, LocalMs local);

void EncodeZone(Encoder& encoder, const Zone& zone);
// Fails at names, offsets and jumps out of range, changes out of order or nearer to
// each other than limits::kZoneChangeApartMs, and changes that the zone does not cover.
Zone DecodeZone(Decoder& decoder);
// What DecodeZone would say of it, naming "<owner>.zone.<field>".
absl::Status CheckZone(const Zone& zone, std::string_view owner);
// time_out_of_range naming "<owner>.zone.covers_until_ms" unless the zone is known
// for limits::kZoneCoverMsMin from `now_ms` on.
absl::Status CheckZoneCovers(const Zone& zone, std::string_view owner, std::uint64_t now_ms);

}  // namespace holdfast
