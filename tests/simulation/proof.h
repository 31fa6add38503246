// The proof that the simulation finds what is wrong: each planted defect, one at a
// time, until a seed finds it. Without the planted libraries there is nothing to
// plant.
#pragma once

#include <string>

#include "simulation/options.h"

namespace holdfast::simulation {

// By its number; the empty text plants none. False, with a word on stderr, where
// there is no such defect.
bool PlantDefect(const std::string& number);
// Each defect must be found by a seed between the options' first and last. Prints
// which one found it, and by which promise.
int ProveDefects(const Options& options);

}  // namespace holdfast::simulation
