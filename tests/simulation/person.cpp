#include "simulation/person.h"

#include "rules/errors.h"

namespace holdfast::simulation {
namespace {

// Within what prekeys are kept for: who stays away longer needs other help.
constexpr std::uint64_t kOffWeeksMax = 8;
constexpr std::uint64_t kBackForMs = 3 * kWeekMs;  // before they are away again
constexpr std::int64_t kDeviceClockWrongMsMax = 6 * static_cast<std::int64_t>(limits::kHourMs);
constexpr std::uint64_t kSessionMs = 5 * limits::kMinuteMs;
constexpr std::uint64_t kBusyMsMax = 4'000;  // while messages are exchanged
// A full look at a device reads its whole vault: dear, so only now and then.
constexpr std::uint64_t kSessionsPerCheck = 32;

}  // namespace

Person::Person(Village& village, std::string name, Household& household)
    : village_(village),
      device_(village.network, village.verdict, std::move(name)),
      household_(household),
      random_(village.network.random.Split()) {
  device_.died = [this] {
    has_news_ = true;
    in_background_ = false;
    // Some start it again at once, others at their next session.
    if (random_.OneIn(2)) village_.network.timeline.After(10'000, [this] { OpenApp(); });
  };
}

void Person::BeginWeek() {
  Timeline& timeline = village_.network.timeline;
  const FaultRates& rates = village_.network.rates;
  const bool is_back = timeline.now_ms() >= off_until_ms_ + kBackForMs;
  if (is_back && random_.PerMillion(rates.device_off)) {
    off_until_ms_ = timeline.now_ms() + random_.Between(1, kOffWeeksMax) * kWeekMs;
    village_.network.trace.Note(device_.name(), "is away for weeks");
  }
  if (random_.PerMillion(rates.device_clock)) {
    const auto wrong_ms = static_cast<std::int64_t>(random_.Below(2 * kDeviceClockWrongMsMax)) -
                          kDeviceClockWrongMsMax;
    const std::uint64_t from_ms = timeline.now_ms() + random_.Below(kWeekMs);
    timeline.At(from_ms, [this, wrong_ms] { device_.clock().Set(wrong_ms); });
    timeline.At(from_ms + random_.Below(kWeekMs), [this] { device_.clock().Set(0); });
  }
  // Who is shut out looks in now and then, and finds nothing.
  if (place_ == Place::kOut && !random_.OneIn(4)) return;
  timeline.At(NextVisitMs(), [this] { OpenApp(); });
}

std::uint64_t Person::NextVisitMs() {
  return village_.network.timeline.now_ms() + random_.Below(kWeekMs);
}

void Person::OpenApp() {
  if (village_.network.timeline.now_ms() < off_until_ms_) return;
  if (place_ == Place::kSpare || place_ == Place::kLost) return;
  if (in_background_) {
    in_background_ = false;
    village_.network.trace.Note(device_.name(), "comes back to the app");
    return BeginSession();
  }
  if (device_.runs()) return;
  device_.Start();
  if (!device_.runs()) return;
  if (!settled_ && random_.PerMillion(village_.network.rates.crash_device)) device_.PlanDeath();
  village_.network.trace.Note(device_.name(), "opens the app");
  BeginSession();
}

void Person::Settle() {
  settled_ = true;
  off_until_ms_ = 0;
  has_news_ = true;
  device_.clock().Set(0);
}

void Person::BeginSession() {
  if (!has_account()) {
    place_ == Place::kListed ? BecomeMember() : BecomeFurther();
    return Later(kSessionMs, [this] { CloseApp(); });
  }
  const client::Identity identity = device_.engine().identity();
  village_.schedule.Name(identity.account, device_.side().name());
  device_.Know(identity.device);
  Meet();
  TakeAlarms();
  wrote_ = false;
  if (place_ == Place::kOut) return SyncInSession();
  if (!settled_) WriteSomething();
  if (!settled_ && device_.runs()) KeepHouse();
  if (!settled_ && device_.runs()) Decide();
  if (!device_.runs()) return;
  if (!settled_ && random_.OneIn(8)) {
    Later(random_.Below(kBusyMsMax), [this] { ThinkAgain(); });
  }
  if (!settled_ && random_.OneIn(10)) return CloseApp();  // without a network
  household_.MayAct(*this);
  if (!device_.runs()) return;
  if (random_.OneIn(4)) return SyncInSession();
  WatchInSession();
}

void Person::SyncInSession() {
  device_.engine().Sync([this](const absl::StatusOr<client::SyncReport>& report) {
    if (!report.ok()) return Later(0, [this] { CloseApp(); });
    village_.alarms.Met(device_, village_.network.timeline.now_ms());
    device_.membership().synced_ms = village_.network.timeline.now_ms();
    has_news_ = has_news_ || report->received > 0;
    wrote_ = false;
    Read();
    // What was opened and answered goes out at once.
    if (!wrote_ || !device_.runs()) return Later(0, [this] { CloseApp(); });
    device_.engine().Sync([this](const absl::StatusOr<client::SyncReport>& again) {
      has_news_ = has_news_ || (again.ok() && again->received > 0);
      Later(0, [this] { CloseApp(); });
    });
  });
}

void Person::WatchInSession() {
  client::Engine::Watcher watcher;
  watcher.changed = [this] { has_news_ = true; };
  watcher.connection = [this](const absl::Status& status) {
    if (status.ok()) village_.alarms.Met(device_, village_.network.timeline.now_ms());
  };
  device_.engine().Watch(std::move(watcher));
  Later(random_.Between(20'000, 90'000), [this] { Read(); });
  if (random_.OneIn(6)) Later(kSessionMs / 2, [this] { Read(); });
  Later(kSessionMs, [this] { CloseApp(); });
}

void Person::Read() {
  // Once all is quiet one device reads, and the others are to know it.
  if (!has_news_ || (settled_ && !household_.IsReader(*this))) return;
  const auto unread = device_.engine().Messages({std::nullopt, true, 0});
  if (!unread.ok()) {
    return village_.verdict.Broken(kStoredMeansStored, device_.name() + " cannot read");
  }
  has_news_ = false;
  for (const client::MessageView& view : *unread) {
    if (!device_.runs()) return;
    if (random_.OneIn(12)) {  // for later
      has_news_ = true;
      continue;
    }
    village_.letters.CheckHeld(device_, view);
    village_.network.trace.Note(device_.name(), "reads \"" + TextOf(view) + "\"");
    // Noted first: the device may die just after it is in the vault.
    village_.letters.Opened(view.id);
    if (device_.engine().MarkOpened(view.id).ok()) wrote_ = true;
    if (device_.runs() && !settled_) Answer(view);
  }
}

void Person::CloseApp() {
  if (!device_.runs() || in_background_) return;
  TakeAlarms();
  if (has_account() && random_.OneIn(kSessionsPerCheck)) {
    village_.letters.Check(device_, pairs(), false, village_.network.timeline.now_ms());
  }
  if (has_account() && !settled_ && !random_.OneIn(4)) {
    village_.network.trace.Note(device_.name(), "leaves the app open");
    device_.engine().StopWatching();
    in_background_ = true;
    return;
  }
  village_.network.trace.Note(device_.name(), "closes the app");
  device_.Stop();
}

void Person::TakeAlarms() {
  std::vector<client::Alarm> told;
  const absl::Status status =
      device_.engine().TellAlarms([&](const std::vector<client::Alarm>& alarms) {
        told = alarms;
        village_.alarms.Raised(device_, pairs(), alarms, village_.network.timeline.now_ms());
      });
  if (!status.ok()) village_.alarms.MayComeAgain(device_, told);
}

void Person::CheckDevice(bool in_the_end) {
  // A backup of before lets it back in until another one has given the newer list back.
  const bool was_let_in = village_.alarms.restored_ms() > device_.membership().left_ms;
  if (in_the_end && place_ == Place::kOut && !was_let_in) village_.letters.CheckShutOut(device_);
  if (in_the_end && place_ != Place::kListed) return;
  device_.Start();
  if (!device_.runs()) return;
  village_.letters.Check(device_, pairs(), in_the_end, village_.network.timeline.now_ms());
}

void Person::Write(Pair& pair, client::Draft draft, const std::string& text) {
  draft.bond = pair.bond;
  Letter letter;
  letter.author = &device_.side();
  letter.device = &device_;
  letter.at_ms = village_.network.timeline.now_ms();
  letter.pair = &pair;
  letter.kind = draft.kind;
  letter.release = draft.release;
  const bool is_ahead = draft.release.when != ReleaseWhen::kNow;
  (is_ahead ? letter.promise : letter.reply_to) = draft.reply_to;
  const auto written = device_.engine().Write(draft);
  if (written.ok()) {
    letter.id = *written;
    wrote_ = true;
    if (is_ahead) MayTakeBack(*written);
  } else if (ReasonOf(written.status()) == Reason::kBondEnded && device_.runs()) {
    return village_.network.trace.Note(device_.name(), "finds that the bond has ended");
  } else if (HeardItIsOut(written.status())) {
    return village_.network.trace.Note(device_.name(), "finds that it may not write any more");
  } else if (device_.runs()) {
    return village_.verdict.Broken(kStoredMeansStored, device_.name() + " could not write: " +
                                                           std::string(written.status().message()));
  }
  village_.network.trace.Note(device_.name(),
                              std::string(written.ok() ? "writes" : "dies writing") +
                                  (is_ahead ? " ahead" : "") + " \"" + text + "\"",
                              letter.id.view());
  village_.letters.Wrote(text, letter);
}

void Person::Decided(const absl::StatusOr<ActId>& act, std::string_view what) {
  if (!device_.runs()) return;
  village_.network.trace.Note(device_.name(), what);
  const Reason reason = act.ok() ? Reason::kInternal : ReasonOf(act.status());
  const bool is_late = reason == Reason::kBondEnded || reason == Reason::kUsage ||
                       reason == Reason::kActSuperseded || reason == Reason::kUnknownEnvelope;
  const bool by_clock = reason == Reason::kTimeOutOfRange && device_.clock().was_set();
  if (act.ok() || is_late || by_clock || HeardItIsOut(act.status())) return;
  village_.verdict.Broken(kStoredMeansStored, device_.name() + " could not decide: " +
                                                  std::string(act.status().message()));
}

Pair* Person::PairOf(const BondId& bond) {
  for (Pair* pair : pairs_) {
    if (pair->bond == bond) return pair;
  }
  return nullptr;
}

}  // namespace holdfast::simulation
