// What a store has of accounts, read and judged: their devices, lists, recovery codes, archives.
#pragma once

#include "server/core/inspection_tables.h"

namespace holdfast::server {

// How many accounts there are.
std::uint64_t InspectAccounts(StoreTables& tables);

}  // namespace holdfast::server
