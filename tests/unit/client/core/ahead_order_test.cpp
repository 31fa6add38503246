// Where what was written ahead stands, for both sides alike.
#include "support/ahead_couple.h"

namespace holdfast::client {
namespace {

using limits::kHourMs;
using Texts = std::vector<std::string>;

TEST_CASE("What was released in one moment stands in the order of its release, on both sides") {
  AheadCouple couple;
  couple.SyncBoth();
  REQUIRE(couple.therapist.Ahead("later", couple.At(2 * kHourMs)).ok());
  REQUIRE(couple.client.Ahead("sooner", couple.At(kHourMs)).ok());
  couple.SyncBoth();
  couple.practice.clock.Advance(3 * kHourMs);  // while the practice was down
  couple.Pass(kHourMs);
  CHECK(couple.client.Texts() == Texts{"sooner", "later"});
  CHECK(couple.therapist.Texts() == Texts{"sooner", "later"});
  couple.NoAlarms();
}

TEST_CASE("What is stored again after a restore stands behind what was released before it") {
  AheadCouple couple;
  couple.SyncBoth();
  REQUIRE(couple.client.Ahead("ahead", couple.At(2 * kHourMs)).ok());
  couple.SyncBoth();
  const auto backup = couple.practice.rows();
  couple.practice.Pass(kHourMs);
  REQUIRE(couple.therapist.Note("lost and offered again").ok());
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(couple.client.Sync().ok());
  couple.practice.store.Restore(backup);
  couple.practice.Pass(2 * kHourMs);
  couple.practice.Restart();
  couple.practice.Pass(kHourMs);
  for (int i = 0; i < 3; ++i) couple.SyncBoth();
  CHECK(couple.therapist.Texts() == Texts{"ahead", "lost and offered again"});
  CHECK(couple.client.Texts() == Texts{"ahead", "lost and offered again"});
}

}  // namespace
}  // namespace holdfast::client
