#include "client/core/sending/keys_again.h"

#include "client/core/message/queue.h"
#include "client/core/outside/limits.h"
#include "client/core/people/bonds.h"
#include "client/core/people/peers.h"
#include "client/core/shown/content.h"
#include "client/core/vault/names.h"
#include "client/core/vault/wiped_at_end.h"
#include "crypto/body.h"
#include "crypto/public/receipt.h"
#include "holdfast/v1/mailbox.pb.h"
#include "rules/planted.h"

namespace holdfast::client {
namespace {

// Whether some device of the list has no capsule of it.
bool LeavesOneOut(const v1::SendRequest& request, const crypto::VerifiedDevices& devices) {
  for (const crypto::Device& device : devices.devices) {
    bool has_one = false;
    for (const v1::Capsule& capsule : request.capsules()) {
      has_one = has_one || capsule.device() == device.id.view();
    }
    if (!has_one) return true;
  }
  return false;
}

v1::MessageKey KeyOf(const vault::Sent& sent, const v1::SendRequest& request, const BondId& bond,
                     std::uint64_t position) {
  v1::MessageKey key;
  key.set_bond(bond.str());
  key.set_envelope(sent.envelope());
  key.set_content_key(sent.content_key());
  key.set_message_hash(crypto::MessageHash(request.header(), request.body()).str());
  key.set_position(position);
  key.set_previous(sent.previous().empty() ? Hash().str() : sent.previous());
  return key;
}

absl::Status QueueKeys(Context context, VaultChange& change, const BondId& bond,
                       v1::KeysAgain& keys) {
  if (keys.keys().empty()) return absl::OkStatus();
  v1::Control control;
  *control.mutable_keys_again() = keys;
  HOLDFAST_ASSIGN_OR_RETURN(Bytes content, SerializeControl(std::move(control)));
  const WipedAtEnd wiped(content);
  for (v1::MessageKey& key : *keys.mutable_keys()) crypto::WipeBytes(*key.mutable_content_key());
  keys.clear_keys();
  return QueueControl(context, change, bond, content, false);
}

absl::Status QueueForBond(Context context, VaultChange& change, const BondId& bond,
                          const crypto::VerifiedDevices& devices) {
  v1::KeysAgain keys;
  HOLDFAST_RETURN_IF_ERROR(
      change.Scan(names::SentOf(bond), [&](BytesView key, vault::Sent sent) -> absl::Status {
        const WipedAtEnd wiped(sent);
        v1::SendRequest request;
        // What the practice has not taken yet is sealed again for all.
        const bool counts = !sent.pending() && !sent.content_key().empty() &&
                            request.ParseFromString(sent.request());
        if (!counts || !LeavesOneOut(request, devices)) return absl::OkStatus();
        Decoder decoder(key, "vault.sent");
        *keys.add_keys() = KeyOf(sent, request, bond, decoder.U64("position"));
        if (static_cast<std::size_t>(keys.keys_size()) < limits::kKeysAgainMax) {
          return absl::OkStatus();
        }
        return QueueKeys(context, change, bond, keys);
      }));
  return QueueKeys(context, change, bond, keys);
}

}  // namespace

absl::Status KeysAreDue(const VaultReader& reader, vault::Bond& bond,
                        const v1::SendRequest& request) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(reader));
  HOLDFAST_ASSIGN_OR_RETURN(const BondParties parties, PartiesOf(bond));
  HOLDFAST_ASSIGN_OR_RETURN(const auto peer, FindPeer(reader, parties.other(own->account)));
  if (peer && LeavesOneOut(request, peer->devices)) bond.set_keys_for_list(0);
  return absl::OkStatus();
}

absl::Status QueueKeysAgain(Context context) {
  VaultChange change(context.vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(change));
  HOLDFAST_ASSIGN_OR_RETURN(const auto bonds, AllBonds(change));
  bool changed = false;
  for (const vault::Bond& bond : bonds) {
    HOLDFAST_ASSIGN_OR_RETURN(const BondParties parties, PartiesOf(bond));
    HOLDFAST_ASSIGN_OR_RETURN(const auto peer, FindPeer(change, parties.other(own->account)));
    if (!peer || peer->stopped || peer->devices.version <= bond.keys_for_list()) continue;
    if (peer->devices.version > 1 && !HOLDFAST_PLANTED(kForgetKeysAgain)) {
      HOLDFAST_RETURN_IF_ERROR(QueueForBond(context, change, parties.bond, peer->devices));
    }
    HOLDFAST_ASSIGN_OR_RETURN(vault::Bond record, ReadBond(change, parties.bond));
    record.set_keys_for_list(peer->devices.version);
    PutBond(change, record);
    changed = true;
  }
  return changed ? change.Commit() : absl::OkStatus();
}

}  // namespace holdfast::client
