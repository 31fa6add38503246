#include "crypto/ahead.h"

#include "crypto/public/hash.h"
#include "rules/codec.h"

namespace holdfast::crypto {

ContentKey AheadContentKey(const AheadKey& key, const AheadContext& context,
                           const EnvelopeId& envelope) {
  const Bytes about =
      Encoder().Fixed(context.bond).Fixed(context.writer).U32(context.epoch).Fixed(envelope).Take();
  return DeriveSecret<ContentKey>(key.Expose(), Purpose::kAheadNote, about);
}

}  // namespace holdfast::crypto
