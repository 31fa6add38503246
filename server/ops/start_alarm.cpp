#include "server/ops/start_alarm.h"

#include <unistd.h>

#include <csignal>
#include <string_view>

#include "server/ops/exit_codes.h"

namespace holdfast::server {
namespace {

// Only calls that are safe in a signal handler.
void End(int) {
  constexpr std::string_view kText =
      "holdfastd: not serving: the network did not start in time. Is there enough memory, and may "
      "this process have as many threads as it needs?\n";
  (void)!::write(STDERR_FILENO, kText.data(), kText.size());
  ::_exit(kExitFailure);
}

}  // namespace

StartAlarm::StartAlarm() {
  (void)std::signal(SIGALRM, End);
  (void)::alarm(kStartSeconds);
}

StartAlarm::~StartAlarm() {
  (void)::alarm(0);
  (void)std::signal(SIGALRM, SIG_DFL);
}

}  // namespace holdfast::server
