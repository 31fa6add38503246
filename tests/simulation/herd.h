// Many seeds, in processes side by side: each has libsodium's random source for
// itself, and one that dies takes no other along.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace holdfast::simulation {

struct Finding {
  bool found = false;  // something is wrong
  std::string what;
  std::uint64_t done = 0;  // seeds lived
};

// Runs `work` of each number from 0 to `count` - 1 in a process of its own, at
// most `jobs` at a time, and gives back what each found. A process that dies has
// found something too. With `stops`, no new one begins after the first finding.
std::vector<Finding> RunProcesses(std::size_t count, std::size_t jobs, bool stops,
                                  const std::function<Finding(std::size_t number)>& work);

}  // namespace holdfast::simulation
