// Acts as bytes: what a person decides and signs.
#include "rules/act.h"

#include <functional>

#include "unit/rules/support.h"

namespace holdfast {
namespace {

using What = decltype(Act::what);

Availability SampleAvailability() {
  return {.number = 4,
          .reply_within_minutes = 960,
          .remind_before_minutes = 120,
          .zone = Zurich(),
          .hours = {{1, 540, 720}, {1, 780, 1020}, {4, 540, 1440}},
          .away = {{kToday + kDay, kToday + 8 * kDay}}};
}

Rhythm SampleRhythm() {
  return {.number = 2,
          .zone = NewYork(),
          .first = Ms(2026, 6, 1, 18),
          .rule = "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH",
          .window_minutes = limits::kWindowMinutes,
          .reminders = 2};
}

Act Sample(What what) {
  return {.bond = Filled<BondId>('b'),
          .id = Filled<ActId>('i'),
          .account = Filled<AccountKey>('a'),
          .device = Filled<DeviceId>('d'),
          .made_at_ms = kToday,
          .what = std::move(what)};
}

std::vector<Act> EveryKind() {
  return {Sample(SampleAvailability()),
          Sample(SampleRhythm()),
          Sample(AcceptRhythm{2, Filled<Hash>('h')}),
          Sample(EndRhythm{2}),
          Sample(Reschedule{Filled<EnvelopeId>('e'), kToday, kToday + kDay}),
          Sample(Pause{kToday + kDay, true}),
          Sample(Resume{}),
          Sample(Withdraw{Filled<EnvelopeId>('e')}),
          Sample(EndBond{})};
}

std::string Field(const Act& act) { return FieldOf(DecodeAct(EncodeAct(act)).status()); }

}  // namespace

TEST_CASE("an act of every kind comes back as it was written") {
  int kind = 0;
  for (const Act& act : EveryKind()) {
    CHECK(static_cast<int>(act.kind()) == ++kind);
    const Bytes bytes = EncodeAct(act);
    CHECK(bytes.size() <= limits::kActBytesMax);
    CHECK(DecodeAct(bytes).value() == act);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      CHECK_FALSE(DecodeAct(bytes.substr(0, size)).ok());
    }
    CHECK(FieldOf(DecodeAct(bytes + "x").status()) == "act.end");
  }
  CHECK(kind == 9);
}

TEST_CASE("the largest act fits its limit") {
  Availability availability = SampleAvailability();
  availability.zone.name = std::string(limits::kZoneNameBytesMax, 'Z');
  availability.zone.changes.clear();
  availability.zone.covers_until_ms = Ms(2100, 1, 1);
  for (std::size_t i = 0; i < limits::kZoneChangesMax; ++i) {
    availability.zone.changes.push_back({Ms(2026, 1, 1) + i * 90 * kDay, i % 2 == 0 ? 3600 : 0});
  }
  availability.hours.clear();
  for (std::uint8_t day = 1; day <= 7; ++day) {
    for (std::uint16_t i = 0; i < 4; ++i) {
      availability.hours.push_back(
          {day, static_cast<std::uint16_t>(i * 300), static_cast<std::uint16_t>(i * 300 + 200)});
    }
  }
  availability.away.clear();
  for (std::size_t i = 0; i < limits::kAwayMax; ++i) {
    availability.away.push_back({kToday + i * 10 * kDay, kToday + (i * 10 + 1) * kDay});
  }
  const Act act = Sample(availability);
  CHECK(EncodeAct(act).size() < limits::kActBytesMax);
  CHECK(DecodeAct(EncodeAct(act)).value() == act);
  CHECK(CheckAct(act, kToday).ok());
  CHECK(ReasonOf(DecodeAct(Bytes(limits::kActBytesMax + 1, 1)).status()) == Reason::kTooLarge);
}

TEST_CASE("bytes that decode are the one encoding of what they decode to, whatever is flipped") {
  for (const Act& act : EveryKind()) {
    const Bytes good = EncodeAct(act);
    for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
      Bytes flipped = good;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
      const auto again = DecodeAct(flipped);
      if (again.ok()) CHECK(EncodeAct(*again) == flipped);
    }
  }
}

