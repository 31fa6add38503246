#include "client/cli/words/own_clock.h"

#include <algorithm>
#include <ctime>

#include "rules/limits.h"

namespace holdfast::client::cli {
namespace {

std::int64_t OwnOffsetMs(std::uint64_t time_ms) {
  const auto seconds = static_cast<std::time_t>(time_ms / 1000);
  std::tm local = {};
  localtime_r(&seconds, &local);
  return std::int64_t{local.tm_gmtoff} * 1000;
}

}  // namespace

LocalMs ToOwnClock(std::uint64_t time_ms) {
  return static_cast<LocalMs>(static_cast<std::int64_t>(time_ms) + OwnOffsetMs(time_ms));
}

std::uint64_t FromOwnClock(LocalMs local) {
  const auto at = [&](std::int64_t offset_ms) {
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(local) - offset_ms);
  };
  const std::int64_t before_ms = OwnOffsetMs(local - std::min(local, limits::kDayMs));
  const std::int64_t after_ms = OwnOffsetMs(local + limits::kDayMs);
  const bool is_after =
      OwnOffsetMs(at(before_ms)) != before_ms && OwnOffsetMs(at(after_ms)) == after_ms;
  return at(is_after ? after_ms : before_ms);
}

}  // namespace holdfast::client::cli
