// The hash chain over everything that one device sent in one bond. A dropped,
// reordered or replaced message breaks it (crypto/PROTOCOL.md "Chains").
#pragma once

#include <cstdint>

#include "rules/identifiers.h"

namespace holdfast::crypto {

struct ChainHead {
  DeviceId device;             // whose chain
  std::uint64_t position = 0;  // 0: nothing sent yet, head zero
  Hash head;

  bool operator==(const ChainHead&) const = default;
};

// The head after one more message: hash(device || position + 1 || head || message).
ChainHead Extend(const ChainHead& head, const Hash& message_hash);

}  // namespace holdfast::crypto
