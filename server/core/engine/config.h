// What a core is made with, and what comes with every call.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "crypto/public/signature.h"
#include "rules/limits.h"
#include "server/core/engine/endorsements.h"
#include "server/core/records/limits.h"

namespace holdfast::server {

struct CoreConfig {
  crypto::SigningKey practice;
  std::vector<TlsKeyInUse> tls_keys;          // endorsed, and what a login may name
  std::string address;                        // host:port, goes into enrolment codes
  std::uint64_t token_ms = limits::kTokenMs;  // how long a login is good; at most that
  // What one account may have stored in one day.
  std::uint64_t envelopes_per_day = kEnvelopesPerDayMax;
  std::uint64_t bytes_per_day = kBytesPerDayMax;
  std::uint64_t archive_bytes_per_day = kArchiveBytesPerDayMax;
};

// What a store that is opened is known to be.
enum class StoreLife : std::uint8_t {
  kGoesOn,
  // What was acknowledged may be missing: it is new in place of one that was lost, an
  // older copy, or lost its end. A new incarnation begins, so that devices are told and
  // bring back what is missing.
  kAfterLoss,
};

// Who calls, as far as it could be told: the bytes of the authorization metadata
// (decoded), empty where there were none.
struct Caller {
  Bytes token;
};

}  // namespace holdfast::server
