// A zone's offsets as bytes, and local times by them.
#include "rules/zone.h"

#include <functional>

#include "unit/rules/support.h"

namespace holdfast {
namespace {

absl::StatusOr<Zone> Again(const Zone& zone) {
  Encoder encoder;
  EncodeZone(encoder, zone);
  Decoder decoder(encoder.bytes(), "act");
  Zone again = DecodeZone(decoder);
  HOLDFAST_RETURN_IF_ERROR(decoder.Finish());
  return again;
}

std::string RefusedField(const std::function<void(Zone&)>& spoil) {
  Zone zone = Zurich();
  spoil(zone);
  return FieldOf(Again(zone).status());
}

// The definition, by trying every minute around: the first instant that reads so.
std::uint64_t NaiveToUtc(const Zone& zone, LocalMs local) {
  for (std::uint64_t at = local - 2 * kDay; at <= local + 2 * kDay; at += kMinute) {
    if (ToLocal(zone, at) == local) return at;
  }
  // Skipped: with the offset before the change that skipped it.
  for (const ZoneChange& change : zone.changes) {
    const LocalMs before = ToLocal(zone, change.at_ms - 1) + 1;
    if (before <= local && local < ToLocal(zone, change.at_ms)) {
      return change.at_ms + (local - before);
    }
  }
  FAIL("a local time is neither read nor skipped");
  return 0;
}

}  // namespace

TEST_CASE("a skipped local time is read with the offset before it") {
  CHECK(ToUtc(Zurich(), Ms(2026, 3, 29, 1, 59)) == Ms(2026, 3, 29, 0, 59));
  CHECK(ToUtc(Zurich(), Ms(2026, 3, 29, 2, 30)) == Ms(2026, 3, 29, 1, 30));
  CHECK(ToUtc(Zurich(), Ms(2026, 3, 29, 3, 0)) == Ms(2026, 3, 29, 1, 0));
  CHECK(ToUtc(NewYork(), Ms(2026, 3, 8, 2, 30)) == Ms(2026, 3, 8, 7, 30));
  CHECK(ToUtc(LordHowe(), Ms(2026, 10, 4, 2, 15)) == Ms(2026, 10, 3, 15, 45));
  CHECK(ToUtc(Sydney(), Ms(2026, 10, 4, 2, 30)) == Ms(2026, 10, 3, 16, 30));
  CHECK(ToUtc(DateLine(), Ms(2026, 6, 1, 12, 0)) == Ms(2026, 6, 1, 23, 0));
}

TEST_CASE("a local time that occurs twice is its first occurrence") {
  CHECK(ToUtc(Zurich(), Ms(2026, 10, 25, 2, 30)) == Ms(2026, 10, 25, 0, 30));
  CHECK(ToUtc(Zurich(), Ms(2026, 10, 25, 3, 0)) == Ms(2026, 10, 25, 2, 0));
  CHECK(ToUtc(NewYork(), Ms(2026, 11, 1, 1, 30)) == Ms(2026, 11, 1, 5, 30));
  CHECK(ToUtc(LordHowe(), Ms(2026, 4, 5, 1, 45)) == Ms(2026, 4, 4, 14, 45));
  CHECK(ToUtc(Sydney(), Ms(2026, 4, 5, 2, 30)) == Ms(2026, 4, 4, 15, 30));
}

TEST_CASE("before, between and after the changes a zone has one offset") {
  CHECK(OffsetAt(Zurich(), Ms(2020, 1, 1)) == 3600);
  CHECK(OffsetAt(Zurich(), Ms(2026, 3, 29, 1) - 1) == 3600);
  CHECK(OffsetAt(Zurich(), Ms(2026, 3, 29, 1)) == 7200);
  CHECK(OffsetAt(Zurich(), Ms(2150, 7, 1)) == 3600);
  CHECK(ToLocal(NewYork(), Ms(2026, 7, 4, 12)) == Ms(2026, 7, 4, 8));
}

TEST_CASE("local times around every change are read as the definition says") {
  for (const Zone& zone : AllZones()) {
    for (const ZoneChange& change : zone.changes) {
      const LocalMs around = ToLocal(zone, change.at_ms);
      for (LocalMs local = around - 26 * kHour; local < around + 26 * kHour;
           local += 15 * kMinute) {
        CHECK(ToUtc(zone, local) == NaiveToUtc(zone, local));
      }
    }
  }
}

TEST_CASE("a zone's bytes come back as they were written") {
  for (const Zone& zone : AllZones()) CHECK(Again(zone).value() == zone);
}

TEST_CASE("a zone's bytes are laid out as the protocol says") {
  Encoder encoder;
  EncodeZone(encoder, MakeZone("A/B", -60, {{Ms(2026, 1, 1), 120}}));
  CHECK(ToHex(encoder.bytes()) ==
        "0003412f42"                  // name
        "ffffffc4"                    // first offset
        "000001c78a280c00"            // covers until
        "01"                          // changes
        "0000019b76daa80000000078");  // one change
}

TEST_CASE("a zone's name is short and of plain signs") {
  for (const std::string name : {"UTC", "Europe/Zurich", "Etc/GMT+5", "America/Port-au-Prince",
                                 "America/Argentina/Buenos_Aires", "/", "a"}) {
    CHECK(IsZoneName(name));
  }
  CHECK(IsZoneName(std::string(64, 'Z')));
  for (const std::string name : {"", "Europe Zurich", "../etc", "Europe/Z\xc3\xbcrich", "A\n"}) {
    CHECK_FALSE(IsZoneName(name));
  }
  CHECK_FALSE(IsZoneName(std::string(65, 'Z')));
}

TEST_CASE("a zone that does not fit is refused by the name of its field") {
  CHECK(RefusedField([](Zone& z) { z.name = ""; }) == "act.zone.name");
  CHECK(RefusedField([](Zone& z) { z.name = std::string(65, 'a'); }) == "act.zone.name");
  CHECK(RefusedField([](Zone& z) { z.name = "Europe Zurich"; }) == "act.zone.name");
  CHECK(RefusedField([](Zone& z) { z.first_offset_s = 86401; }) == "act.zone.first_offset_s");
  CHECK(RefusedField([](Zone& z) { z.first_offset_s = -86401; }) == "act.zone.first_offset_s");
  CHECK(RefusedField([](Zone& z) { z.covers_until_ms = 0; }) == "act.zone.covers_until_ms");
  CHECK(RefusedField([](Zone& z) { z.changes[1].offset_s = 90000; }) ==
        "act.zone.changes[1].offset_s");
  CHECK(RefusedField([](Zone& z) {
          z.changes[0].offset_s = -50000;
          z.changes[1].offset_s = 50000;
        }) == "act.zone.changes[1].offset_s");
  CHECK(RefusedField([](Zone& z) { z.changes[2].at_ms = z.changes[1].at_ms + 2 * kDay - 1; }) ==
        "act.zone.changes[2].at_ms");
  CHECK(RefusedField([](Zone& z) { std::swap(z.changes[0].at_ms, z.changes[1].at_ms); }) ==
        "act.zone.changes[1].at_ms");
  CHECK(RefusedField([](Zone& z) { z.covers_until_ms = z.changes[5].at_ms; }) ==
        "act.zone.changes[5].at_ms");
  CHECK(RefusedField([](Zone& z) { z.changes[0].at_ms = 5; }) == "act.zone.changes[0].at_ms");
  CHECK(RefusedField([](Zone& z) { z.changes.resize(65); }) == "act.zone.changes");
}

}  // namespace holdfast
