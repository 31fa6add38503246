// What a device makes of its own clock, and of what it made by a wrong one.
#include "rules/own_clock.h"

#include "unit/rules/support.h"

namespace holdfast {
namespace {

constexpr std::uint64_t kNever = ~std::uint64_t{0};

}  // namespace

TEST_CASE("nothing is signed at a date that nobody reads, and the person is told to set it") {
  for (const std::uint64_t now_ms : {std::uint64_t{0}, limits::kTimeMinMs - 1, kNever}) {
    const absl::Status status = CheckDate(now_ms, "act.made_at_ms");
    CHECK(ReasonOf(status) == Reason::kTimeOutOfRange);
    CHECK(FieldOf(status) == "act.made_at_ms");
    CHECK(MessageOf(status).find("Set its date") != std::string::npos);
  }
  CHECK(CheckDate(limits::kTimeMinMs, "").ok());
  CHECK(CheckDate(limits::kTimeMaxMs, "").ok());
}

TEST_CASE("what a wrong clock made is what no practice takes") {
  CHECK_FALSE(WasMadeByWrongClock(kToday, kToday));
  CHECK_FALSE(WasMadeByWrongClock(kToday - 4000 * kDay / 2, kToday));
  CHECK_FALSE(WasMadeByWrongClock(kToday + kDay, kToday));
  CHECK(WasMadeByWrongClock(kToday + kDay + 1, kToday));
  CHECK(WasMadeByWrongClock(limits::kTimeMinMs - 1, kToday));
  CHECK(WasMadeByWrongClock(kNever, kToday));
  CHECK(Corrected(kToday - 1, kToday) == kToday - 1);
  CHECK(Corrected(kToday + 1, kToday) == kToday);
  CHECK(Corrected(7, kToday) == kToday);
}

TEST_CASE("a wait ends in its time, or at once where a wrong clock began it") {
  CHECK_FALSE(HasPassed(kToday, kDay, kToday));
  CHECK_FALSE(HasPassed(kToday, kDay, kToday + kDay - 1));
  CHECK(HasPassed(kToday, kDay, kToday + kDay));
  CHECK_FALSE(
      HasPassed(kToday + limits::kClockSkewMs, kDay, kToday));  // two clocks differ a little
  CHECK(HasPassed(kToday + limits::kClockSkewMs + 1, kDay, kToday));
  CHECK(HasPassed(kNever, kDay, kToday));

  CHECK(HasCome(kToday, kDay, kToday));
  CHECK(HasCome(0, kDay, kToday));
  CHECK_FALSE(HasCome(kToday + 1, kDay, kToday));
  CHECK_FALSE(HasCome(kToday + kDay, kDay, kToday));
  CHECK(HasCome(kToday + kDay + 1, kDay, kToday));
  CHECK(HasCome(kNever, kDay, kToday));
}

}  // namespace holdfast
