#include "simulation/marks/lived_year.h"

#include <algorithm>
#include <functional>
#include <map>

#include "client/core/outside/limits.h"
#include "crypto/public/login.h"
#include "holdfast/v1/login.pb.h"
#include "holdfast/v1/mailbox.pb.h"
#include "rules/header.h"
#include "simulation/randomness.h"
#include "support/catch.h"
#include "support/client_world.h"

namespace holdfast::simulation {
namespace {

using client::TestCouple;
using client::TestPerson;

constexpr std::uint64_t kReadingMsMax = 20 * limits::kMinuteMs;
constexpr std::size_t kWordsMax = 400;

struct Moment {
  std::uint64_t at_ms = 0;  // since midnight
  std::function<void()> what;
};

class Life {
 public:
  Life(std::uint64_t seed, const MarkHabits& mark_habits);
  void LiveDay();
  LivedYear Take();

 private:
  void WatchCalls();
  void PlanClient(std::vector<Moment>& day);
  void PlanTherapist(std::vector<Moment>& day);
  void OpenApp();
  void Answer();
  void PerhapsMark();
  void SyncClient();
  bool IsTold(const EnvelopeId& message);
  void CheckArrived();
  void AdvanceTo(std::uint64_t at_ms);
  std::string Words(Randomness& from, std::size_t most);

