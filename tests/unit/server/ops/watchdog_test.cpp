// The watchdog ends a process that does not end.
#include "server/ops/watchdog.h"

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>

#include "server/ops/exit_codes.h"
#include "support/catch.h"

namespace holdfast::server {
namespace {

using std::chrono::milliseconds;

// How a process ends that is given `patience` and takes `work`.
int ExitCode(milliseconds patience, milliseconds work) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    {
      const Watchdog watchdog(patience, "drain_timeout", kExitDrainTimeout);
      std::this_thread::sleep_for(work);
    }
    ::_exit(kExitOk);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  return WEXITSTATUS(status);
}

TEST_CASE("a drain that hangs ends all the same, with a code of its own") {
  CHECK(ExitCode(milliseconds(20), milliseconds(5000)) == kExitDrainTimeout);
}

TEST_CASE("a drain in time ends at once") {
  const auto start = std::chrono::steady_clock::now();
  CHECK(ExitCode(milliseconds(5000), milliseconds(0)) == kExitOk);
  CHECK(std::chrono::steady_clock::now() - start < milliseconds(2500));
}

}  // namespace
}  // namespace holdfast::server
