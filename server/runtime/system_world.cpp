#include "server/runtime/system_world.h"

#include <sys/timex.h>

#include <ctime>
#include <fstream>

#include "crypto/public/secret.h"

namespace holdfast::server {
namespace {

std::uint64_t Milliseconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1000 +
         static_cast<std::uint64_t>(now.tv_nsec) / 1'000'000;
}

}  // namespace

std::uint64_t SystemClock::WallMs() const { return Milliseconds(CLOCK_REALTIME); }
std::uint64_t SystemClock::BootMs() const { return Milliseconds(CLOCK_BOOTTIME); }

Bytes SystemClock::BootId() const {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  Bytes id;
  file >> id;
  return id;
}

bool SystemClock::Synchronised() const {
  timex state{};  // asks, sets nothing
  const int answer = adjtimex(&state);
  // Where asking is denied it cannot be told.
  return answer >= 0 && answer != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
}

Bytes SystemEntropy::Draw(std::size_t bytes) {
  Bytes drawn(bytes, '\0');
  crypto::FillRandom(reinterpret_cast<unsigned char*>(drawn.data()), drawn.size());
  return drawn;
}

}  // namespace holdfast::server
