#include "client/core/message/chains.h"

#include <algorithm>

#include "client/core/outside/limits.h"
#include "client/core/vault/names.h"

namespace holdfast::client {
namespace {

void Remember(vault::Chain& chain, std::uint64_t first, std::uint64_t last) {
  vault::Range* range = chain.add_missing();
  range->set_first(first);
  range->set_last(last);
  const int count = chain.missing_size();
  if (static_cast<std::size_t>(count) <= limits::kGapsPerChainMax) return;
  chain.mutable_missing(count - 2)->set_last(last);
  chain.mutable_missing()->RemoveLast();
}

// Whether `position` was missing; then it no longer is.
bool TakeMissing(vault::Chain& chain, std::uint64_t position) {
  std::vector<vault::Range> left;
  bool found = false;
  for (const vault::Range& range : chain.missing()) {
    if (position < range.first() || position > range.last()) {
      left.push_back(range);
      continue;
    }
    found = true;
    vault::Range part = range;
    if (position > range.first()) {
      part.set_last(position - 1);
      left.push_back(part);
    }
    if (position < range.last()) {
      part.set_first(position + 1);
      part.set_last(range.last());
      left.push_back(part);
    }
  }
  chain.clear_missing();
  for (const vault::Range& range : left) *chain.add_missing() = range;
  return found;
}

void SettleWhole(vault::Chain& chain) {
  if (!chain.missing().empty()) return;
  chain.set_whole_position(chain.newest_position());
  chain.set_whole_head(chain.newest_head());
}

Hash HashOf(const std::string& bytes) { return Hash::From(bytes, "chain").value_or(Hash()); }

}  // namespace

ChainFinding Advance(vault::Chain& chain, const DeviceId& sender, std::uint64_t position,
                     const Hash& previous, const Hash& message_hash) {
  const Hash head = crypto::Extend({sender, position - 1, previous}, message_hash).head;
  const std::uint64_t expected = chain.newest_position() + 1;
  if (position < expected) {
    if (!TakeMissing(chain, position)) return {ChainStep::kRepeated, 0};
    const bool known = position == chain.whole_position() + 1;
    const bool forked = known && previous != HashOf(chain.whole_head());
    if (known && !forked) {
      chain.set_whole_position(position);
      chain.set_whole_head(head.str());
    }
    SettleWhole(chain);
    return {forked ? ChainStep::kForked : ChainStep::kFillsGap, 0};
  }
  const bool gap = position > expected;
  const bool forked = !gap && previous != HashOf(chain.newest_head());
  if (gap) Remember(chain, expected, position - 1);
  chain.set_newest_position(position);
  chain.set_newest_head(head.str());
  SettleWhole(chain);
  if (gap) return {ChainStep::kGap, position - expected};
  return {forked ? ChainStep::kForked : ChainStep::kInOrder, 0};
}

void GiveUpMissing(vault::Chain& chain, std::uint64_t last) {
  std::vector<vault::Range> left;
  for (const vault::Range& range : chain.missing()) {
    if (range.last() <= last) continue;
    vault::Range later = range;
    later.set_first(std::max(range.first(), last + 1));
    left.push_back(later);
  }
  chain.clear_missing();
  for (const vault::Range& range : left) *chain.add_missing() = range;
  if (chain.newest_position() > 0) SettleWhole(chain);
}

absl::StatusOr<std::vector<crypto::ChainHead>> HeadsToTell(const VaultReader& reader,
                                                           const BondId& bond,
                                                           const std::vector<DeviceId>& listed) {
  std::vector<crypto::ChainHead> heads;
  HOLDFAST_RETURN_IF_ERROR(reader.Scan(
      names::Chains(bond), [&](BytesView key, const vault::Chain& chain) -> absl::Status {
        HOLDFAST_ASSIGN_OR_RETURN(const DeviceId device, DeviceId::From(key, "vault.chain"));
        if (chain.whole_position() > 0) {
          heads.push_back({device, chain.whole_position(), HashOf(chain.whole_head())});
        }
        return absl::OkStatus();
      }));
  std::stable_partition(heads.begin(), heads.end(), [&](const crypto::ChainHead& head) {
    return std::ranges::find(listed, head.device) != listed.end();
  });
  if (heads.size() > limits::kCapsulesMax) heads.resize(limits::kCapsulesMax);
  return heads;
}

}  // namespace holdfast::client
