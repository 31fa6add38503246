// How clients and therapists run their bonds: hours, rhythms, promises, pauses, ends.
#include <algorithm>
#include <array>

#include "simulation/person.h"

namespace holdfast::simulation {
namespace {

using limits::kDayMs;

constexpr std::uint64_t kPauseDaysMax = 28;
constexpr std::uint64_t kAwayDaysMax = 14;
constexpr std::uint64_t kMovedDaysMax = 6;
// Minutes of a day that a change of the clock takes away in spring, or gives twice in
// autumn, somewhere in the world.
constexpr std::uint32_t kLateMinute = 2 * 60 + 15;
constexpr std::uint32_t kEarlyMinute = kLateMinute - 30;

std::uint32_t Between(Randomness& random, std::uint32_t low, std::uint32_t high) {
  return static_cast<std::uint32_t>(random.Between(low, high));
}

std::vector<WorkingHours> DrawHours(Randomness& random) {
  std::vector<WorkingHours> hours;
  const auto from = static_cast<std::uint16_t>(60 * random.Between(8, 10));
  const auto until = static_cast<std::uint16_t>(60 * random.Between(15, 18) + 30);
  for (std::uint8_t weekday = 1; weekday <= 6; ++weekday) {
    if (weekday == 6 || (weekday > 2 && random.OneIn(4))) continue;
    hours.push_back({weekday, from, std::uint16_t{12 * 60}});
    hours.push_back({weekday, std::uint16_t{13 * 60}, until});
  }
  return hours;
}

// Days away from soon on, in order and apart.
std::vector<client::LocalSpan> DrawAway(Randomness& random, std::uint64_t now_ms) {
  std::vector<client::LocalSpan> away;
  std::uint64_t day = now_ms / kDayMs;
  for (std::uint64_t times = random.Below(3); times > 0; --times) {
    day += random.Between(1, 10);
    const std::uint64_t days = random.Between(1, kAwayDaysMax);
    away.push_back({day * kDayMs, (day + days) * kDayMs});
    day += days;
  }
  return away;
}

client::RhythmDraft DrawRhythm(Randomness& random, const std::string& zone) {
  constexpr std::array<const char*, 6> kRules = {"FREQ=WEEKLY",
                                                 "FREQ=WEEKLY;INTERVAL=2",
                                                 "FREQ=WEEKLY;BYDAY=TU,FR",
                                                 "FREQ=MONTHLY;BYDAY=-1SU",
                                                 "FREQ=MONTHLY;BYDAY=2TH",
                                                 "FREQ=WEEKLY;COUNT=9"};
  client::RhythmDraft draft;
  draft.zone = zone;
  draft.rule = kRules[random.Below(kRules.size())];
  draft.at_minute = 15 * Between(random, 24, 88);
  if (random.OneIn(2)) {  // a night in which clocks change
    draft.rule = "FREQ=WEEKLY;BYDAY=SU";
    draft.at_minute = zone == "Europe/Berlin" || random.OneIn(4) ? kLateMinute : kEarlyMinute;
  }
  draft.window_minutes = 60 * Between(random, 4, 60);
  draft.reminders = static_cast<std::uint8_t>(random.Below(3));
  return draft;
}

bool WasRefused(const client::StandingView& standing) {
  return std::ranges::any_of(standing.waiting,
                             [](const client::ActView& act) { return !act.refusal.empty(); });
}

}  // namespace

// Most clients come when a slot is open.
std::uint64_t Client::NextVisitMs() {
  const std::uint64_t now_ms = village_.network.timeline.now_ms();
  const bool is_this_week =
      next_slot_ && next_slot_->opens_at_ms >= now_ms && next_slot_->opens_at_ms < now_ms + kWeekMs;
  if (!is_this_week || random_.OneIn(4)) return Person::NextVisitMs();
  return next_slot_->opens_at_ms +
         random_.Below(next_slot_->closes_at_ms - next_slot_->opens_at_ms);
}

void Client::Decide() {
  Pair& pair = *pairs_.front();
  if (!pair.bond) return;
  const auto standing = device_.engine().Standing(*pair.bond);
  if (!standing.ok() || standing->ended) return;
  next_slot_ = standing->next_slot;
  if (WasRefused(*standing) && !device_.engine().ForgetRefused().ok()) return;
  if (village_.network.timeline.now_ms() >= pair.ends_ms && random_.OneIn(2)) {
    return Decided(device_.engine().EndBond(*pair.bond), "ends the bond");
  }
  if (standing->proposal && random_.OneIn(2)) AnswerProposal(*pair.bond);
  if (device_.runs()) ThinkOfPause(*standing);
  if (device_.runs() && standing->rhythm && random_.OneIn(100)) {
    Decided(device_.engine().EndRhythm(*pair.bond), "ends the rhythm");
  }
}

void Client::AnswerProposal(const BondId& bond) {
  Decided(device_.engine().AcceptRhythm(bond), "accepts the rhythm");
  // Some press the button twice.
  if (!device_.runs() || !random_.OneIn(3)) return;
  Decided(device_.engine().AcceptRhythm(bond), "accepts the rhythm once more");
}

void Client::ThinkOfPause(const client::StandingView& standing) {
  if (standing.paused_until_ms) {
    if (!random_.OneIn(3)) return;
    return Decided(device_.engine().Resume(standing.bond), "ends the pause");
  }
  if (!random_.OneIn(16)) return;
  const std::uint64_t until_ms =
      village_.network.timeline.now_ms() + random_.Between(kDayMs, kPauseDaysMax * kDayMs);
  const bool ahead_too = random_.OneIn(2);
  Decided(device_.engine().Pause(standing.bond, until_ms, ahead_too),
          ahead_too ? "asks for a pause in which nothing comes" : "asks for a pause");
}

Therapist::Therapist(Village& village, std::string name, Household& household)
    : Person(village, std::move(name), household),
      zone_(kZoneNames[random_.Below(kZoneNames.size())]) {}

void Therapist::Decide() {
  for (Pair* pair : pairs_) {
    if (pair->bond && device_.runs()) DecideFor(*pair);
  }
  if (device_.runs()) CatchUp();
}

void Therapist::DecideFor(Pair& pair) {
  const auto standing = device_.engine().Standing(*pair.bond);
  if (!standing.ok() || standing->ended) return;
  if (WasRefused(*standing) && !device_.engine().ForgetRefused().ok()) return;
  if (village_.network.timeline.now_ms() >= pair.ends_ms && random_.OneIn(4)) {
    return Decided(device_.engine().EndBond(*pair.bond), "ends the bond");
  }
  if (!standing->waiting.empty()) return;
  const bool sets = standing->availability ? random_.OneIn(12) : random_.OneIn(2);
  if (pair.has_hours && sets) SetHours(pair);
  if (!device_.runs() || !pair.has_rhythm || standing->proposal) return;
  if (standing->rhythm ? random_.OneIn(25) : random_.OneIn(2)) return Propose(pair);
  if (standing->rhythm && random_.OneIn(100)) {
    Decided(device_.engine().EndRhythm(*pair.bond), "ends the rhythm");
  }
}

void Therapist::SetHours(const Pair& pair) {
  client::AvailabilityDraft draft;
  draft.zone = zone_;
  draft.hours = DrawHours(random_);
  draft.away = DrawAway(random_, village_.network.timeline.now_ms());
  draft.reply_within_minutes = 60 * Between(random_, 8, 50);
  draft.remind_before_minutes = draft.reply_within_minutes / Between(random_, 2, 6);
  Decided(device_.engine().SetAvailability(*pair.bond, draft), "sets working hours");
}

void Therapist::Propose(const Pair& pair) {
  Decided(device_.engine().ProposeRhythm(*pair.bond, DrawRhythm(random_, pair.zone)),
          "proposes a rhythm");
}

void Therapist::CatchUp() {
  std::vector<PutOff> left;
  for (const PutOff& one : std::exchange(put_off_, {})) {
    if (!device_.runs() || !random_.OneIn(2)) {
      left.push_back(one);
      if (device_.runs() && random_.OneIn(2)) Move(one);
      continue;
    }
    Reply(*one.pair, one.id);
  }
  put_off_ = std::move(left);
}

void Therapist::Move(const PutOff& put_off) {
  const auto standing = device_.engine().Standing(*put_off.pair->bond);
  if (!standing.ok()) return;
  for (const client::PromiseView& promise : standing->promises) {
    if (promise.envelope != put_off.id || promise.lost) continue;
    const std::uint64_t due_ms =
        promise.line.due_at_ms + random_.Between(limits::kHourMs, kMovedDaysMax * kDayMs);
    return Decided(device_.engine().Reschedule(put_off.id, due_ms), "moves a promise");
  }
}

}  // namespace holdfast::simulation
