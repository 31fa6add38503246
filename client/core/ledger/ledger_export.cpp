#include "client/core/ledger/ledger_export.h"

#include <algorithm>

#include "client/core/people/bonds.h"
#include "client/core/people/wire.h"
#include "client/core/shown/next_step.h"
#include "client/core/vault/names.h"
#include "client/core/vault/wiped_at_end.h"
#include "crypto/public/ledger.h"
#include "crypto/public/practice.h"
#include "rules/limits.h"

namespace holdfast::client {
namespace {

ExportedEntry ExportOf(const vault::LedgerRecord& record) {
  ExportedEntry exported;
  exported.entry = record.item().entry();
  const auto entry = DecodeLedgerEntry(exported.entry);
  if (entry.ok() && entry->kind == LedgerKind::kAct) {
    exported.act = FromWire(record.item().act());
    exported.certificate = FromWire(record.certificate());
  }
  exported.index = record.item().index();
  exported.path.assign(record.item().path().begin(), record.item().path().end());
  exported.batch = FromWire(record.item().batch());
  return exported;
}

absl::StatusOr<std::vector<PracticeKey>> KeysOf(const LedgerExport& exported) {
  std::vector<PracticeKey> keys = {exported.practice};
  for (const crypto::Signed& statement : exported.succession) {
    HOLDFAST_ASSIGN_OR_RETURN(const crypto::Succession step,
                              crypto::VerifySuccession(statement, keys.back()));
    keys.push_back(step.to);
  }
  return keys;
}

absl::StatusOr<crypto::BondStatement> BondOf(const LedgerExport& exported,
                                             const std::vector<PracticeKey>& keys) {
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::BondStatement named,
                            crypto::DecodeBond(exported.bond.statement));
  if (std::ranges::find(keys, named.practice) == keys.end()) {
    return Refuse(Reason::kIntegrity, "bond.practice", "is another practice");
  }
  return crypto::VerifyBond(exported.bond, named.practice);
}

absl::Status VerifyAuthor(const ExportedEntry& exported, const crypto::BondStatement& bond,
                          LedgerLine& line) {
  HOLDFAST_ASSIGN_OR_RETURN(const Act named, DecodeAct(exported.act.statement));
  const bool of_therapist = named.account == bond.therapist;
  const Signatory signatory = SignatoryOf(named.kind());
  const bool theirs =
      signatory == Signatory::kEither || (signatory == Signatory::kTherapist) == of_therapist;
  if (named.bond != bond.bond || (!of_therapist && named.account != bond.client) || !theirs) {
    return Refuse(Reason::kIntegrity, "ledger.act", "is not theirs to decide");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::Certificate device,
                            crypto::VerifyCertificate(exported.certificate, named.account));
  if (crypto::DeviceIdOf(device) != named.device) {
    return Refuse(Reason::kIntegrity, "ledger.act", "is of another device");
  }
  HOLDFAST_ASSIGN_OR_RETURN(line.act, crypto::VerifyAct(exported.act, device.signing));
  return absl::OkStatus();
}

absl::Status VerifyOne(const ExportedEntry& exported, const std::vector<PracticeKey>& keys,
                       const crypto::BondStatement& bond, VerifiedLedger& verified) {
  LedgerLine line;
  HOLDFAST_ASSIGN_OR_RETURN(line.entry, DecodeLedgerEntry(exported.entry));
  const bool known = std::ranges::find(keys, line.entry.practice) != keys.end();
  if (!known || line.entry.bond != bond.bond || exported.path.size() > limits::kReceiptPathMax) {
    return Refuse(Reason::kIntegrity, "ledger.bond", "or practice is another one");
  }
  crypto::LedgerProof proof;
  proof.entry = exported.entry;
  proof.index = exported.index;
  proof.batch = exported.batch;
  for (const Bytes& node : exported.path) {
    HOLDFAST_ASSIGN_OR_RETURN(const Hash hash, Hash::From(node, "ledger.path"));
    proof.path.push_back(hash);
  }
  HOLDFAST_RETURN_IF_ERROR(crypto::VerifyLedgerEntry(proof, line.entry.practice).status());
  line.hash = crypto::LedgerEntryHash(exported.entry);
  Hash act_hash;
  if (line.entry.kind == LedgerKind::kAct) {
    HOLDFAST_RETURN_IF_ERROR(VerifyAuthor(exported, bond, line));
    act_hash = crypto::ActHash(exported.act);
  } else if (exported.act != crypto::Signed() || exported.certificate != crypto::Signed()) {
    return Refuse(Reason::kIntegrity, "ledger.act", "comes with an entry that has none");
  }
  HOLDFAST_RETURN_IF_ERROR(
      verified.book.Add(line.entry, line.hash, line.act ? &*line.act : nullptr, act_hash));
  verified.lines.push_back(std::move(line));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<LedgerExport> ExportLedger(const VaultReader& reader, const BondId& bond) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto record, FindBond(reader, bond));
  if (!record || !record->has_statement()) {
    return WithStep(Refuse(Reason::kUnknownBond, "bond", "is not one of yours"),
                    NextStep::kListBonds);
  }
  HOLDFAST_ASSIGN_OR_RETURN(auto identity, reader.Read(names::kIdentity));
  const WipedAtEnd wiped(identity);
  LedgerExport exported;
  HOLDFAST_ASSIGN_OR_RETURN(exported.practice,
                            PracticeKey::From(identity.practice(), "vault.identity"));
  exported.succession = AllFromWire(identity.succession());
  exported.bond = FromWire(record->statement());
  HOLDFAST_RETURN_IF_ERROR(
      reader.Scan(names::Ledger(bond), [&](BytesView, const vault::LedgerRecord& entry) {
        exported.entries.push_back(ExportOf(entry));
        return true;
      }));
  return exported;
}

absl::StatusOr<VerifiedLedger> VerifyLedger(const LedgerExport& exported) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto keys, KeysOf(exported));
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::BondStatement bond, BondOf(exported, keys));
  VerifiedLedger verified;
  verified.bond = bond.bond;
  verified.therapist = bond.therapist;
  verified.client = bond.client;
  for (const ExportedEntry& entry : exported.entries) {
    const absl::Status status = VerifyOne(entry, keys, bond, verified);
    if (status.ok()) continue;
    return Refuse(Reason::kIntegrity, "",
                  "entry " + std::to_string(verified.lines.size() + 1) + ": " +
                      std::string(status.message()));
  }
  return verified;
}

}  // namespace holdfast::client
