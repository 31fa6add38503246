#include "simulation/alarm_book.h"

#include <algorithm>

#include "client/words/alarm_words.h"

namespace holdfast::simulation {

void AlarmBook::Met(const Device& device, std::uint64_t now_ms) {
  met_ms_.emplace(&device, now_ms);
  visits_[&device].push_back(now_ms);
}

void AlarmBook::Raised(Device& device, const std::vector<const Pair*>& pairs,
                       const std::vector<client::Alarm>& alarms, std::uint64_t now_ms) {
  for (const client::Alarm& alarm : alarms) {
    trace_.Note(device.name(), "hears: " + client::AlarmText(alarm));
    if (alarm.reason == Reason::kPracticeRestored) ++told_times_[&device];
    if (!HasCause(device, pairs, alarm)) {
      verdict_.Broken(kNoFalseAlarm, device.name() + " was told: " + client::AlarmText(alarm));
    }
  }
  for (const client::Alarm& alarm : alarms) {
    if (alarm.reason == Reason::kPracticeRestored) told_ms_[&device] = now_ms;
  }
}

void AlarmBook::MayComeAgain(const Device& device, const std::vector<client::Alarm>& alarms) {
  for (const client::Alarm& alarm : alarms) {
    if (alarm.reason == Reason::kPracticeRestored) --told_times_[&device];
  }
}

bool AlarmBook::HasCause(Device& device, const std::vector<const Pair*>& pairs,
                         const client::Alarm& alarm) {
  using client::AlarmKind;
  switch (alarm.kind) {
    case AlarmKind::kPracticeRestored:
      return told_times_[&device] <= practice_.life_changes();
    case AlarmKind::kClocksDiffer:
    case AlarmKind::kClockRefused:
    case AlarmKind::kPrekeyRefused:
    case AlarmKind::kAheadEarlyByClock:
      return practice_.clock_was_set() || device.clock().was_set();
    case AlarmKind::kOldKeys:
      return HasStaleKeys(device, pairs, alarm.at_ms);
    // Its release came of a copy that had not heard of the withdrawal.
    case AlarmKind::kOwnAheadThoughWithdrawn:
      return practice_.restores() > 0;
    // A restore shows itself as a hole before anybody knows what it is.
    case AlarmKind::kMessagesMissing:
    case AlarmKind::kOutOfOrder:
      return practice_.restores() > 0 &&
             (told_ms_[&device] < practice_.restored_ms() || HasSeveral(device, pairs));
    case AlarmKind::kDevicesLinked:
    case AlarmKind::kDevicesUnlinked:
    case AlarmKind::kOwnDevicesLinked:
    case AlarmKind::kOwnDevicesUnlinked:
      return HasSeveral(device, pairs);
    case AlarmKind::kHistoryLocked:
      return device.membership().joined_ms != 0;
    // A backup that lacks nothing but what an account's devices told each other shows in that
    // alone.
    case AlarmKind::kArchiveHidden:
    // So does a suspension that it lost, until the device that said it has been in touch.
    case AlarmKind::kSuspendedGoesOn:
      return practice_.restores() > 0;
    case AlarmKind::kNewestListHidden:
    case AlarmKind::kOtherListShown:
    case AlarmKind::kOwnDeviceUnlisted:
      return practice_.restores() > 0 && HasSeveral(device, pairs);
    default:
      return false;
  }
}

bool AlarmBook::HasStaleKeys(const Device& device, const std::vector<const Pair*>& pairs,
                             std::uint64_t at_ms) const {
  // At their last visit the newest keys may have been almost a week old already,
  // and the clock by which the alarm was noted some hours ahead.
  constexpr std::uint64_t kAwayMs =
      limits::kPrekeyWarnMs - limits::kPrekeyRotationMs - limits::kDayMs;
  constexpr std::uint64_t kClockMs = limits::kDayMs / 2;
  return std::ranges::any_of(pairs, [&](const Pair* pair) {
    return std::ranges::any_of(pair->other(device).all(), [&](const Device* other) {
      const auto visits = visits_.find(other);
      std::uint64_t last_ms = kBeginMs;
      if (visits != visits_.end()) {
        const auto after = std::ranges::upper_bound(visits->second, at_ms - kClockMs);
        if (after != visits->second.begin()) last_ms = *std::prev(after);
      }
      return last_ms + kAwayMs < at_ms;
    });
  });
}

bool AlarmBook::HasSeveral(const Device& device, const std::vector<const Pair*>& pairs) {
  return device.all().size() > 1 || std::ranges::any_of(pairs, [&](const Pair* pair) {
           return pair->other(device).all().size() > 1;
         });
}

void AlarmBook::CheckEveryoneWasTold() {
  // Back to an older life, and on to a new one.
  if (practice_.life_changes() > 2 * practice_.restores()) {
    return verdict_.Broken(kEveryoneIsTold, "the store began a new life without a restore");
  }
  if (practice_.life_changes() == 0) return;
  for (const auto& [device, met_ms] : met_ms_) {
    if (met_ms >= practice_.life_changed_ms() || !device->membership().counts) continue;
    const auto told = told_ms_.find(device);
    if (told != told_ms_.end() && told->second >= practice_.life_changed_ms()) continue;
    return verdict_.Broken(kEveryoneIsTold,
                           device->name() + " was not told that the practice restored a backup");
  }
}

}  // namespace holdfast::simulation
