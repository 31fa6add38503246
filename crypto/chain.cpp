#include "crypto/chain.h"

#include "crypto/public/hash.h"
#include "rules/codec.h"

namespace holdfast::crypto {

ChainHead Extend(const ChainHead& head, const Hash& message_hash) {
  const std::uint64_t position = head.position + 1;
  const Bytes number = Encoder().U64(position).Take();
  return {head.device, position,
          DomainHash(Purpose::kChainHead,
                     {head.device.view(), number, head.head.view(), message_hash.view()})};
}

}  // namespace holdfast::crypto
