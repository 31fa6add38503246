// Days of a rhythm and of promises between real processes, in real time: in these
// two programs an hour passes within a second. The practice is killed and
// started again before every step.
#include <algorithm>
#include <chrono>
#include <functional>
#include <set>

#include "support/catch.h"
#include "support/fast_programs.h"

namespace holdfast::test {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t kFastDayMs = 24 * 3600 * 1000 / kFastTimes;
// For every goal of the story; reached only by failures. A slow machine takes a
// few of the schedule's days more.
constexpr std::chrono::seconds kGoalMax{240};

std::size_t Count(const Json& ledger, const std::string& kind) {
  return static_cast<std::size_t>(std::count_if(
      ledger.begin(), ledger.end(), [&](const Json& entry) { return entry.at("kind") == kind; }));
}

class Days {
 public:
  Days() : couple_(FastPrograms()) {
    couple_.therapist.Do({"availability", "set", "--zone", "Etc/UTC", "--hours",
                          "mon-sun 6:00-22:00", "--reply-within", "10h"});
    Restart();
    couple_.therapist.Do({"rhythm", "propose", "--rule", "FREQ=DAILY", "--at", "12:00", "--zone",
                          "Etc/UTC", "--window", "10h"});
    Restart();
    couple_.client.Sync();
    couple_.client.Do({"rhythm"});  // what was not shown is not accepted
    couple_.client.Do({"rhythm", "accept"});
  }

  Couple& couple() { return couple_; }
  void Restart() {
    couple_.practice.Kill();
    couple_.practice.Start();
  }
  Json Ledger() { return couple_.client.Do({"ledger", "show"}).at("entries"); }
  // Restarts and does `step` until the ledger has more of `kind` than before.
  Json Until(
      const std::string& kind, const std::function<void()>& step = [] {}) {
    const std::size_t before = Count(Ledger(), kind);
    Json ledger;
    const auto more = [&] {
      Restart();
      step();
      ledger = Ledger();
      return Count(ledger, kind) > before;
    };
    const bool came = Eventually(more, kGoalMax);
    INFO("waited for " << kind << " in " << ledger.dump(1));
    REQUIRE(came);
    return ledger;
  }
  // In an open slot, once for each.
  void CheckInWhenOpen() {
    const Json open =
        couple_.client.Do({"status"}).at("bonds").at(0).at("standing").at("open_slot");
    if (open.is_null() || !checked_in_.insert(open.at("id").get<std::string>()).second) return;
    couple_.client.CheckIn("day " + std::to_string(checked_in_.size()));
  }
  void ReplyToAll() {
    couple_.therapist.Sync();
    const Json promises = couple_.therapist.Do({"promise"}).at("promises");
    for (const Json& owed : promises) couple_.therapist.Reply(owed.at("message"), "I am here");
  }

 private:
  Couple couple_;
  std::set<std::string> checked_in_;
};

// Every day has exactly one slot: opened and then filled or empty, or skipped.
void CheckSlots(const Json& ledger) {
  std::uint64_t before_ms = 0;
  std::set<std::string> open;
  for (const Json& entry : ledger) {
    const std::string kind = entry.at("kind");
    if (entry.at("slot").is_null()) continue;
    const std::string slot = entry.at("slot");
    if (kind == "slot-opened") CHECK(open.insert(slot).second);
    if (kind == "slot-filled" || kind == "slot-closed-empty") CHECK(open.erase(slot) == 1);
    if (kind != "slot-opened" && kind != "slot-skipped") continue;
    // The slot's id ends in its opening, in milliseconds.
    const std::uint64_t opens_ms = std::stoull(slot.substr(16), nullptr, 16);
    if (before_ms != 0) CHECK(opens_ms - before_ms == kFastDayMs);
    before_ms = opens_ms;
  }
  CHECK(open.size() <= 1);
}

TEST_CASE("days of check-ins and promises are kept by a practice that keeps dying",
          "[in_real_time]") {
  Days days;
  Couple& couple = days.couple();
  days.Until("slot-filled", [&] { days.CheckInWhenOpen(); });
  days.Until("promise-kept", [&] {
    days.CheckInWhenOpen();
    days.ReplyToAll();
  });
  days.Until("slot-closed-empty");
  days.Until("promise-missed", [&] { days.CheckInWhenOpen(); });
  days.Until("promise-repaired", [&] { days.ReplyToAll(); });
  couple.client.Do({"pause", "--until", DayFromNow(2)});
  days.Until("slot-skipped");
  couple.client.Do({"resume"});
  const Json ledger = days.Until("slot-opened");
  CheckSlots(ledger);
  // A slot may open or close between the two looks.
  bool is_same = false;
  for (int look = 0; look < 5 && !is_same; ++look) {
    couple.therapist.Sync();
    couple.client.Sync();
    is_same = couple.therapist.Do({"ledger", "verify"}) == couple.client.Do({"ledger", "verify"});
  }
  CHECK(is_same);
  // In the record the miss stands before its repair, and what was kept has none.
  CHECK(Count(ledger, "promise-missed") == Count(ledger, "promise-repaired"));
  CHECK(couple.therapist.Do({"promise"}).at("promises").empty());
}

}  // namespace
}  // namespace holdfast::test
