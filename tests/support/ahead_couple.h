// A couple that writes ahead.
#pragma once

#include <algorithm>

#include "support/catch.h"
#include "support/client_world.h"

namespace holdfast::client {

struct AheadCouple : TestCouple {
  std::uint64_t now_ms() const { return practice.clock.wall_ms; }
  Release At(std::uint64_t in_ms) const {
    Release release;
    release.when = ReleaseWhen::kAtTime;
    release.at_ms = now_ms() + in_ms;
    return release;
  }
  static Release For(ReleaseWhen when, const SlotId& slot) {
    Release release;
    release.when = when;
    release.slot = slot;
    return release;
  }
  static Release Missed() {
    Release release;
    release.when = ReleaseWhen::kPromiseMissed;
    return release;
  }

  void SyncBoth(int rounds = 1) {
    for (int i = 0; i < rounds; ++i) {
      REQUIRE(therapist.Sync().ok());
      REQUIRE(client.Sync().ok());
    }
    REQUIRE(therapist.Sync().ok());
  }
  // Time passes, timers fire, and the practice has endorsed its key anew.
  void Pass(std::uint64_t ms) {
    practice.Pass(ms);
    practice.Restart();
    SyncBoth();
  }
  // A check-in every day at 18:00 UTC, open for two hours.
  void BeginRhythm() {
    REQUIRE(therapist.ProposeDaily(18 * 60, 120).ok());
    SyncBoth();
    REQUIRE(client.engine->AcceptRhythm(client.bond()).ok());
    SyncBoth(2);
  }
  void PassIntoSlot() {
    const auto next = client.Standing().next_slot;
    REQUIRE(next.has_value());
    Pass(next->opens_at_ms - now_ms() + limits::kMinuteMs);
  }
  static AheadView Look(TestPerson& person, const EnvelopeId& id) {
    const auto message = person.engine->Message(id.hex());
    REQUIRE(message.ok());
    REQUIRE(message->ahead.has_value());
    return *message->ahead;
  }
  static bool Has(TestPerson& person, const std::string& text) {
    const auto texts = person.Texts();
    return std::ranges::find(texts, text) != texts.end();
  }
  void NoAlarms() {
    CHECK(client.AlarmReasons().empty());
    CHECK(therapist.AlarmReasons().empty());
  }
};

}  // namespace holdfast::client
