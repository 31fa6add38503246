// The loop that an engine runs on.
#include "client/host/loop.h"

#include <thread>

#include "client/cli/terminal/interruption.h"
#include "support/catch.h"

namespace holdfast::client::cli {
namespace {

constexpr std::uint64_t kLongMs = 10'000;

TEST_CASE("posted work runs later, in order, from any thread", "[loop]") {
  Loop loop;
  std::string ran;
  loop.Post([&] {
    ran += "a";
    loop.Post([&] { ran += "c"; });
    ran += "b";
  });
  CHECK(ran.empty());
  CHECK(loop.RunUntil([&] { return ran == "abc"; }, kLongMs));

  std::thread other([&] { loop.Post([&] { ran += "d"; }); });
  CHECK(loop.RunUntil([&] { return ran == "abcd"; }, kLongMs));
  other.join();
}

TEST_CASE("waiting work runs at its time, earliest first", "[loop]") {
  Loop loop;
  std::string ran;
  loop.After(40, [&] { ran += "late"; });
  loop.After(10, [&] { ran += "soon "; });
  CHECK(loop.RunUntil([&] { return ran.size() == 9; }, kLongMs));
  CHECK(ran == "soon late");
}

TEST_CASE("a loop with nothing to do gives up when its time is over", "[loop]") {
  Loop loop;
  CHECK_FALSE(loop.RunUntil([] { return false; }, 20));
  CHECK(loop.RunUntil([] { return true; }, 0));
}

TEST_CASE("an interruption wakes the loop instead of ending the process", "[loop]") {
  Loop loop;
  {
    const Interruption interruption(loop);
    CHECK_FALSE(interruption.asked());
    std::raise(SIGTERM);
    CHECK(loop.RunUntil([&] { return interruption.asked(); }, kLongMs));
  }
  const Interruption again(loop);
  CHECK_FALSE(again.asked());
}

}  // namespace
}  // namespace holdfast::client::cli
