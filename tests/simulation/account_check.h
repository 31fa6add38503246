// All devices of an account show the same in the end.
#pragma once

#include <vector>

#include "simulation/pair.h"
#include "simulation/verdict.h"

namespace holdfast::simulation {

// `first`: of the person. Those that are listed are running.
void CheckAccount(Device& first, const std::vector<const Pair*>& pairs, Verdict& verdict);

}  // namespace holdfast::simulation
