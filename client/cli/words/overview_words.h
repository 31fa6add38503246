// What `status` says of a bond: what is open, what is owed, by when.
#pragma once

#include "client/cli/words/json_fwd.h"
#include "client/cli/words/words.h"
#include "client/core/reading/overview.h"

namespace holdfast::client::cli {

std::string OverviewInWords(const Words& words, const BondOverview& overview);
// A bond that is over, on its own line only where something of one's own did not reach the other
// side before its end: what was refused, with why, and what waits. Empty where nothing did.
std::string LeftBehindInWords(const Words& words, const BondOverview& overview);
// How the two would begin again.
std::string AfterTheEnd(bool is_client);
Json OverviewJson(const BondOverview& overview);
// The replies that are owed in it, to somebody with this role or by them.
Json OwedJson(const BondOverview& bond, crypto::Role own_role);

}  // namespace holdfast::client::cli
