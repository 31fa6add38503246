// Who begins streams and breaks them off is told apart from every device.
#include "server/rpc/stream_guard.h"

#include "support/catch.h"

namespace holdfast::server {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr auto kStart = StreamGuard::Clock::time_point{} + std::chrono::hours(1);

TEST_CASE("streams that end in order are never too many") {
  StreamGuard guard;
  for (std::uint64_t tenth = 0; tenth < 600; ++tenth) {
    const StreamCounts busy{1, "a", 32 + 500 * tenth, 500 * tenth};
    REQUIRE_FALSE(guard.IsTooMuch(busy, kStart + milliseconds(100) * tenth));
  }
}

TEST_CASE("streams that are broken off at once are too many soon, of that connection alone") {
  StreamGuard guard;
  CHECK_FALSE(guard.IsTooMuch({1, "a", 200, 0}, kStart));
  CHECK_FALSE(guard.IsTooMuch({2, "b", 10, 10}, kStart));
  CHECK(guard.IsTooMuch({1, "a", 400, 0}, kStart + milliseconds(200)));
  CHECK_FALSE(guard.IsTooMuch({2, "b", 40, 30}, kStart + milliseconds(200)));
  CHECK(guard.IsTooMuch({3, "c", 300, 0}, kStart));
}

TEST_CASE("time makes up for what a person breaks off") {
  StreamGuard guard;
  for (std::uint64_t second = 0; second < 3600; ++second) {
    REQUIRE_FALSE(guard.IsTooMuch({1, "a", 10 * second, 0}, kStart + seconds(1) * second));
  }
  // A while of more than that is not.
  bool is_too_much = false;
  for (std::uint64_t second = 0; second < 60 && !is_too_much; ++second) {
    is_too_much =
        guard.IsTooMuch({1, "a", 36'000 + 40 * second, 0}, kStart + seconds(1) * (3600 + second));
  }
  CHECK(is_too_much);
}

TEST_CASE("connections that are gone are forgotten") {
  StreamGuard guard;
  for (std::int64_t i = 0; i < 100; ++i) (void)guard.IsTooMuch({i, "a", 1, 1}, kStart);
  CHECK(guard.count() == 100);
  (void)guard.IsTooMuch({100, "a", 1, 1}, kStart + kForgetAfter);
  CHECK(guard.count() == 1);
}

}  // namespace
}  // namespace holdfast::server
