// What was asked for on the command line.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

namespace holdfast::bench {

// Odd, so that the median is a value that was measured.
inline constexpr int kRounds = 5;

struct Options {
  std::filesystem::path data = ".";  // a temporary directory is made in it
  std::string only;                  // one measurement's name; empty: all
  bool json = false;
  bool quick = false;                     // short rounds: shows that it works, not how fast it is
  std::chrono::milliseconds round{2000};  // of each load
};

}  // namespace holdfast::bench
