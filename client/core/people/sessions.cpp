#include "client/core/people/sessions.h"

#include "client/core/vault/names.h"

namespace holdfast::client {
namespace {

absl::Status DamagedKeys(std::string_view field, std::string_view what) {
  return Refuse(
      Reason::kVaultDamaged, field,
      std::string(what) + " damaged; put back a copy of the vault's file, made while nothing ran");
}

}  // namespace

crypto::PairContext PairOf(const BondParties& parties, const OwnDevice& own,
                           const crypto::Device& peer) {
  crypto::PairContext pair;
  pair.bond = parties.bond;
  pair.therapist = parties.therapist;
  pair.client = parties.client;
  pair.own_certificate = own.certificate_hash;
  pair.peer_certificate = peer.certificate_hash;
  return pair;
}

absl::StatusOr<crypto::SessionSet> LoadSessions(const VaultReader& reader,
                                                const crypto::PairContext& pair,
                                                const DeviceId& peer) {
  auto bytes = reader.FindBytes(names::Session(pair.bond, peer));
  if (!bytes.ok()) return std::move(bytes).status();
  if (!bytes->has_value()) return crypto::SessionSet(pair);
  auto sessions = crypto::SessionSet::Parse(pair, (*bytes)->Expose());
  if (!sessions.ok()) return DamagedKeys("vault.session", "a session's keys are");
  return sessions;
}

void PutSessions(VaultChange& change, const BondId& bond, const DeviceId& peer,
                 const crypto::SessionSet& sessions) {
  change.PutBytes(names::Session(bond, peer), sessions.Serialize());
}

void PutSharedKey(VaultChange& change, const BondId& bond, const crypto::PreSharedKey& key) {
  change.PutBytes(names::BondKey(bond), crypto::SecretBytes::CopyOf(key.Expose()));
}

absl::StatusOr<crypto::PreSharedKey> SharedKeyWith(const VaultReader& reader, const OwnDevice& own,
                                                   const BondId& bond, const crypto::Device& peer) {
  if (peer.certificate.account == own.account) return own.account_psk.Clone();
  HOLDFAST_ASSIGN_OR_RETURN(const auto bytes, reader.FindBytes(names::BondKey(bond)));
  if (bytes) {
    auto key = crypto::PreSharedKey::From(bytes->Expose(), "vault.bond-key");
    if (key.ok()) return key;
  }
  return DamagedKeys("vault.bond-key", "a bond's key is");
}

}  // namespace holdfast::client
