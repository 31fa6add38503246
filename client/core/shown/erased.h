// What became of what a person erased, as front ends show it.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "rules/header.h"

namespace holdfast::client {

// Why something stays for now.
enum class StaysBecause : std::uint8_t {
  kNotSent,  // it is only here, and goes out with the next contact
  kWaits,    // it was sealed ahead and is not released
  kNotSafe,  // it says that somebody may not be safe, and nobody said that they have seen it
};
std::string_view NameOf(StaysBecause why);  // "not-sent", "waits", "not-safe"

struct Erased {
  struct Stays {
    EnvelopeId message;
    StaysBecause why;
  };
  std::size_t messages = 0;  // that were erased, or could be
  std::size_t before = 0;    // that had been erased already
  std::size_t drafts = 0;    // of the bond, or that answer one of the messages
  std::vector<Stays> stays;
};

}  // namespace holdfast::client
