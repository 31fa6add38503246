// The vectors of acts, made and checked.
#include "rules/limits.h"
#include "unit/crypto/vectors_rules.h"
#include "unit/rules/support.h"

namespace holdfast::crypto {
namespace {

struct WhatJson {
  Json operator()(const Availability& what) const { return AvailabilityJson(what); }
  Json operator()(const Rhythm& what) const { return RhythmJson(what); }
  Json operator()(const AcceptRhythm& what) const {
    return {{"number", what.number}, {"act_hash", what.act_hash.hex()}};
  }
  Json operator()(const EndRhythm& what) const { return {{"number", what.number}}; }
  Json operator()(const Reschedule& what) const {
    return {{"envelope", what.envelope.hex()},
            {"from_ms", what.from_ms},
            {"due_at_ms", what.due_at_ms}};
  }
  Json operator()(const Pause& what) const {
    return {{"until_ms", what.until_ms}, {"ahead_too", what.ahead_too}};
  }
  Json operator()(const Resume&) const { return Json::object(); }
  Json operator()(const Withdraw& what) const { return {{"envelope", what.envelope.hex()}}; }
  Json operator()(const EndBond&) const { return Json::object(); }
};

}  // namespace

Json ZoneJson(const Zone& zone) {
  Json changes = Json::array();
  for (const ZoneChange& change : zone.changes) {
    changes.push_back({{"at_ms", change.at_ms}, {"offset_s", change.offset_s}});
  }
  return {{"name", zone.name},
          {"first_offset_s", zone.first_offset_s},
          {"covers_until_ms", zone.covers_until_ms},
          {"changes", changes}};
}

Json AvailabilityJson(const Availability& availability) {
  Json hours = Json::array();
  for (const WorkingHours& each : availability.hours) {
    hours.push_back({{"weekday", each.weekday},
                     {"from_minute", each.from_minute},
                     {"until_minute", each.until_minute}});
  }
  Json away = Json::array();
  for (const Away& each : availability.away) {
    away.push_back({{"from_ms", each.from_ms}, {"until_ms", each.until_ms}});
  }
  return {{"number", availability.number},
          {"reply_within_minutes", availability.reply_within_minutes},
          {"remind_before_minutes", availability.remind_before_minutes},
          {"zone", ZoneJson(availability.zone)},
          {"hours", hours},
          {"away", away}};
}

Json RhythmJson(const Rhythm& rhythm) {
  return {{"number", rhythm.number},
          {"zone", ZoneJson(rhythm.zone)},
          {"first", rhythm.first},
          {"rule", rhythm.rule},
          {"window_minutes", rhythm.window_minutes},
          {"reminders", rhythm.reminders}};
}

Json ActJson(const Signed& carried, const SigningKey& device, const Act& act) {
  Json json = SignedJson(carried, device, Purpose::kAct);
  json["bond"] = act.bond.hex();
  json["id"] = act.id.hex();
  json["account"] = act.account.hex();
  json["device"] = act.device.hex();
  json["made_at_ms"] = act.made_at_ms;
  json["kind"] = static_cast<int>(act.kind());
  json["what"] = std::visit(WhatJson(), act.what);
  json["act_hash"] = ActHash(carried).hex();
  return json;
}

Availability VectorAvailability(std::uint32_t number) {
  return {.number = number,
          .reply_within_minutes = 960,
          .remind_before_minutes = 120,
          .zone = Zurich(),
          .hours = {{1, 540, 720}, {1, 780, 1020}, {2, 540, 1020}, {4, 1320, 1440}, {5, 0, 300}},
          .away = {{Ms(2026, 7, 11, 22), Ms(2026, 8, 2, 22)}}};
}

Rhythm VectorRhythm(std::uint32_t number) {
  return {.number = number,
          .zone = NewYork(),
          .first = Ms(2026, 6, 1, 18, 30),
          .rule = "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH",
          .window_minutes = limits::kWindowMinutes,
          .reminders = 2};
}

Json ActVectors() {
  const SigningKey device = FilledSigner('\x22');
  const auto envelope = Filled<EnvelopeId>('\x02');
  const std::vector<decltype(Act::what)> every_kind = {
      VectorAvailability(1),
      VectorRhythm(1),
      AcceptRhythm{1, Filled<Hash>('\x0a')},
      EndRhythm{1},
      Reschedule{envelope, Ms(2026, 6, 9, 12), Ms(2026, 6, 10, 12)},
      Pause{Ms(2026, 7, 1), true},
      Resume{},
      Withdraw{envelope},
      EndBond{}};
  Json acts = Json::array();
  for (const auto& what : every_kind) {
    const Act act{.bond = Filled<BondId>('\x01'),
                  .id = Filled<ActId>(static_cast<char>(0x30 + what.index())),
                  .account = Filled<AccountKey>('\x03'),
                  .device = Filled<DeviceId>('\x04'),
                  .made_at_ms = Ms(2026, 6, 1, 12),
                  .what = what};
    const Signed carried = SignAct(device, act);
    REQUIRE(VerifyAct(carried, device.public_key<DeviceKey>()).value() == act);
    acts.push_back(ActJson(carried, device, act));
  }
  return {{"description", "An act of every kind (crypto/PROTOCOL.md, Acts)"}, {"acts", acts}};
}

}  // namespace holdfast::crypto
