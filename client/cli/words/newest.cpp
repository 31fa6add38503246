#include "client/cli/words/newest.h"

#include <map>
#include <utility>

namespace holdfast::client::cli {

Newest NewestOf(std::vector<MessageView> all, std::size_t each_max) {
  std::map<BondId, std::size_t> left;
  for (const MessageView& message : all) ++left[message.bond];
  Newest newest;
  for (MessageView& message : all) {
    std::size_t& count = left[message.bond];
    const bool is_beyond = each_max != 0 && count > each_max;
    if (is_beyond) --count;
    newest.has_more = newest.has_more || is_beyond;
    if (!is_beyond) newest.messages.push_back(std::move(message));
  }
  return newest;
}

}  // namespace holdfast::client::cli
