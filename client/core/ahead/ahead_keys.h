// Keys of what is sealed ahead. One of this account for each bond, drawn before the
// first message that it seals and sent through the ratchet before that message; the
// other side's as they came.
#pragma once

#include <vector>

#include "client/core/people/own_device.h"
#include "client/core/shown/person_name.h"
#include "client/core/vault/context.h"
#include "crypto/ahead.h"
#include "holdfast/v1/content.pb.h"
#include "rules/header.h"

namespace holdfast::client {

struct HeldAheadKey {
  std::uint32_t epoch = 0;
  crypto::AheadKey key;
};

// All that this device holds of one account in one bond, newest first.
absl::StatusOr<std::vector<HeldAheadKey>> AheadKeysOf(const VaultReader& reader, const BondId& bond,
                                                      const AccountKey& writer);

// The newest of this account. Where there is none it is drawn, and queued for every
// other device.
absl::StatusOr<HeldAheadKey> OwnAheadKey(Context context, VaultChange& change, const OwnDevice& own,
                                         const BondId& bond);

// One that came through the ratchet. Another one under a number that this device has
// changes nothing and raises an alarm.
absl::Status TakeAheadKey(VaultChange& change, const Header& header, const PersonName& who,
                          const v1::AheadKey& key, std::uint64_t now_ms);

}  // namespace holdfast::client
