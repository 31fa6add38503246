// `holdfastd check`: what the facts mean, one line and one remedy each.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rules/limits.h"
#include "server/ops/check/check_facts.h"

namespace holdfast::server {

enum class Severity : std::uint8_t {
  kGood,
  kAttention,  // nobody notices yet
  kWrong,      // somebody notices, or something is about to be lost
};

struct CheckLine {
  Severity severity = Severity::kGood;
  std::string name;  // one word, e.g. "backup": what scripts go by
  std::string what;  // and, where it is not good, what to do
};

std::vector<CheckLine> JudgeFacts(const CheckFacts& facts);

// kExitOk, kExitAttention or kExitWrong (exit_codes.h): the worst.
int ExitOf(const std::vector<CheckLine>& lines);
// "attention  backup       the newest is 3 days old: ..."
std::string InWords(const std::vector<CheckLine>& lines);

// A timer waits for the batch before it, never this long.
inline constexpr std::uint64_t kTimersLateMs = 60 * limits::kSecondMs;
// A nightly backup has its night off once; and no practice goes without for more than a week.
inline constexpr std::uint64_t kBackupOldMs = 50 * limits::kHourMs;
inline constexpr std::uint64_t kBackupTooOldMs = 8 * limits::kDayMs;
// Endorsements are good for 30 days and renewed every day.
inline constexpr std::uint64_t kEndorsedLeastMs = 7 * limits::kDayMs;
// Below so many times the floor the disk is told of ahead.
inline constexpr std::uint64_t kFloorsAhead = 4;
// A process with fewer descriptors serves fewer devices than it could.
inline constexpr std::uint64_t kDescriptorsGood = 4096;
inline constexpr std::uint64_t kDescriptorsUsedPercent = 80;
inline constexpr std::uint64_t kNameSlowMs = 500;

}  // namespace holdfast::server
