#include "support/fast_programs.h"

#include <array>
#include <chrono>
#include <cstdlib>
#include <ctime>

namespace holdfast::test {

Programs FastPrograms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  ::setenv("HOLDFAST_TEST_SCHEDULE_FROM_MS", std::to_string(now_ms).c_str(), 1);
  ::setenv("HOLDFAST_TEST_SCHEDULE_SCALE", std::to_string(kFastTimes).c_str(), 1);
  return {FAST_HOLDFASTD, FAST_HOLDFAST};
}

std::string DayFromNow(int days) {
  const std::time_t at = std::time(nullptr) + std::time_t{days} * 24 * 3600;
  std::array<char, 11> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d", std::gmtime(&at));
  return text.data();
}

}  // namespace holdfast::test
