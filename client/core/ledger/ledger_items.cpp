#include "client/core/ledger/ledger_items.h"

#include "client/core/people/wire.h"
#include "client/core/vault/names.h"
#include "client/core/vault/wiped_at_end.h"
#include "crypto/public/ledger.h"
#include "rules/limits.h"

namespace holdfast::client {
namespace {

// A device's certificate with its account's signature, as this device knows it.
struct Signer {
  DeviceKey key;
  v1::SignedStatement certificate;
};

absl::StatusOr<Signer> SignerOf(const VaultReader& reader, const OwnDevice& own, const Act& act) {
  v1::SignedStatement certificate;
  if (act.account == own.account && act.device == own.device) {
    HOLDFAST_ASSIGN_OR_RETURN(auto identity, reader.Read(names::kIdentity));
    const WipedAtEnd wiped(identity);
    certificate = OwnCertificate(identity);
  } else {
    HOLDFAST_ASSIGN_OR_RETURN(const auto found, reader.Find(names::Peer(act.account)));
    const vault::Peer peer = found.value_or(vault::Peer());
    // What a device signed before it was taken off the list stays its account's.
    for (const auto* devices : {&peer.devices(), &peer.former()}) {
      for (const vault::PeerDevice& device : *devices) {
        const auto decoded = crypto::DecodeCertificate(device.certificate());
        if (!decoded.ok() || crypto::DeviceIdOf(*decoded) != act.device) continue;
        certificate.set_statement(device.certificate());
        certificate.set_signature(device.certificate_signature());
      }
    }
  }
  const auto decoded = crypto::DecodeCertificate(certificate.statement());
  if (decoded.ok()) return Signer{decoded->signing, certificate};
  return Refuse(Reason::kIntegrity, "ledger.act", "is of a device that this one does not know");
}

absl::Status CheckItsAct(const VaultReader& reader, const OwnDevice& own,
                         const BondParties& parties, const v1::LedgerItem& item,
                         CheckedItem& checked) {
  HOLDFAST_ASSIGN_OR_RETURN(Act act, DecodeAct(item.act().statement()));
  const bool of_therapist = act.account == parties.therapist;
  if (act.bond != parties.bond || (!of_therapist && act.account != parties.client)) {
    return Refuse(Reason::kIntegrity, "ledger.act", "is not of this bond");
  }
  const crypto::Role role = of_therapist ? crypto::Role::kTherapist : crypto::Role::kClient;
  if (!MayPerform(act.kind(), role)) {
    return Refuse(Reason::kIntegrity, "ledger.act", "is not theirs to decide");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const Signer signer, SignerOf(reader, own, act));
  HOLDFAST_RETURN_IF_ERROR(crypto::VerifyAct(FromWire(item.act()), signer.key).status());
  checked.act = std::move(act);
  checked.act_hash = crypto::ActHash(FromWire(item.act()));
  checked.certificate = signer.certificate;
  return absl::OkStatus();
}

absl::StatusOr<crypto::LedgerProof> ProofOf(const v1::LedgerItem& item) {
  if (static_cast<std::size_t>(item.path_size()) > limits::kReceiptPathMax) {
    return Refuse(Reason::kMalformedField, "ledger.path", "is longer than any batch needs");
  }
  crypto::LedgerProof proof;
  proof.entry = item.entry();
  proof.index = item.index();
  for (const std::string& node : item.path()) {
    HOLDFAST_ASSIGN_OR_RETURN(const Hash hash, Hash::From(node, "ledger.path"));
    proof.path.push_back(hash);
  }
  proof.batch = FromWire(item.batch());
  return proof;
}

}  // namespace

bool MayPerform(ActKind kind, crypto::Role role) {
  const Signatory signatory = SignatoryOf(kind);
  if (signatory == Signatory::kEither) return true;
  return (signatory == Signatory::kTherapist) == (role == crypto::Role::kTherapist);
}

absl::StatusOr<CheckedItem> CheckItem(const VaultReader& reader, const OwnDevice& own,
                                      const BondParties& parties, const v1::LedgerItem& item) {
  CheckedItem checked;
  HOLDFAST_ASSIGN_OR_RETURN(checked.entry, DecodeLedgerEntry(item.entry()));
  if (!own.KnowsPractice(checked.entry.practice)) {
    return Refuse(Reason::kIntegrity, "ledger.practice", "is another practice");
  }
  if (checked.entry.bond != parties.bond) {
    return Refuse(Reason::kIntegrity, "ledger.bond", "is another bond");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::LedgerProof proof, ProofOf(item));
  HOLDFAST_RETURN_IF_ERROR(crypto::VerifyLedgerEntry(proof, checked.entry.practice).status());
  checked.hash = crypto::LedgerEntryHash(item.entry());
  if (checked.entry.kind == LedgerKind::kAct) {
    HOLDFAST_RETURN_IF_ERROR(CheckItsAct(reader, own, parties, item, checked));
  }
  return checked;
}

absl::StatusOr<CheckedItem> StoredItem(const vault::LedgerRecord& record) {
  CheckedItem checked;
  HOLDFAST_ASSIGN_OR_RETURN(checked.entry, DecodeLedgerEntry(record.item().entry()));
  checked.hash = crypto::LedgerEntryHash(record.item().entry());
  if (checked.entry.kind != LedgerKind::kAct) return checked;
  HOLDFAST_ASSIGN_OR_RETURN(checked.act, DecodeAct(record.item().act().statement()));
  checked.act_hash = crypto::ActHash(FromWire(record.item().act()));
  checked.certificate = record.certificate();
  return checked;
}

}  // namespace holdfast::client
