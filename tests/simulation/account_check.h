// All devices of an account show the same in the end.
#pragma once

#include <vector>

#include "simulation/pair.h"
#include "simulation/schedule_book.h"
#include "simulation/verdict.h"

namespace holdfast::simulation {

// `first`: of the person. Those that are listed are running.
void CheckAccount(Device& first, const std::vector<const Pair*>& pairs,
                  const ScheduleBook& schedule, Verdict& verdict);

}  // namespace holdfast::simulation
