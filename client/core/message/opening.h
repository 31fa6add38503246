// From a delivered envelope to content: everything that must hold before a person
// sees it (crypto/PROTOCOL.md).
#pragma once

#include "client/core/ledger/ledger_books.h"
#include "client/core/people/bonds.h"
#include "client/core/people/own_device.h"
#include "crypto/capsule.h"
#include "crypto/public/device.h"
#include "crypto/session_set.h"
#include "holdfast/v1/content.pb.h"
#include "holdfast/v1/mailbox.pb.h"
#include "rules/header.h"
#include "rules/receipt.h"

namespace holdfast::client {

struct Opening {
  v1::Content content;
  Bytes content_bytes;
  crypto::Capsule capsule;
  Hash message_hash;
  crypto::SessionSet sessions;  // their state after it; not yet in the vault
};

// Decrypts and checks: capsule in the ratchet, the hash of header and body in the
// capsule, body under header and content key, content well-formed. Changes
// nothing. not_decryptable, integrity or malformed_field.
absl::StatusOr<Opening> OpenEnvelope(const VaultReader& reader, const OwnDevice& own,
                                     const BondParties& parties, const crypto::Device& sender,
                                     const Header& header, const v1::Delivery& delivery);

// The same for what another device told the key to; its capsule then has no heads and lists.
absl::StatusOr<Opening> OpenByKey(const OwnDevice& own, const BondParties& parties,
                                  const Header& header, const v1::Delivery& delivery,
                                  const v1::MessageKey& key);

// What was erased on another device before it came here: its place alone, by what was told of it;
// there is no key, and no content.
absl::StatusOr<Opening> PlaceErased(const OwnDevice& own, const BondParties& parties,
                                    const Header& header, const v1::Delivery& delivery,
                                    const v1::MessageKey& key);

// The practice's receipt for exactly these bytes, this device's capsule among
// them; what was sealed ahead has none, and neither has what is `from_history`.
absl::StatusOr<ReceiptLeaf> CheckDeliveryReceipt(const OwnDevice& own, const HeldLedger& ledger,
                                                 const vault::Progress& progress,
                                                 const BondParties& parties, const Header& header,
                                                 const v1::Delivery& delivery, bool from_history);

}  // namespace holdfast::client
