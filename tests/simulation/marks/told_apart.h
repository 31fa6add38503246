// Whether days with a mark can be told from days without in what the practice saw: a permutation
// test. Where marks leave no trace, which of the days have one is a label that could lie on any
// other of them as well; so the labels are dealt anew many times, and it is counted how often the
// days differ by chance as much as they do in truth.
#pragma once

#include <string>
#include <vector>

#include "simulation/marks/lived_year.h"

namespace holdfast::simulation {

struct ToldApart {
  double chance = 1;  // of a difference as large, were there no trace: the test's p
  std::string by;     // the feature that differs most
  std::size_t with = 0;
  std::size_t without = 0;
};

// Each day together with the one behind it, for what travels later. Labels are dealt within each
// life, since people differ.
ToldApart TellApart(const std::vector<LivedYear>& lives, std::uint64_t seed, std::size_t deals);

}  // namespace holdfast::simulation
