// "The practice cannot tell that a message was marked": years of a client and a therapist, and a
// test whether what the practice saw tells the days with a mark from the days without. And that
// this test would notice: with a contact made for the mark, and with defects that are planted.
#include "rules/planted.h"
#include "simulation/marks/told_apart.h"
#include "support/catch.h"

namespace holdfast::simulation {
namespace {

constexpr std::size_t kLives = 6;
constexpr std::size_t kDays = 365;
constexpr std::size_t kDeals = 1999;
constexpr std::uint64_t kSeed = 20261;
// A trace is found where chance explains it less often than this.
constexpr double kChanceMax = 0.01;

std::vector<LivedYear> LiveMany(std::size_t lives, std::size_t days, const MarkHabits& habits) {
  std::vector<LivedYear> all;
  for (std::size_t life = 0; life < lives; ++life) {
    all.push_back(LiveWithMarks(kSeed + life, days, habits));
  }
  return all;
}

TEST_CASE("days with a mark look to the practice like days without", "[unseen]") {
  const auto lives = LiveMany(kLives, kDays, {});
  std::size_t made = 0;
  for (const LivedYear& life : lives) {
    made += life.marks_made;
    CHECK(life.marks_waited == 0);
    CHECK(life.marks_lost == 0);
  }
  const ToldApart told = TellApart(lives, kSeed, kDeals);
  INFO(told.with << " days with a mark, " << told.without << " without; most: " << told.by);
  CHECK(made > 100);
  CHECK(told.with > 100);
  CHECK(told.without > 100);
  CHECK(told.chance > kChanceMax);
}

TEST_CASE("a year with marks is to the practice that very year without", "[unseen]") {
  MarkHabits none;
  none.marks = false;
  const LivedYear with = LiveWithMarks(kSeed, kDays, {});
  const LivedYear without = LiveWithMarks(kSeed, kDays, none);
  REQUIRE(with.marks_made > 10);
  REQUIRE(without.marks_made == 0);
  REQUIRE(with.days.size() == without.days.size());
  for (std::size_t day = 0; day < with.days.size(); ++day) {
    INFO("day " << day);
    CHECK(with.days[day].calls == without.days[day].calls);
  }
}

// Fewer years are enough for that.
void CheckIsNoticed(const MarkHabits& habits) {
  const ToldApart told = TellApart(LiveMany(kLives / 2, kDays, habits), kSeed, kDeals);
  INFO("p " << told.chance << ", by " << told.by);
  CHECK(told.chance <= kChanceMax);
}

TEST_CASE("a contact that is made for a mark would be noticed", "[unseen]") {
  MarkHabits habits;
  habits.goes_out_for_it = true;
  CheckIsNoticed(habits);
}

#ifdef HOLDFAST_PLANTED_DEFECTS

TEST_CASE("a mark in an envelope of its own would be noticed", "[defects]") {
  planted::active = planted::Defect::kMarkInOwnEnvelope;
  CheckIsNoticed({});
}

TEST_CASE("a mark that is sent at once would be noticed", "[defects]") {
  planted::active = planted::Defect::kMarkInOwnEnvelope;
  MarkHabits habits;
  habits.goes_out_for_it = true;
  CheckIsNoticed(habits);
}

// One commit among many is too little for the permutation test; the same life without marks shows
// it.
TEST_CASE("logins that count what a vault was written would be noticed", "[defects]") {
  planted::active = planted::Defect::kLoginsCountCommits;
  MarkHabits none;
  none.marks = false;
  const LivedYear with = LiveWithMarks(kSeed, kDays / 4, {});
  const LivedYear without = LiveWithMarks(kSeed, kDays / 4, none);
  REQUIRE(with.days.size() == without.days.size());
  bool differs = false;
  for (std::size_t day = 0; day < with.days.size(); ++day) {
    differs = differs || with.days[day].calls != without.days[day].calls;
  }
  CHECK(differs);
}

#endif

}  // namespace
}  // namespace holdfast::simulation
