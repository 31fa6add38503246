// A ledger entry as the story tells it.
#pragma once

#include <string>

#include "rules/act.h"
#include "rules/ledger.h"

namespace holdfast::simulation {

std::string InWords(const LedgerEntry& entry, const Act* act, const std::string& client);

}  // namespace holdfast::simulation
