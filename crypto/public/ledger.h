// Signatures and hashes of acts and ledger entries (crypto/PROTOCOL.md "Acts",
// "Ledger").
#pragma once

#include <cstdint>
#include <vector>

#include "crypto/public/device.h"
#include "rules/act.h"
#include "rules/ledger.h"

namespace holdfast::crypto {

// `device` is the key of the device that the act names.
Signed SignAct(const SigningKey& device, const Act& act);
// integrity naming "act.signature", or what DecodeAct says. That the device is the
// one named, and of that account, is for the caller to compare.
absl::StatusOr<Act> VerifyAct(const Signed& act, const DeviceKey& device);
// Of statement and signature: what a ledger entry and an acceptance name.
Hash ActHash(const Signed& act);

// What the next entry names as its previous.
Hash LedgerEntryHash(BytesView entry);

struct LedgerProof {
  Bytes entry;
  std::uint32_t index = 0;
  std::vector<Hash> path;
  Signed batch;
};

// Checks the path and the batch signature; practice and incarnation of entry and
// batch must agree. integrity naming "ledger.…" otherwise. That the entry follows
// from those before it is LedgerBook's to say.
absl::StatusOr<LedgerEntry> VerifyLedgerEntry(const LedgerProof& proof,
                                              const PracticeKey& practice);

}  // namespace holdfast::crypto
