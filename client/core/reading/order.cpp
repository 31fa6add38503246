#include "client/core/reading/order.h"

#include <algorithm>
#include <map>

namespace holdfast::client {

std::vector<MessageView> Merged(std::vector<MessageView> messages) {
  // A message counts as no older than any before it in its bond; sorting by that
  // time, stably, then breaks no bond's order.
  std::map<BondId, std::uint64_t> newest_ms;
  std::vector<std::pair<std::uint64_t, std::size_t>> keys;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    std::uint64_t& newest = newest_ms[messages[i].bond];
    newest = std::max(newest, messages[i].sent_at_ms);
    keys.emplace_back(newest, i);
  }
  std::ranges::sort(keys);
  std::vector<MessageView> merged;
  merged.reserve(messages.size());
  for (const auto& [time_ms, index] : keys) merged.push_back(std::move(messages[index]));
  return merged;
}

bool KeepNewest(std::vector<MessageView>& messages, std::size_t newest_max) {
  std::map<BondId, std::size_t> left;
  for (const MessageView& message : messages) ++left[message.bond];
  const std::size_t before = messages.size();
  std::vector<MessageView> newest;
  for (MessageView& message : messages) {
    if (left[message.bond]-- <= newest_max) newest.push_back(std::move(message));
  }
  messages = std::move(newest);
  return messages.size() < before;
}

}  // namespace holdfast::client
