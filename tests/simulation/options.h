// The command line of the simulation.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace holdfast::simulation {

struct Options {
  std::uint64_t first = 1;  // seeds, both included
  std::uint64_t last = 1;
  std::uint64_t weeks = 52;
  std::uint64_t devices = 0;
  std::uint64_t bonds = 8;
  std::uint64_t jobs = 2;          // processes
  std::uint64_t replay_every = 0;  // of so many seeds one is run twice; 0: none
  bool prints = false;             // one seed's story
  bool prints_hash = false;        // one seed's trace
  std::string defect;              // planted; a number, or "all"
};

// Prints what is wrong, or the help, and gives nothing back.
std::optional<Options> ReadOptions(int count, char** arguments);

}  // namespace holdfast::simulation
