#include "simulation/trace.h"

#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstdio>

namespace holdfast::simulation {
namespace {

constexpr std::size_t kAboutBytesShown = 4;

}  // namespace

std::string TimeInWords(std::uint64_t at_ms) {
  static constexpr std::array<const char*, 7> kDays = {"Mon", "Tue", "Wed", "Thu",
                                                       "Fri", "Sat", "Sun"};
  const std::uint64_t passed = std::max(at_ms, kBeginMs) - kBeginMs;
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(),
                "week %2" PRIu64 ", %s %02" PRIu64 ":%02" PRIu64 ":%02" PRIu64 ".%03" PRIu64,
                passed / kWeekMs + 1, kDays[passed % kWeekMs / limits::kDayMs],
                passed % limits::kDayMs / limits::kHourMs,
                passed % limits::kHourMs / limits::kMinuteMs,
                passed % limits::kMinuteMs / limits::kSecondMs, passed % limits::kSecondMs);
  return text.data();
}

void Trace::Mix(BytesView bytes) {  // FNV-1a
  for (const char byte : bytes) {
    hash_ = (hash_ ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
  }
}

void Trace::Note(std::string_view who, std::string_view what, BytesView about) {
  const std::uint64_t now_ms = timeline_.now_ms();
  Mix({reinterpret_cast<const char*>(&now_ms), sizeof now_ms});
  Mix(who);
  Mix(what);
  Mix(about);
  if (!prints_) return;
  const std::string hex = ToHex(about.substr(0, kAboutBytesShown));
  std::printf("%s  %-12.*s %.*s%s%s\n", TimeInWords(now_ms).c_str(), static_cast<int>(who.size()),
              who.data(), static_cast<int>(what.size()), what.data(), hex.empty() ? "" : " ",
              hex.c_str());
}

}  // namespace holdfast::simulation
