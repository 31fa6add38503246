// What a device makes of its own clock, and of what it made by a wrong one.
#include "rules/own_clock.h"

#include "unit/rules/support.h"

namespace holdfast {
namespace {

constexpr std::uint64_t kNow = 1'780'000'000'000;
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
  CHECK_FALSE(WasMadeByWrongClock(kNow, kNow));
  CHECK_FALSE(WasMadeByWrongClock(kNow - 4000 * kDay / 2, kNow));
  CHECK_FALSE(WasMadeByWrongClock(kNow + kDay, kNow));
  CHECK(WasMadeByWrongClock(kNow + kDay + 1, kNow));
  CHECK(WasMadeByWrongClock(limits::kTimeMinMs - 1, kNow));
  CHECK(WasMadeByWrongClock(kNever, kNow));
  CHECK(Corrected(kNow - 1, kNow) == kNow - 1);
  CHECK(Corrected(kNow + 1, kNow) == kNow);
  CHECK(Corrected(7, kNow) == kNow);
}

TEST_CASE("a wait ends in its time, or at once where a wrong clock began it") {
  CHECK_FALSE(HasPassed(kNow, kDay, kNow));
  CHECK_FALSE(HasPassed(kNow, kDay, kNow + kDay - 1));
  CHECK(HasPassed(kNow, kDay, kNow + kDay));
  CHECK_FALSE(HasPassed(kNow + limits::kClockSkewMs, kDay, kNow));  // two clocks differ a little
  CHECK(HasPassed(kNow + limits::kClockSkewMs + 1, kDay, kNow));
  CHECK(HasPassed(kNever, kDay, kNow));

  CHECK(HasCome(kNow, kDay, kNow));
  CHECK(HasCome(0, kDay, kNow));
  CHECK_FALSE(HasCome(kNow + 1, kDay, kNow));
  CHECK_FALSE(HasCome(kNow + kDay, kDay, kNow));
  CHECK(HasCome(kNow + kDay + 1, kDay, kNow));
  CHECK(HasCome(kNever, kDay, kNow));
}

}  // namespace holdfast
