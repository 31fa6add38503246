// What was written ahead, over an older copy of the practice's store.
#include "support/ahead_couple.h"

namespace holdfast::client {
namespace {

using limits::kDayMs;
using limits::kHourMs;
using Texts = std::vector<std::string>;

struct Restored : AheadCouple {
  void Restore(const server::MemoryStore::Rows& backup) {
    practice.store.Restore(backup);
    practice.Restart();
    for (int i = 0; i < 4; ++i) {
      therapist.Sync().IgnoreError();
      client.Sync().IgnoreError();
    }
    SyncBoth();
  }
  void NothingAmiss() {
    for (TestPerson* person : {&client, &therapist}) {
      INFO((person == &client ? "the client" : "the therapist"));
      const auto reasons = person->AlarmReasons();
      CHECK(std::ranges::count(reasons, Reason::kPracticeRestored) == 1);
      CHECK(std::ranges::count(reasons, Reason::kIntegrity) == 0);
    }
  }
};

TEST_CASE("A note that a restored practice lost is offered again and comes in its time") {
  Restored couple;
  REQUIRE(couple.client.Note("before the backup").ok());
  couple.SyncBoth();
  const auto backup = couple.practice.rows();
  const auto id = couple.therapist.Ahead("still on its way", couple.At(kDayMs));
  couple.SyncBoth();
  REQUIRE(couple.therapist.StateOf(*id) == MessageState::kStored);
  couple.Restore(backup);
  CHECK(couple.therapist.StateOf(*id) == MessageState::kStored);
  couple.Pass(2 * kDayMs);
  CHECK(couple.client.Texts() == Texts{"before the backup", "still on its way"});
  couple.NothingAmiss();
}

TEST_CASE("A note that was released and lost before anybody had it comes all the same") {
  Restored couple;
  couple.SyncBoth();
  const auto backup = couple.practice.rows();
  const auto id = couple.therapist.Ahead("do not lose me", couple.At(kHourMs));
  REQUIRE(couple.therapist.Sync().ok());
  couple.practice.Pass(2 * kHourMs);
  couple.practice.Restart();
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(AheadCouple::Look(couple.therapist, *id).outlook == AheadOutlook::kReleased);
  couple.Restore(backup);
  couple.Pass(kHourMs);
  CHECK(couple.client.Texts() == Texts{"do not lose me"});
  CHECK(couple.therapist.StateOf(*id) == MessageState::kDelivered);
  couple.NothingAmiss();
}

TEST_CASE("A note that its reader has is not shown again after a restore") {
  Restored couple;
  couple.SyncBoth();
  const auto backup = couple.practice.rows();
  const auto id = couple.therapist.Ahead("once is enough", couple.At(kHourMs));
  couple.SyncBoth();
  couple.practice.Pass(2 * kHourMs);
  couple.practice.Restart();
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.client.Texts() == Texts{"once is enough"});
  couple.Restore(backup);
  couple.Pass(kHourMs);
  CHECK(couple.client.Texts() == Texts{"once is enough"});
  CHECK(couple.therapist.StateOf(*id) == MessageState::kDelivered);
  couple.NothingAmiss();
}

TEST_CASE("What a restored practice has not released yet is not said to be due") {
  Restored couple;
  couple.SyncBoth(3);
  const auto backup = couple.practice.rows();
  REQUIRE(couple.client.Note("lost with the practice").ok());
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.therapist.Ahead("it comes again", couple.At(kHourMs)).ok());
  REQUIRE(couple.therapist.Sync().ok());
  couple.practice.Pass(2 * kHourMs);
  REQUIRE(couple.therapist.Sync().ok());
  couple.practice.store.Restore(backup);
  couple.practice.Restart();
  // The client hears of it and goes on; the therapist comes much later.
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.client.engine->Pause(couple.client.bond(), couple.now_ms() + kDayMs).ok());
  REQUIRE(couple.client.Sync().ok());
  couple.practice.Pass(3 * kHourMs);
  couple.practice.Restart();
  REQUIRE(couple.therapist.Note("written since").ok());
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(couple.client.Sync().ok());
  couple.Pass(kHourMs);
  CHECK(couple.client.Texts() ==
        Texts{"lost with the practice", "written since", "it comes again"});
  couple.NothingAmiss();
}

TEST_CASE("What was withdrawn stays withdrawn over a restore") {
  Restored couple;
  const auto lost_too = couple.practice.rows();
  const auto id = couple.therapist.Ahead("better not", couple.At(kDayMs));
  couple.SyncBoth();
  const auto has_note = couple.practice.rows();
  REQUIRE(couple.therapist.engine->Withdraw(*id).ok());
  couple.SyncBoth();
  for (const bool keeps_note : {true, false}) {
    couple.Restore(keeps_note ? has_note : lost_too);
    CHECK(couple.therapist.StateOf(*id) == MessageState::kWithdrawn);
    CHECK(couple.therapist.Standing().waiting.empty());
    couple.NothingAmiss();
  }
  couple.Pass(2 * kDayMs);
  CHECK(couple.client.Texts().empty());
}

TEST_CASE("What was withdrawn and comes from a restored practice is not shown, nor a riddle") {
  Restored couple;
  const auto id = couple.therapist.Ahead("better not", couple.At(kDayMs));
  couple.SyncBoth();
  const auto has_note = couple.practice.rows();
  REQUIRE(couple.therapist.engine->Withdraw(*id).ok());
  couple.SyncBoth();
  couple.practice.store.Restore(has_note);
  couple.practice.Pass(2 * kDayMs);  // released before its writer comes back
  couple.practice.Restart();
  for (int day = 0; day < 10; ++day) {
    couple.client.Sync().IgnoreError();
    couple.practice.Pass(kDayMs);
    couple.practice.Restart();
  }
  CHECK(couple.client.Texts().empty());
  for (const Alarm& alarm : couple.client.TakeAlarms()) {
    CHECK(alarm.kind != AlarmKind::kAheadKeyMissing);
    CHECK(alarm.kind != AlarmKind::kAheadKeyDoesNotFit);
  }
}

}  // namespace
}  // namespace holdfast::client
