// What was asked for on the command line.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "bench/options.h"

namespace holdfast::bench {

inline constexpr std::size_t kQuickBonds = 800;
inline constexpr std::size_t kQuickSlots = 200;
inline constexpr std::size_t kQuickDays = 40;

struct EngineOptions {
  std::filesystem::path data = ".";  // a temporary directory is made in it
  std::string only;                  // one measurement's name; empty: all
  bool json = false;
  bool quick = false;  // shows that it works, not how fast it is
  std::size_t bonds = 1'000'000;
  std::size_t slots = 10'000;
  std::size_t days = 10'000;
  int rounds = kRounds;
};

}  // namespace holdfast::bench
