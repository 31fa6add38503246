// The pace of schedules in the programs of the scenario that lets days pass within
// seconds: an object of the program itself, so it stands in for the library's.
#include <cstdlib>
#include <string>

#include "rules/schedule_time.h"

namespace holdfast {
namespace {

std::uint64_t FromEnvironment(const char* name) {
  const char* const value = std::getenv(name);
  return std::stoull(value == nullptr ? "" : value);  // throws: without them it is no such program
}

}  // namespace

SchedulePace CurrentSchedulePace() {
  static const SchedulePace pace = {
      FromEnvironment("HOLDFAST_TEST_SCHEDULE_FROM_MS"),
      static_cast<std::uint32_t>(FromEnvironment("HOLDFAST_TEST_SCHEDULE_SCALE"))};
  return pace;
}

}  // namespace holdfast
