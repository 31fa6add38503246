// The practice's signed receipts: taken in for own sends and for what arrived, the
// highest of each bond kept as evidence.
#pragma once

#include "client/core/ledger/ledger_books.h"
#include "client/core/people/own_device.h"
#include "client/core/vault/vault.h"
#include "holdfast/v1/mailbox.pb.h"
#include "rules/receipt.h"

namespace holdfast::client {

// What a receipt must be about.
struct Stored {
  BondId bond;
  EnvelopeId envelope;
  Hash envelope_hash;
  bool owes = false;  // the client asks for a reply with it
};
// Signature, practice, that it names exactly this, and the due time as it follows
// from the bond's ledger. integrity otherwise.
absl::StatusOr<ReceiptLeaf> CheckReceiptFor(const OwnDevice& own, const HeldLedger& ledger,
                                            const vault::Progress& progress,
                                            const v1::Receipt& receipt, const Stored& stored);
// Due time and availability of a receipt, recomputed from the ledger. integrity.
// `owes`: the client asked for a reply with it.
absl::Status CheckDue(const HeldLedger& held, const vault::Progress& progress,
                      const ReceiptLeaf& leaf, bool owes);

Hash EnvelopeHashOf(const v1::SendRequest& request);

// Keeps it if it is the highest of its bond in the newest life of the store, and
// its batch as KeepNewestBatch does.
absl::Status KeepHighest(VaultChange& change, const ReceiptLeaf& leaf, const v1::Receipt& receipt);
// Keeps a verified batch statement if its number is the highest seen in the newest
// life of the store. Another batch under that number raises the suspicion that
// SuspectTakenPlace notes.
absl::Status KeepNewestBatch(VaultChange& change, const v1::SignedStatement& batch);
// Whether the practice signed for this place before, for something else that this
// device knows. Then it lost something since; where it does not know that yet,
// the change notes the suspicion: the highest receipts are kept as they are until
// the practice has been shown them.
absl::StatusOr<bool> SuspectTakenPlace(VaultChange& change, const ReceiptLeaf& leaf);
// Where no receipt says where a message stands: behind what was received.
void PlaceBehind(vault::Message& message, const vault::Bond& bond, const vault::Progress& progress);
// The number of the life that a receipt was given in: of one that is not known, which was before
// all that are, the oldest; of a zero one the newest.
std::uint32_t LifeOf(const vault::Progress& progress, const Incarnation& incarnation);

}  // namespace holdfast::client
