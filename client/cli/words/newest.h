// The newest messages of each bond, and whether there are older ones.
#pragma once

#include <cstddef>
#include <vector>

#include "client/core/shown/shown.h"

namespace holdfast::client::cli {

struct Newest {
  std::vector<MessageView> messages;
  bool has_more = false;  // of some bond
};

// Of `all`, which come in the order of each bond, `each_max` of each at most; 0: all of them.
Newest NewestOf(std::vector<MessageView> all, std::size_t each_max);

}  // namespace holdfast::client::cli
