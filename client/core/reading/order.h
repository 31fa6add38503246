// Messages of several bonds in one list.
#pragma once

#include <vector>

#include "client/core/shown/shown.h"

namespace holdfast::client {

// Oldest first by the writers' clocks, except that each bond keeps its own order,
// which does not depend on any clock. `messages` come bond by bond.
std::vector<MessageView> Merged(std::vector<MessageView> messages);

}  // namespace holdfast::client
