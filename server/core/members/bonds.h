// Bonds: how one is formed, and which ones an account has.
#pragma once

#include "crypto/public/practice.h"
#include "holdfast/v1/directory.pb.h"
#include "holdfast/v1/mailbox.pb.h"
#include "server/core/members/identity.h"

namespace holdfast::server {

// What forms a bond, all of it checked.
struct NewBond {
  crypto::BondStatement stated;
  crypto::Signed statement;  // of the practice
  Bytes answer;
  Bytes answer_mac;
  bool lost_before = false;  // by a restored backup: its devices may hold a ledger of it
};
// Stores it, numbers it among both accounts' bonds, and tells the therapist's
// devices. invitations_full where either account has kBondsPerAccountMax.
absl::Status FormBond(Context& context, Transaction& transaction, const NewBond& bond);

// Puts what FormBond told once more into the mailbox of a device that was listed now: of the
// therapist's newest kBondsToldMax bonds, in order. The devices that had it may be gone, and have
// told nobody.
absl::Status TellBonds(Context& context, Transaction& transaction, const AccountKey& account,
                       const DeviceId& device);

// The event that FormBond put in a mailbox.
absl::Status WriteBondFormed(Transaction& transaction, const BondId& bond, v1::BondFormed& formed);

// Core::ListBonds.
absl::Status ListBonds(Context& context, Transaction& transaction, const Caller& caller,
                       const v1::ListBondsRequest& request, v1::ListBondsResponse& response);

}  // namespace holdfast::server
