// Whatever may be written is read back as it was, and whatever is read was written in
// this one way: over random values near every bound of what is signed, sent or kept.
#include <functional>
#include <limits>

#include "rules/act.h"
#include "rules/header.h"
#include "rules/ledger.h"
#include "rules/receipt.h"
#include "unit/rules/support.h"

namespace holdfast {
namespace {

constexpr std::size_t kRounds = 4000;  // of each kind of value

// One of the numbers, or one beside it.
template <class Integer>
Integer Near(Dice& dice, const std::vector<std::uint64_t>& bounds) {
  return static_cast<Integer>(dice.Pick(bounds) + dice(3) - 1);
}

std::uint64_t AnyTime(Dice& dice) {
  static const std::vector<std::uint64_t> kBounds = {0,
                                                     1,
                                                     limits::kTimeMinMs,
                                                     limits::kTimeMaxMs,
                                                     kToday,
                                                     kToday + kDay,
                                                     kToday + 120 * kDay,
                                                     kToday + 366 * kDay,
                                                     std::numeric_limits<std::uint64_t>::max() - 1};
  return Near<std::uint64_t>(dice, kBounds);
}

template <class Id>
Id AnyId(Dice& dice) {
  return dice(8) == 0 ? Id() : Filled<Id>(static_cast<char>('a' + dice(26)));
}

Zone AnyZone(Dice& dice) {
  Zone zone = dice.Pick(AllZones());
  const auto any_offset = [&] {
    return dice.Pick(std::vector<std::int32_t>{-86'401, -86'400, -1, 0, 86'400, 86'401, 3600});
  };
  switch (dice(12)) {
    case 0:
      zone.name = std::string(Near<std::size_t>(dice, {1, limits::kZoneNameBytesMax}), 'Z');
      break;
    case 1:
      zone.name += dice.Pick(std::vector<std::string>{" ", ".", "/", std::string(1, '\0')});
      break;
    case 2:
      zone.first_offset_s = any_offset();
      break;
    case 3:
      zone.covers_until_ms = AnyTime(dice);
      break;
    case 4:
      if (!zone.changes.empty()) zone.changes[dice(zone.changes.size())].offset_s = any_offset();
      break;
    case 5:
      if (zone.changes.size() > 1) {
        zone.changes[1].at_ms = zone.changes[0].at_ms + Near<std::uint64_t>(dice, {2 * kDay});
      }
      break;
    case 6:
      zone.changes.clear();
      for (std::size_t i = Near<std::size_t>(dice, {1, limits::kZoneChangesMax, 256}); i-- > 0;) {
        zone.changes.insert(zone.changes.begin(), {Ms(2021, 1, 1) + i * 3 * kDay, 3600});
      }
      break;
    default:
      break;
  }
  return zone;
}

std::vector<WorkingHours> AnyHours(Dice& dice) {
  std::vector<WorkingHours> hours = {{1, 540, 720}, {1, 780, 1020}, {4, 540, 1440}};
  WorkingHours& one = hours[dice(hours.size())];
  switch (dice(6)) {
    case 0:
      one.weekday = Near<std::uint8_t>(dice, {1, 7});
      break;
    case 1:
      one.from_minute = Near<std::uint16_t>(dice, {1, 540, 720, 1440});
      break;
    case 2:
      one.until_minute = Near<std::uint16_t>(dice, {540, 780, 1440});
      break;
    case 3:
      hours.assign(Near<std::size_t>(dice, {1, limits::kWorkingHoursMax, 256}), {1, 0, 0});
      for (std::size_t i = 0; i < hours.size(); ++i) {
        const auto minute = static_cast<std::uint16_t>(i % 4 * 300);
        hours[i] = {static_cast<std::uint8_t>(1 + i / 4), minute,
                    static_cast<std::uint16_t>(minute + 200)};
      }
      break;
    default:
      break;
  }
  return hours;
}

std::vector<Away> AnyAway(Dice& dice) {
  std::vector<Away> away;
  for (std::size_t i = dice(4) == 0 ? Near<std::size_t>(dice, {1, limits::kAwayMax, 256}) : dice(3);
       i-- > 0;) {
    away.insert(away.begin(), {kToday + i * 5 * kDay, kToday + (i * 5 + 1) * kDay});
  }
  if (!away.empty() && dice(3) == 0) away[dice(away.size())].until_ms = AnyTime(dice);
  return away;
}

Availability AnyAvailability(Dice& dice) {
  const auto within = dice(3) == 0 ? Near<std::uint32_t>(dice, {limits::kReplyWithinMinutesMin,
                                                                limits::kReplyWithinMinutesMax})
                                   : 960U;
  return {.number = Near<std::uint32_t>(dice, {1, 4, 0xfffffffe}),
          .reply_within_minutes = within,
          .remind_before_minutes = dice(3) == 0 ? Near<std::uint32_t>(dice, {1, within}) : 5U,
          .zone = AnyZone(dice),
          .hours = AnyHours(dice),
          .away = AnyAway(dice)};
}

Rhythm AnyRhythm(Dice& dice) {
  Rhythm rhythm = {.number = Near<std::uint32_t>(dice, {1, 2, 0xfffffffe}),
                   .zone = AnyZone(dice),
                   .first = Ms(2026, 6, 1, 18),
                   .rule = RandomRule(dice),
                   .window_minutes = limits::kWindowMinutesMin,
                   .reminders = Near<std::uint8_t>(dice, {1, limits::kSlotRemindersMax})};
  switch (dice(6)) {
    case 0:
      rhythm.first = AnyTime(dice) / (dice(2) == 0 ? 1 : kMinute) * (dice(2) == 0 ? 1 : kMinute);
      break;
    case 1:
      rhythm.rule = dice.Pick(std::vector<std::string>{
          "", "FREQ=DAILY;INTERVAL=1", "FREQ=DAILY;COUNT=0", "FREQ=DAILY;COUNT=367", "freq=daily",
          "FREQ=WEEKLY;BYDAY=TH,MO", std::string(limits::kRuleBytesMax + 1, 'X'),
          std::string(70'000, 'X')});
      break;
    case 2:
      rhythm.window_minutes = Near<std::uint32_t>(
          dice, {limits::kWindowMinutesMin, limits::kWindowMinutesMax, 24 * 60});
      break;
    default:
      break;
  }
  return rhythm;
}

decltype(Act::what) AnyWhat(Dice& dice) {
  switch (1 + dice(9)) {
    case 1:
      return AnyAvailability(dice);
    case 2:
      return AnyRhythm(dice);
    case 3:
      return AcceptRhythm{Near<std::uint32_t>(dice, {1}), AnyId<Hash>(dice)};
    case 4:
      return EndRhythm{Near<std::uint32_t>(dice, {1})};
    case 5: {
      const std::uint64_t from = AnyTime(dice);
      return Reschedule{AnyId<EnvelopeId>(dice), from, dice(3) == 0 ? from : AnyTime(dice)};
    }
    case 6:
      return Pause{AnyTime(dice), dice(2) == 0};
    case 7:
      return Resume{};
    case 8:
      return Withdraw{AnyId<EnvelopeId>(dice)};
    default:
      return EndBond{};
  }
}

Act AnyAct(Dice& dice) {
  return {.bond = AnyId<BondId>(dice),
          .id = AnyId<ActId>(dice),
          .account = AnyId<AccountKey>(dice),
          .device = AnyId<DeviceId>(dice),
          .made_at_ms = dice(3) == 0 ? AnyTime(dice) : kToday,
          .what = AnyWhat(dice)};
}

Header AnyHeader(Dice& dice) {
  Header header;
  header.bond = AnyId<BondId>(dice);
  header.envelope = AnyId<EnvelopeId>(dice);
  header.sender_account = AnyId<AccountKey>(dice);
  header.sender_device = AnyId<DeviceId>(dice);
  header.kind = static_cast<Kind>(Near<std::uint8_t>(dice, {2, 4}));
  header.reply_owed = dice(2) == 0;
  header.slot = AnyId<SlotId>(dice);
  header.reply_to = AnyId<EnvelopeId>(dice);
  header.sent_at_ms = dice(2) == 0 ? AnyTime(dice) : kToday;
  header.release.when = static_cast<ReleaseWhen>(dice(6));
  if (dice(3) == 0) header.release.when = ReleaseWhen::kNow;
  if (header.release.when == ReleaseWhen::kAtTime || dice(8) == 0) {
    header.release.at_ms = AnyTime(dice);
  }
  const bool is_for_slot = header.release.when == ReleaseWhen::kSlotOpens ||
                           header.release.when == ReleaseWhen::kSlotClosesEmpty;
  if (is_for_slot || dice(8) == 0) header.release.slot = AnyId<SlotId>(dice);
  header.body_bytes = dice(4) == 0 ? Near<std::uint32_t>(dice, {0, 256, 65536 + 72}) : 256 + 72;
  header.sender_list_version = Near<std::uint32_t>(dice, {1, 2, 0xfffffffe});
  header.receiver_list_version = Near<std::uint32_t>(dice, {2, 0xfffffffe});
  return header;
}

LedgerEntry AnyEntry(Dice& dice) {
  LedgerEntry entry;
  entry.practice = AnyId<PracticeKey>(dice);
  entry.incarnation = AnyId<Incarnation>(dice);
  entry.bond = AnyId<BondId>(dice);
  entry.number = Near<std::uint64_t>(dice, {1, 2, 0xfffffffffffffffe});
  if (entry.number != 1 || dice(8) == 0) entry.previous = AnyId<Hash>(dice);
  entry.at_ms = dice(3) == 0 ? AnyTime(dice) : kToday;
  const auto kind = Near<std::uint8_t>(dice, {1, 2, 4, 6, 8, 10, 11});
  entry.kind = static_cast<LedgerKind>(kind);
  const auto uses = [&](bool is_said) { return is_said != (dice(12) == 0); };
  const bool is_slot = kind == 2 || kind == 4 || kind == 5;
  if (uses(kind != 11)) entry.subject = AnyId<LedgerSubject>(dice);
  if (uses(kind == 3 || kind == 7 || kind == 9)) entry.by = AnyId<LedgerSubject>(dice);
  if (uses(is_slot || kind == 6 || kind == 10)) {
    entry.from_ms = dice(3) == 0 ? AnyTime(dice) : kToday;
  }
  if (uses(is_slot || (kind >= 6 && kind <= 9))) {
    entry.until_ms = dice(3) == 0 ? entry.from_ms + dice(3) - 1 : kToday + kDay;
  }
  if (uses(is_slot || kind == 6)) entry.reference = Near<std::uint32_t>(dice, {1, 0xfffffffe});
  if (is_slot && dice(8) != 0) {
    entry.subject = SubjectOf(SlotIdOf(entry.reference, entry.from_ms));
  }
  if (uses(kind == 1)) entry.hash = AnyId<Hash>(dice);
  return entry;
}

ReceiptLeaf AnyLeaf(Dice& dice) {
  return {.practice = AnyId<PracticeKey>(dice),
          .incarnation = AnyId<Incarnation>(dice),
          .bond = AnyId<BondId>(dice),
          .position = Near<std::uint64_t>(dice, {1, 2, 0xfffffffffffffffe}),
          .envelope = AnyId<EnvelopeId>(dice),
          .envelope_hash = AnyId<Hash>(dice),
          .stored_at_ms = AnyTime(dice),
          .due_at_ms = AnyTime(dice),
          .availability_version = Near<std::uint32_t>(dice, {1, 0xfffffffe})};
}

BatchStatement AnyBatch(Dice& dice) {
  return {.practice = AnyId<PracticeKey>(dice),
          .incarnation = AnyId<Incarnation>(dice),
          .batch = Near<std::uint64_t>(dice, {1, 0xfffffffffffffffe}),
          .leaves = Near<std::uint32_t>(dice, {1, limits::kBatchLeavesMax}),
          .root = AnyId<Hash>(dice),
          .signed_at_ms = AnyTime(dice)};
}

template <class Value>
struct Format {
  std::function<Value(Dice&)> any;
  Bytes (*encode)(const Value&);
  absl::StatusOr<Value> (*decode)(BytesView);
  std::function<absl::Status(const Value&)> check;
};

template <class Value>
void CheckOneEncoding(const Format<Value>& format, BytesView bytes) {
  const absl::StatusOr<Value> read = format.decode(bytes);
  if (read.ok()) CHECK(format.encode(*read) == bytes);
}

template <class Value>
void CheckBothWays(const Format<Value>& format) {
  Dice dice(7);
  std::size_t taken = 0;
  for (std::size_t round = 0; round < kRounds; ++round) {
    const Value value = format.any(dice);
    const bool may_be_written = format.check(value).ok();
    if (may_be_written) {
      ++taken;
      const absl::StatusOr<Value> read = format.decode(format.encode(value));
      CAPTURE(round, read.status().ToString());
      REQUIRE(read.ok());
      CHECK(*read == value);
    }
    if constexpr (std::is_same_v<Value, Act>) {
      if (!may_be_written) continue;  // it may be longer than can be written at all
    }
    Bytes bytes = format.encode(value);
    CheckOneEncoding(format, bytes);
    bytes[dice(bytes.size())] = static_cast<char>(dice(256));
    CheckOneEncoding(format, bytes);
  }
  // Both were tried.
  CHECK(taken > kRounds / 20);
  CHECK(taken < kRounds);
}

}  // namespace

TEST_CASE("an act that may be signed is read back as it was, whatever it says") {
  CheckBothWays<Act>(
      {AnyAct, EncodeAct, DecodeAct, [](const Act& act) { return CheckAct(act, kToday); }});
}

TEST_CASE("a header that may be sealed is read back as it was") {
  CheckBothWays<Header>({AnyHeader, EncodeHeader, DecodeHeader, CheckHeader});
}

TEST_CASE("a ledger entry that may be written is read back as it was") {
  CheckBothWays<LedgerEntry>({AnyEntry, EncodeLedgerEntry, DecodeLedgerEntry, CheckLedgerEntry});
}

TEST_CASE("a receipt that may be signed is read back as it was") {
  CheckBothWays<ReceiptLeaf>({AnyLeaf, EncodeReceiptLeaf, DecodeReceiptLeaf, CheckReceiptLeaf});
  CheckBothWays<BatchStatement>(
      {AnyBatch, EncodeBatchStatement, DecodeBatchStatement, CheckBatchStatement});
}

TEST_CASE("a part of an act that may be written is refused by its own check or not at all") {
  Dice dice(11);
  for (std::size_t round = 0; round < kRounds; ++round) {
    const Act act = AnyAct(dice);
    const absl::Status checked = CheckAct(act, kToday);
    if (checked.ok()) continue;
    // Never the check of last resort: each field has words of its own.
    CAPTURE(round, checked.ToString());
    CHECK(ReasonOf(checked) != Reason::kInternal);
    CHECK(FieldOf(checked).starts_with("act"));
  }
}

}  // namespace holdfast