TEST_CASE("an act that does not fit is refused by the name of its field") {
  const std::vector<Act> acts = EveryKind();
  Bytes bytes = EncodeAct(acts[6]);
  bytes[0] = 2;
  CHECK(ReasonOf(DecodeAct(bytes).status()) == Reason::kUnsupportedVersion);
  bytes = EncodeAct(acts[6]);
  bytes.back() = 0;
  CHECK(FieldOf(DecodeAct(bytes).status()) == "act.kind");
  bytes.back() = 10;
  CHECK(FieldOf(DecodeAct(bytes).status()) == "act.kind");

  Act act = acts[6];
  act.id = ActId();
  CHECK(Field(act) == "act.id");
  act = acts[6];
  act.made_at_ms = 7;
  CHECK(Field(act) == "act.made_at_ms");
  CHECK(Field(Sample(AcceptRhythm{0, Filled<Hash>('h')})) == "act.accept.number");
  CHECK(Field(Sample(EndRhythm{0})) == "act.end.number");
  CHECK(Field(Sample(Reschedule{EnvelopeId(), kToday, kToday + 1})) == "act.reschedule.envelope");
  CHECK(Field(Sample(Reschedule{Filled<EnvelopeId>('e'), 0, kToday})) == "act.reschedule.from_ms");
  CHECK(Field(Sample(Reschedule{Filled<EnvelopeId>('e'), kToday, kToday})) ==
        "act.reschedule.due_at_ms");
  CHECK(Field(Sample(Pause{0, false})) == "act.pause.until_ms");
  CHECK(Field(Sample(Withdraw{})) == "act.withdraw.envelope");
  Availability availability = SampleAvailability();
  availability.hours[2].until_minute = 1441;
  CHECK(Field(Sample(availability)) == "act.availability.hours[2].until_minute");
  availability = SampleAvailability();
  availability.zone.changes[1].offset_s = 100000;
  CHECK(Field(Sample(availability)) == "act.availability.zone.changes[1].offset_s");
  Rhythm rhythm = SampleRhythm();
  rhythm.rule = "FREQ=WEEKLY;BYDAY=TH,MO";
  CHECK(Field(Sample(rhythm)) == "act.rhythm.rule");
}

TEST_CASE("each kind of act is one person's to sign, or either's") {
  CHECK(SignatoryOf(ActKind::kAvailability) == Signatory::kTherapist);
  CHECK(SignatoryOf(ActKind::kProposeRhythm) == Signatory::kTherapist);
  CHECK(SignatoryOf(ActKind::kReschedule) == Signatory::kTherapist);
  CHECK(SignatoryOf(ActKind::kAcceptRhythm) == Signatory::kClient);
  CHECK(SignatoryOf(ActKind::kPause) == Signatory::kClient);
  CHECK(SignatoryOf(ActKind::kResume) == Signatory::kClient);
  CHECK(SignatoryOf(ActKind::kEndRhythm) == Signatory::kEither);
  CHECK(SignatoryOf(ActKind::kWithdraw) == Signatory::kEither);
  CHECK(SignatoryOf(ActKind::kEndBond) == Signatory::kEither);
}

TEST_CASE("an act that its reader would refuse is refused before it is signed") {
  const auto refused = [](const Act& act, Reason reason, std::string_view field) {
    const absl::Status status = CheckAct(act, kToday);
    CHECK(ReasonOf(status) == reason);
    CHECK(FieldOf(status) == field);
  };
  // To when it is due already.
  refused(Sample(Reschedule{Filled<EnvelopeId>('e'), kToday + kDay, kToday + kDay}),
          Reason::kMalformedField, "act.reschedule.due_at_ms");
  Act act = Sample(EndBond{});
  act.made_at_ms = limits::kTimeMinMs - 1;
  refused(act, Reason::kTimeOutOfRange, "act.made_at_ms");
  act = Sample(EndBond{});
  act.id = ActId();
  refused(act, Reason::kMalformedField, "act.id");
  refused(Sample(EndRhythm{0}), Reason::kMalformedField, "act.end.number");
  refused(Sample(Withdraw{}), Reason::kMalformedField, "act.withdraw.envelope");
  refused(Sample(Reschedule{Filled<EnvelopeId>('e'), 0, kToday + kDay}), Reason::kMalformedField,
          "act.reschedule.from_ms");
}

TEST_CASE("what the time says against an act is said by the name of its field") {
  for (const Act& act : EveryKind()) CHECK(CheckAct(act, kToday).ok());
  const auto refused = [](Act act, std::uint64_t made_at_ms = kToday) {
    act.made_at_ms = made_at_ms;
    const absl::Status status = CheckAct(act, kToday);
    CHECK(ReasonOf(status) == Reason::kTimeOutOfRange);
    CHECK(std::string(status.message()).starts_with(FieldOf(status) + ": "));
    return FieldOf(status);
  };
  CHECK(refused(Sample(Resume{}), kToday + kDay + 1) == "act.made_at_ms");
  CHECK(refused(Sample(Pause{kToday, false})) == "act.pause.until_ms");
  CHECK(refused(Sample(Pause{kToday + 366 * kDay + 1, false})) == "act.pause.until_ms");
  const auto envelope = Filled<EnvelopeId>('e');
  CHECK(refused(Sample(Reschedule{envelope, kToday + 1, kToday})) == "act.reschedule.due_at_ms");
  CHECK(refused(Sample(Reschedule{envelope, kToday + 1, kToday + 120 * kDay + 1})) ==
        "act.reschedule.due_at_ms");
  Rhythm rhythm = SampleRhythm();
  rhythm.rule = "FREQ=WEEKLY;UNTIL=20260101";
  CHECK(refused(Sample(rhythm)) == "act.rhythm.rule");
  Availability availability = SampleAvailability();
  availability.away = {{kToday, kToday + 800 * kDay}};
  CHECK(refused(Sample(availability)) == "act.availability.away");
}

}  // namespace holdfast
