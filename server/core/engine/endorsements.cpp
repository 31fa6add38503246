#include "server/core/engine/endorsements.h"

#include <algorithm>

#include "server/core/records/limits.h"

namespace holdfast::server {

const std::vector<crypto::Signed>& Endorsements::Current(const crypto::SigningKey& practice,
                                                         const std::vector<TlsKeyInUse>& keys,
                                                         std::uint64_t now_ms) {
  const bool is_fresh =
      now_ms >= signed_at_ms_ && now_ms - signed_at_ms_ < kEndorsementRenewMs && !signed_.empty();
  if (is_fresh) return signed_;
  signed_.clear();
  signed_at_ms_ = now_ms;
  for (const TlsKeyInUse& tls : keys) {
    crypto::Endorsement endorsement;
    endorsement.practice = practice.public_key<PracticeKey>();
    endorsement.tls_key = tls.key;
    // A practice whose clock is ahead is still believed by devices whose clock is right.
    endorsement.not_before_ms = tls.not_before_ms;
    endorsement.not_after_ms = std::min(tls.not_after_ms, now_ms + kEndorsementMs);
    signed_.push_back(crypto::SignEndorsement(practice, endorsement));
  }
  return signed_;
}

}  // namespace holdfast::server
