#include "crypto/public/ledger.h"

#include "crypto/public/batch_proof.h"
#include "crypto/public/hash.h"
#include "crypto/public/statement.h"

namespace holdfast::crypto {

Signed SignAct(const SigningKey& device, const Act& act) {
  return SignStatement(device, Purpose::kAct, EncodeAct(act));
}

absl::StatusOr<Act> VerifyAct(const Signed& act, const DeviceKey& device) {
  return VerifyStatement<Purpose::kAct>(act, device, DecodeAct, "act");
}

Hash ActHash(const Signed& act) {
  return DomainHash(Purpose::kActHash, {act.statement, act.signature});
}

Hash LedgerEntryHash(BytesView entry) { return DomainHash(Purpose::kLedgerEntry, {entry}); }

absl::StatusOr<LedgerEntry> VerifyLedgerEntry(const LedgerProof& proof,
                                              const PracticeKey& practice) {
  return VerifyLeaf({proof.entry, proof.index, proof.path, proof.batch}, practice,
                    DecodeLedgerEntry, "ledger", "ledger");
}

}  // namespace holdfast::crypto
