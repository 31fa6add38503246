// What the author of a note decides about it, end to end: that it goes as it is, whatever holds it,
// or that it is taken back after its release. Told to every device of both accounts.
#pragma once

#include "client/core/ledger/ledgers.h"
#include "client/core/people/bonds.h"
#include "client/core/people/own_device.h"
#include "client/core/vault/context.h"
#include "holdfast/v1/content.pb.h"
#include "rules/header.h"

namespace holdfast::client {

// It goes in any case, or is let go. Where that was decided before, nothing. usage where it is no
// note of a therapist's or was opened, unknown_envelope, act_superseded where it was taken back,
// bond_ended, vault_rolled_back, outbox_full.
absl::Status LetNoteGo(Context context, Ledgers& ledgers, VaultChange& change,
                       const EnvelopeId& id);

// Of one that is released and held: the devices that hold it drop it. act_superseded where it is
// not held, else as above.
absl::Status DropHeldNote(Context context, Ledgers& ledgers, VaultChange& change,
                          const EnvelopeId& id);

// One that this device said reached nobody: the note is held as before.
absl::Status ForgetDecision(VaultChange& change, const vault::Bond& bond,
                            const v1::AheadDecision& said);

// A decision that another device says. Nothing where it does not come from the therapist's
// account, the note is another's or was opened, or it was taken back before. One for a note that
// is not here is remembered, limits::kAheadDecisionsMax in a bond.
absl::Status TakeAheadDecision(VaultChange& change, const OwnDevice& own,
                               const BondParties& parties, const Header& header,
                               const v1::AheadDecision& said, std::uint64_t now_ms);

// Adds to a receipt or beacon of a client's device, before it is sealed, which notes it holds and
// has not said so: as many as leave its size. They count as told.
absl::Status NameHeld(VaultChange& change, const BondId& bond, Bytes& content);
// One with this content came to nobody: the next one tells them.
absl::Status TellHeldAgain(VaultChange& change, const v1::Content& told);
// The client's word for what their devices hold. Nothing where it comes from somebody else.
absl::Status TakeHeld(VaultChange& change, const OwnDevice& own, const BondParties& parties,
                      const Header& header, const v1::Content& content);

}  // namespace holdfast::client
