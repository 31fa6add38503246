// The vectors of slots and due times, made and checked.
#include "rules/limits.h"
#include "unit/crypto/vectors_rules.h"
#include "unit/rules/support.h"

namespace holdfast::crypto {
namespace {

constexpr std::size_t kSlotsShown = 6;

Availability InZone(const Zone& zone) {
  Availability availability = VectorAvailability(1);
  availability.zone = zone;
  availability.hours.clear();
  for (std::uint8_t day = 1; day <= 5; ++day) availability.hours.push_back({day, 540, 1020});
  return availability;
}

// Sundays in the night, when the clock changes.
Availability Nights(const Zone& zone, std::uint32_t minutes) {
  Availability availability = InZone(zone);
  availability.reply_within_minutes = minutes;
  availability.remind_before_minutes = minutes / 2;
  availability.hours = {{7, 0, 300}};
  availability.away.clear();
  return availability;
}

Json DueJson(const Availability& availability, const std::vector<std::uint64_t>& stored) {
  Json times = Json::array();
  for (const std::uint64_t at : stored) {
    const auto due = DueAt(availability, at);
    const auto remind = RemindAt(availability, at);
    times.push_back({{"stored_at_ms", at},
                     {"due_at_ms", due.ok() ? Json(*due) : Json(nullptr)},
                     {"remind_at_ms", remind.ok() ? Json(*remind) : Json(nullptr)}});
  }
  Json shown = AvailabilityJson(availability);
  shown["zone"] = availability.zone.name;
  return {{"availability", shown}, {"times", times}};
}

Json SlotsJson(const Zone& zone, LocalMs first, const std::string& rule,
               const std::vector<std::uint64_t>& after) {
  Rhythm rhythm = VectorRhythm(7);
  rhythm.zone = zone;
  rhythm.first = first;
  rhythm.rule = rule;
  Json runs = Json::array();
  for (const std::uint64_t begin : after) {
    Json openings = Json::array();
    for (std::uint64_t at = begin; openings.size() < kSlotsShown;) {
      const std::optional<Slot> slot = NextSlot(rhythm, at).value();
      if (!slot) break;
      at = slot->opens_at_ms;
      openings.push_back(at);
    }
    runs.push_back({{"after_ms", begin}, {"opens_at_ms", openings}});
  }
  Json shown = RhythmJson(rhythm);
  shown["zone"] = zone.name;
  return {{"rhythm", shown}, {"runs", runs}};
}

// One slot with all that is computed of it.
Json SlotJson() {
  const Slot slot = NextSlot(VectorRhythm(7), Ms(2026, 6, 1)).value().value();
  return {{"rhythm", RhythmJson(VectorRhythm(7))},
          {"id", slot.id.hex()},
          {"opens_at_ms", slot.opens_at_ms},
          {"closes_at_ms", slot.closes_at_ms},
          {"reminders_at_ms", {ReminderAt(slot, 1), ReminderAt(slot, 2)}}};
}

// The zones that the cases name.
Json ZonesJson() {
  Json zones = Json::array();
  for (const Zone& zone : AllZones()) zones.push_back(ZoneJson(zone));
  return zones;
}

Json RuleJson(std::string_view text) {
  const auto canonical = CanonicalRule(text);
  return {{"text", std::string(text)},
          {"canonical", canonical.ok() ? Json(*canonical) : Json(nullptr)}};
}

}  // namespace

Json DueTimeVectors() {
  const std::vector<std::uint64_t> through_the_year = {
      Ms(2026, 3, 6, 15, 7) + 123, Ms(2026, 3, 27, 16),  Ms(2026, 4, 3, 3, 30), Ms(2026, 6, 5, 13),
      Ms(2026, 6, 6, 1),           Ms(2026, 6, 8, 7),    Ms(2026, 7, 10, 12),   Ms(2026, 7, 20),
      Ms(2026, 10, 2, 12, 15),     Ms(2026, 10, 23, 12), Ms(2026, 10, 30, 20)};
  Json cases = Json::array();
  for (const Zone& zone : AllZones()) cases.push_back(DueJson(InZone(zone), through_the_year));
  cases.push_back(DueJson(VectorAvailability(2), through_the_year));
  for (const std::uint32_t minutes : {120U, 240U, 300U, 360U, 601U}) {
    cases.push_back(
        DueJson(Nights(Zurich(), minutes), {Ms(2026, 3, 28), Ms(2026, 10, 24, 22, 30)}));
    cases.push_back(DueJson(Nights(LordHowe(), minutes), {Ms(2026, 4, 4), Ms(2026, 10, 3, 15)}));
  }
  Availability gone = InZone(Kolkata());
  gone.away = {{Ms(2026, 3, 1), Ms(2026, 8, 1)}};
  cases.push_back(DueJson(gone, {Ms(2026, 3, 1), Ms(2026, 4, 10)}));
  return {
      {"description",
       "Due times and reminders; null: none within 120 days (crypto/PROTOCOL.md, Availability)"},
      {"zones", ZonesJson()},
      {"cases", cases}};
}

Json SlotVectors() {
  const std::vector<std::uint64_t> early = {Ms(2026, 1, 1), Ms(2026, 10, 20, 12)};
  Json cases = Json::array();
  for (const Zone& zone : AllZones()) {
    cases.push_back(SlotsJson(zone, Ms(2026, 3, 1, 2, 30), "FREQ=WEEKLY", early));
    cases.push_back(SlotsJson(zone, Ms(2026, 3, 6, 0), "FREQ=DAILY",
                              {Ms(2026, 3, 7), Ms(2026, 3, 27), Ms(2026, 4, 2), Ms(2026, 6, 1, 10),
                               Ms(2026, 10, 2), Ms(2026, 10, 23), Ms(2026, 10, 30)}));
  }
  cases.push_back(SlotsJson(Zurich(), Ms(2026, 3, 22, 2, 30), "FREQ=WEEKLY",
                            {Ms(2026, 3, 29, 1, 10), Ms(2026, 10, 25, 0, 45)}));
  for (const std::string rule :
       {"FREQ=WEEKLY;BYDAY=TU,FR", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU", "FREQ=WEEKLY;INTERVAL=5",
        "FREQ=DAILY;INTERVAL=3", "FREQ=DAILY;INTERVAL=3;BYDAY=MO", "FREQ=DAILY;BYDAY=SA,SU",
        "FREQ=DAILY;INTERVAL=7;BYDAY=TU", "FREQ=MONTHLY", "FREQ=MONTHLY;INTERVAL=2",
        "FREQ=MONTHLY;BYDAY=2MO,-1FR", "FREQ=MONTHLY;BYDAY=WE", "FREQ=MONTHLY;BYDAY=5MO,-5SU",
        "FREQ=MONTHLY;INTERVAL=12;BYDAY=5MO", "FREQ=WEEKLY;COUNT=3", "FREQ=DAILY;COUNT=366",
        "FREQ=WEEKLY;BYDAY=MO;UNTIL=20260216"}) {
    cases.push_back(SlotsJson(NewYork(), Ms(2026, 1, 31, 18, 30), rule,
                              {Ms(2026, 1, 1), Ms(2026, 2, 10), Ms(2027, 1, 26), Ms(2036, 2, 2)}));
  }
  Json rules = Json::array();
  for (const std::string_view text :
       {"FREQ=WEEKLY", "byday=fr,mo;freq=weekly;interval=1",
        "UNTIL=20271231;BYDAY=+2MO,-1FR,1MO;FREQ=MONTHLY", "FREQ=DAILY;COUNT=010", "FREQ=YEARLY",
        "FREQ=WEEKLY;BYDAY=2MO", "FREQ=WEEKLY;INTERVAL=53", "FREQ=WEEKLY;COUNT=2;UNTIL=20271231",
        "FREQ=WEEKLY;WKST=SU", "FREQ=WEEKLY;UNTIL=20270230", "FREQ=WEEKLY;BYDAY=MO,MO",
        "FREQ=WEEKLY;COUNT=367", ""}) {
    rules.push_back(RuleJson(text));
  }
  return {{"description",
           "Rules, and the next slots after a time; fewer than six: the rule has ended "
           "(crypto/PROTOCOL.md, Rhythm)"},
          {"rules", rules},
          {"slot", SlotJson()},
          {"zones", ZonesJson()},
          {"cases", cases}};
}

}  // namespace holdfast::crypto
