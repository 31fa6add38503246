// Whom a sentence is about, as this device knows them. Whoever puts it into words
// says "your therapist" where the person gave them no name of their own.
#pragma once

#include <cstdint>
#include <string>

namespace holdfast::client {

// Kept in the vault as numbers: never renumbered.
enum class Who : std::uint8_t {
  kOtherSide = 0,  // of the bond, whoever that is
  kTherapist = 1,  // this client's
  kClient = 2,     // one of this therapist's
  kOwnDevice = 3,  // another device of this account
};
inline constexpr Who kNewestWho = Who::kOwnDevice;

struct PersonName {
  Who who = Who::kOtherSide;
  std::string label = {};  // this device's own name for them; may be empty

  bool operator==(const PersonName&) const = default;
};

}  // namespace holdfast::client
