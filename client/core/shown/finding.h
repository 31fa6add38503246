// What an examination of this device found, as a kind and what it is about.
// client/words has the sentence for each.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "client/core/shown/person_name.h"

namespace holdfast::client {

// Closed. What is good stands before what is not.
enum class FindingKind : std::uint8_t {
  kVaultWhole,
  kVaultDamaged,         // why
  kVaultNewest,          // as far as is known
  kVaultOlder,           // nothing is sent from it
  kDecisionsUnreadable,  // count that were made on this device
  kKeptAside,            // count messages could not be opened
  kKeysRenewed,          // this device's, each week
  kKeysOld,              // not renewed for more than 30 days
  kDevicesChecked,       // of who
  kDevicesInDoubt,       // of who: nothing is sent
  kClaimsMoreThanSent,   // who: nothing is sent
  kNoAccount,            // why
  kPracticeAnswers,      // at address
  kPracticeAway,         // or not what it should be: why
  kClocksAgree,
  kClocksDiffer,  // by more than 5 minutes: ahead_ms
};
inline constexpr FindingKind kLastFindingKind = FindingKind::kClocksDiffer;

// One check of an examination.
struct Finding {
  bool good = true;
  FindingKind kind = FindingKind::kVaultWhole;
  std::optional<PersonName> who = {};
  std::uint64_t count = 0;
  std::string address = {};
  absl::Status why = {};
  std::int64_t ahead_ms = 0;  // kClocksDiffer: this device's against the practice's
};

}  // namespace holdfast::client
