// The ratchet sessions of this device with one device of a peer in one bond, from
// vault to crypto and back.
#pragma once

#include "client/core/people/bonds.h"
#include "client/core/people/own_device.h"
#include "crypto/session_set.h"

namespace holdfast::client {

crypto::PairContext PairOf(const BondParties& parties, const OwnDevice& own,
                           const crypto::Device& peer);
// Empty where there was none yet.
absl::StatusOr<crypto::SessionSet> LoadSessions(const VaultReader& reader,
                                                const crypto::PairContext& pair,
                                                const DeviceId& peer);
void PutSessions(VaultChange& change, const BondId& bond, const DeviceId& peer,
                 const crypto::SessionSet& sessions);
// The bond's, once it is agreed.
void PutSharedKey(VaultChange& change, const BondId& bond, const crypto::PreSharedKey& key);
// The pre-shared key towards a device: the bond's, or the account's own.
absl::StatusOr<crypto::PreSharedKey> SharedKeyWith(const VaultReader& reader, const OwnDevice& own,
                                                   const BondId& bond, const crypto::Device& peer);

}  // namespace holdfast::client