  SeededSodium sodium_;
  Randomness habits_;
  Randomness coin_;
  const MarkHabits mark_habits_;
  TestCouple couple_;
  LivedYear lived_;
  std::uint64_t midnight_ms_ = 0;
  std::uint64_t newest_login_ = 0;
  std::uint64_t in_touch_ms_ = 0;  // the client's device, last
  // When a mark of this message was made or closed that the therapist does not have yet.
  std::map<EnvelopeId, std::uint64_t> changed_ms_;
};

Life::Life(std::uint64_t seed, const MarkHabits& mark_habits)
    : sodium_(Randomness(seed * 3)),
      habits_(seed * 3 + 1),
      coin_(seed * 3 + 2),
      mark_habits_(mark_habits) {
  WatchCalls();
}

void Life::WatchCalls() {
  couple_.client.transport.on_request = [this](const std::string& method,
                                               google::protobuf::Message& request) {
    if (lived_.days.empty()) return;
    SeenCall call{method, request.ByteSizeLong(), couple_.practice.clock.wall_ms - midnight_ms_};
    if (method == "Send") {
      const auto header = DecodeHeader(static_cast<v1::SendRequest&>(request).header());
      call.kind = static_cast<int>(header.value().kind);
    }
    if (method == "Authenticate") {
      const auto login =
          crypto::DecodeLogin(static_cast<v1::AuthenticateRequest&>(request).login().statement());
      call.counted = newest_login_ == 0 ? 1 : login.value().vault_generation - newest_login_;
      newest_login_ = login.value().vault_generation;
    }
    lived_.days.back().calls.push_back(std::move(call));
  };
}

std::string Life::Words(Randomness& from, std::size_t most) {
  return std::string(1 + from.Below(most), 'w');
}

void Life::AdvanceTo(std::uint64_t at_ms) {
  const std::uint64_t now_ms = couple_.practice.clock.wall_ms - midnight_ms_;
  if (at_ms > now_ms) couple_.practice.Pass(at_ms - now_ms);
}

// Most days at some time, some days several times, some days not at all; with and without network.
void Life::PlanClient(std::vector<Moment>& day) {
  for (std::uint64_t times = habits_.Below(4); times > 0; --times) {
    const std::uint64_t at_ms = habits_.Between(6 * limits::kHourMs, 23 * limits::kHourMs);
    const bool writes = habits_.OneIn(6);
    const bool away = habits_.OneIn(8);
    day.push_back({at_ms, [this, writes, away] {
                     couple_.client.transport.away = away;
                     OpenApp();
                     if (writes) couple_.client.CheckIn(Words(habits_, 600)).IgnoreError();
                     if (habits_.OneIn(2)) SyncClient();
                     couple_.client.transport.away = false;
                   }});
    // Some look again, a little later.
    if (habits_.OneIn(3)) {
      day.push_back({at_ms + habits_.Below(kReadingMsMax), [this] { SyncClient(); }});
    }
  }
}

void Life::SyncClient() {
  if (couple_.client.Sync().ok()) in_touch_ms_ = couple_.practice.clock.wall_ms;
}

void Life::OpenApp() {
  SyncClient();
  for (const client::MessageView& message : couple_.client.Messages()) {
    if (!message.mine && message.unread && !habits_.OneIn(8)) {
      couple_.client.engine->MarkOpened(message.id).IgnoreError();
    }
  }
  PerhapsMark();
}

// Once a day at most, on whatever message, with words or without; or settled again.
void Life::PerhapsMark() {
  SeenDay& today = lived_.days.back();
  const auto messages = couple_.client.Messages();
  if (messages.empty() || today.could_mark) return;
  today.could_mark = true;
  today.has_mark = coin_.OneIn(3);
  const EnvelopeId message = messages[coin_.Below(messages.size())].id;
  const bool has_words = coin_.OneIn(2);
  const std::string words = Words(coin_, kWordsMax);
  const bool closes = coin_.OneIn(3);
  if (!today.has_mark || !mark_habits_.marks) return;
  client::Engine& engine = *couple_.client.engine;
  const auto open = engine.OpenRuptures().value();
  const bool done = closes && !open.empty()
                        ? engine.CloseRupture(open.front().message).ok()
                        : engine.MarkRupture(message, has_words ? words : std::string()).ok();
  const EnvelopeId changed = closes && !open.empty() ? open.front().message : message;
  if (!done) return;
  ++lived_.marks_made;
  changed_ms_[changed] = couple_.practice.clock.wall_ms;
  if (mark_habits_.goes_out_for_it) SyncClient();
}

void Life::PlanTherapist(std::vector<Moment>& day) {
  for (std::uint64_t times = habits_.Below(3); times > 0; --times) {
    day.push_back({habits_.Between(8 * limits::kHourMs, 20 * limits::kHourMs), [this] {
                     REQUIRE(couple_.therapist.Sync().ok());
                     CheckArrived();
                     Answer();
                     couple_.therapist.Sync().IgnoreError();
                   }});
  }
}

void Life::Answer() {
  for (const client::MessageView& message : couple_.therapist.Messages()) {
    if (message.mine || !message.unread) continue;
    couple_.therapist.engine->MarkOpened(message.id).IgnoreError();
    if (habits_.OneIn(2)) {
      couple_.therapist.Reply(message.id, Words(habits_, 300)).IgnoreError();
    }
  }
  if (habits_.OneIn(5)) couple_.therapist.Note(Words(habits_, 300)).IgnoreError();
}

bool Life::IsTold(const EnvelopeId& message) {
  const auto made = couple_.client.engine->Message(message.hex());
  const auto told = couple_.therapist.engine->Message(message.hex());
  return told.ok() && told->rupture && told->rupture->closed == made->rupture->closed &&
         told->rupture->text == made->rupture->text;
}

// The therapist was in touch just now. Once the client's device was, at least kSignMs after the
// mark, it is here.
void Life::CheckArrived() {
  for (auto it = changed_ms_.begin(); it != changed_ms_.end();) {
    const bool is_told = IsTold(it->first);
    if (!is_told && in_touch_ms_ >= it->second + client::limits::kSignMs) ++lived_.marks_waited;
    it = is_told ? changed_ms_.erase(it) : std::next(it);
  }
}

void Life::LiveDay() {
  midnight_ms_ = couple_.practice.clock.wall_ms;
  lived_.days.emplace_back();
  couple_.RestartPractice();
  std::vector<Moment> day;
  PlanClient(day);
  PlanTherapist(day);
  std::ranges::stable_sort(day, std::less<>(), &Moment::at_ms);
  for (const Moment& moment : day) {
    AdvanceTo(moment.at_ms);
    moment.what();
  }
  AdvanceTo(limits::kDayMs);
}

LivedYear Life::Take() {
  lived_.days.emplace_back();  // a quiet day, which nobody looks at
  couple_.practice.Pass(2 * limits::kDayMs);
  couple_.RestartPractice();
  SyncClient();
  REQUIRE(couple_.therapist.Sync().ok());
  CheckArrived();
  lived_.days.pop_back();
  lived_.marks_lost = changed_ms_.size();
  return std::move(lived_);
}

}  // namespace

LivedYear LiveWithMarks(std::uint64_t seed, std::size_t days, const MarkHabits& mark_habits) {
  Life life(seed, mark_habits);
  for (std::size_t day = 0; day < days; ++day) life.LiveDay();
  return life.Take();
}

}  // namespace holdfast::simulation
