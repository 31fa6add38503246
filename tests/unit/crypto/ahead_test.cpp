// Keys of notes that are sealed ahead.
#include "crypto/ahead.h"

#include "crypto/body.h"
#include "unit/crypto/support.h"

namespace holdfast::crypto {
namespace {

AheadContext Context() { return {Filled<BondId>('b'), Filled<AccountKey>('t'), 1}; }

TEST_CASE("a sealed-ahead body opens with the same key, place and id alone", "[ahead]") {
  const AheadKey key = AheadKey::Random();
  const auto envelope = Filled<EnvelopeId>('e');
  const Bytes body = SealBody(AheadContentKey(key, Context(), envelope), "header", "later").value();
  const auto opens = [&](const AheadKey& with, const AheadContext& context, const EnvelopeId& id) {
    return OpenBody(AheadContentKey(with, context, id), "header", body).ok();
  };
  CHECK(opens(key, Context(), envelope));
  CHECK_FALSE(opens(AheadKey::Random(), Context(), envelope));
  CHECK_FALSE(opens(key, Context(), Filled<EnvelopeId>('f')));
  AheadContext other = Context();
  other.bond = Filled<BondId>('c');
  CHECK_FALSE(opens(key, other, envelope));
  other = Context();
  other.writer = Filled<AccountKey>('u');
  CHECK_FALSE(opens(key, other, envelope));
  other = Context();
  other.epoch = 2;
  CHECK_FALSE(opens(key, other, envelope));
}

}  // namespace
}  // namespace holdfast::crypto
