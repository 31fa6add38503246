// What `status` says of a bond: what is open, what is owed, by when.
#pragma once

#include "client/cli/words/json_fwd.h"
#include "client/cli/words/words.h"
#include "client/core/reading/overview.h"

namespace holdfast::client::cli {

std::string OverviewInWords(const Words& words, const BondOverview& overview);
Json OverviewJson(const BondOverview& overview);

}  // namespace holdfast::client::cli
