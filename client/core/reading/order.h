// Messages of several bonds in one list.
#pragma once

#include <vector>

#include "client/core/shown/shown.h"

namespace holdfast::client {

// Oldest first by the writers' clocks, except that each bond keeps its own order,
// which does not depend on any clock. `messages` come bond by bond.
std::vector<MessageView> Merged(std::vector<MessageView> messages);

// Leaves the newest `newest_max` of each bond; `messages` come bond by bond, the oldest first.
// True where there were older ones.
bool KeepNewest(std::vector<MessageView>& messages, std::size_t newest_max);

}  // namespace holdfast::client
