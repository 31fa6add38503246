#include "client/core/sending/keys_again.h"

#include <set>

#include "client/core/ahead/ahead_keys.h"
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

// Whether some device of the list but this one has no capsule of it.
bool LeavesOneOut(const v1::SendRequest& request, const crypto::VerifiedDevices& devices,
                  const DeviceId& own) {
  for (const crypto::Device& device : devices.devices) {
    bool has_one = device.id == own;
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

// The devices that whatever is sent in a bond is for.
struct Listed {
  DeviceId own;
  crypto::VerifiedDevices others;  // of the other account
  crypto::VerifiedDevices mine;

  bool LackOne(const v1::SendRequest& request) const {
    return LeavesOneOut(request, others, own) || LeavesOneOut(request, mine, own);
  }
};

// A device of the own account hears of what is new by the archive. What a backup lost stands in
// another place since, which comes by no mailbox where there is no capsule.
bool IsToldOf(const vault::Sent& sent, const v1::SendRequest& request, const Listed& listed) {
  return sent.offered_again() ? listed.LackOne(request)
                              : LeavesOneOut(request, listed.others, listed.own);
}

absl::Status QueueForBond(Context context, VaultChange& change, const vault::Bond& bond,
                          const BondId& id, const Listed& listed) {
  v1::KeysAgain keys;
  HOLDFAST_RETURN_IF_ERROR(
      change.Scan(names::SentOf(id), [&](BytesView key, vault::Sent sent) -> absl::Status {
        const WipedAtEnd wiped(sent);
        v1::SendRequest request;
        // What the practice has not taken yet is sealed again for all.
        if (sent.pending() || !request.ParseFromString(sent.request())) return absl::OkStatus();
        Decoder decoder(key, "vault.sent");
        const std::uint64_t position = decoder.U64("position");
        // It was kept for its key alone.
        if (position <= bond.covered()) change.Erase(names::Sent(id, position));
        const bool counts =
            sent.position() != 0 && !sent.content_key().empty() && IsToldOf(sent, request, listed);
        if (!counts) return absl::OkStatus();
        *keys.add_keys() = KeyOf(sent, request, id, position);
        if (static_cast<std::size_t>(keys.keys_size()) < limits::kKeysAgainMax) {
          return absl::OkStatus();
        }
        return QueueKeys(context, change, id, keys);
      }));
  return QueueKeys(context, change, id, keys);
}

absl::StatusOr<Listed> ListedFor(const VaultReader& reader, const OwnDevice& own,
                                 const crypto::VerifiedDevices& others) {
  Listed listed{own.device, others, {}};
  HOLDFAST_ASSIGN_OR_RETURN(const auto mine, FindPeer(reader, own.account));
  if (mine) listed.mine = mine->devices;
  return listed;
}

}  // namespace

absl::Status NoteKeysSealed(VaultChange& change, const BondId& bond, const Bytes& content,
                            std::uint64_t position) {
  v1::Content sealed;
  if (!sealed.ParseFromString(content)) return absl::OkStatus();
  std::set<Bytes> told;
  for (v1::MessageKey& key : *sealed.mutable_control()->mutable_keys_again()->mutable_keys()) {
    told.insert(key.envelope());
    crypto::WipeBytes(*key.mutable_content_key());
  }
  if (told.empty()) return absl::OkStatus();
  return change.Scan(names::SentOf(bond), [&](BytesView key, vault::Sent sent) {
    const WipedAtEnd wiped(sent);
    if (!told.contains(sent.envelope())) return true;
    sent.set_keys_at(position);
    change.Put(names::SentOf(bond).At(key), sent);
    return true;
  });
}

absl::StatusOr<bool> KeysAreDue(const VaultReader& reader, vault::Bond& bond,
                                const v1::SendRequest& request) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(reader));
  HOLDFAST_ASSIGN_OR_RETURN(const BondParties parties, PartiesOf(bond));
  HOLDFAST_ASSIGN_OR_RETURN(const auto peer, FindPeer(reader, parties.other(own->account)));
  if (!peer) return false;
  HOLDFAST_ASSIGN_OR_RETURN(const Listed listed, ListedFor(reader, *own, peer->devices));
  if (!listed.LackOne(request)) return false;
  bond.set_keys_for_list(0);
  return true;
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
    if (!HOLDFAST_PLANTED(kForgetKeysAgain)) {
      HOLDFAST_ASSIGN_OR_RETURN(const Listed listed, ListedFor(change, *own, peer->devices));
      HOLDFAST_RETURN_IF_ERROR(QueueForBond(context, change, bond, parties.bond, listed));
      if (peer->devices.version > 1) {
        HOLDFAST_RETURN_IF_ERROR(QueueOthersNoteKeys(context, change, *own, parties.bond));
      }
    }
    HOLDFAST_ASSIGN_OR_RETURN(vault::Bond record, ReadBond(change, parties.bond));
    record.set_keys_for_list(peer->devices.version);
    PutBond(change, record);
    changed = true;
  }
  return changed ? change.Commit() : absl::OkStatus();
}

}  // namespace holdfast::client
