// A bond's ledger with everything that proves it, for somebody who has neither the
// vault nor the practice at hand.
#pragma once

#include <string>
#include <vector>

#include "client/core/shown/standing.h"
#include "client/core/vault/vault.h"
#include "crypto/public/device.h"

namespace holdfast::client {

struct ExportedEntry {
  Bytes entry;
  crypto::Signed act;          // empty unless the entry is one
  crypto::Signed certificate;  // of the act's device
  std::uint32_t index = 0;
  std::vector<Bytes> path;
  crypto::Signed batch;
};

struct LedgerExport {
  PracticeKey practice;                    // the key that was handed over in person
  std::vector<crypto::Signed> succession;  // from it to the newest
  crypto::Signed bond;                     // the practice's statement, naming both accounts
  std::vector<ExportedEntry> entries;
};

absl::StatusOr<LedgerExport> ExportLedger(const VaultReader& reader, const BondId& bond);

struct VerifiedLedger {
  BondId bond;
  AccountKey therapist;
  AccountKey client;
  std::vector<LedgerLine> lines;
  LedgerBook book;
};
// Checks every signature, proof and step again, from the practice's key alone.
// integrity, its sentence naming the first entry that is not right and what of it. Whether
// `practice` is the right one is for the reader to compare.
absl::StatusOr<VerifiedLedger> VerifyLedger(const LedgerExport& exported);

}  // namespace holdfast::client
