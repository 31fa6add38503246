#include "client/core/sessions.h"

#include "client/core/names.h"

namespace holdfast::client {

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

absl::StatusOr<crypto::SessionSet> LoadSessions(VaultChange& change,
                                                const crypto::PairContext& pair,
                                                const DeviceId& peer) {
  auto bytes = change.FindBytes(names::Session(pair.bond, peer));
  if (!bytes.ok()) return std::move(bytes).status();
  if (!bytes->has_value()) return crypto::SessionSet(pair);
  auto sessions = crypto::SessionSet::Parse(pair, **bytes);
  crypto::WipeBytes(**bytes);
  if (!sessions.ok()) {
    return Refuse(Reason::kVaultDamaged, "vault.session",
                  "a session's keys are damaged; put back a copy of the vault's file, made while "
                  "nothing ran");
  }
  return sessions;
}

void PutSessions(VaultChange& change, const BondId& bond, const DeviceId& peer,
                 const crypto::SessionSet& sessions) {
  change.PutBytes(names::Session(bond, peer), sessions.Serialize());
}

absl::StatusOr<crypto::PreSharedKey> SharedKeyWith(const OwnDevice& own, const vault::Bond& bond,
                                                   const crypto::Device& peer) {
  if (peer.certificate.account == own.account) return own.account_psk.Clone();
  return crypto::PreSharedKey::From(bond.psk(), "vault.bond");
}

}  // namespace holdfast::client
