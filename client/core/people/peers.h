// Other accounts' devices, pinned: what was verified once is built upon, and two
// lists of one version stop sending.
#pragma once

#include <optional>

#include "client/core/shown/person_name.h"
#include "client/core/vault/vault.h"
#include "crypto/public/device.h"

namespace holdfast::client {

struct KnownDevices {
  crypto::VerifiedDevices devices;
  bool stopped = false;

  std::vector<crypto::Device> former = {};  // without prekeys; nothing new is sealed for them

  const crypto::Device* Find(const DeviceId& id) const;
  // Also one that was on an earlier list.
  const crypto::Device* FindEver(const DeviceId& id) const;
};

absl::StatusOr<std::optional<KnownDevices>> FindPeer(const VaultReader& reader,
                                                     const AccountKey& account);
// Pins devices that were verified on what was known. Who is on the list no more is remembered
// as a former device, and so is who `wire` names as one, where the account key certified it.
void PutPeer(VaultChange& change, const crypto::VerifiedDevices& devices,
             const v1::DeviceSet& wire);

// Takes in what GetDevices answered, which ListBonds had called `seen` before; empty where it
// was not asked: pins what is newer. Another list of a known
// version, or lists that do not chain to it, stop sending to the account and raise
// an alarm for `bond`; the pinned devices stay. OK in all these cases; an error
// only where the vault fails.
absl::Status TakePeerDevices(VaultChange& change, const AccountKey& account,
                             const v1::DeviceSet& wire, const Bytes& seen, const BondId& bond,
                             const PersonName& who, std::uint64_t now_ms);

// Tells the person which devices came and went: those of `who`, or their own where it is absent.
absl::Status SayDevicesChanged(VaultChange& change, const crypto::VerifiedDevices& before,
                               const crypto::VerifiedDevices& after,
                               const std::optional<BondId>& bond,
                               const std::optional<PersonName>& who, std::uint64_t now_ms);

// Whether another listed device of this account made the bond's invitation: that one gives the
// bond what is for whoever joins later, so that two do not decide the same at once.
absl::StatusOr<bool> IsForAnotherDevice(const VaultReader& reader, const vault::Bond& bond);

// Somebody showed another list of a version that is pinned.
absl::Status StopPeer(VaultChange& change, const AccountKey& account, const BondId& bond,
                      const PersonName& who, std::uint64_t now_ms);

}  // namespace holdfast::client
