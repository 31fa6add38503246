// What goes out next in a bond: what was sealed and not answered, else the oldest that
// waits, sealed now.
#include <algorithm>

#include "client/core/ahead/ahead.h"
#include "client/core/ahead/ahead_deciding.h"
#include "client/core/message/queue.h"
#include "client/core/message/ruptures.h"
#include "client/core/message/sealing.h"
#include "client/core/people/bonds.h"
#include "client/core/sending/delivery_receipts.h"
#include "client/core/sending/keys_again.h"
#include "client/core/sending/outbox.h"
#include "client/core/shown/content.h"
#include "client/core/vault/names.h"
#include "rules/planted.h"

namespace holdfast::client {

absl::StatusOr<std::optional<Outbox::Next>> Outbox::NextToSend(const BondId& bond) {
  const VaultReader look(context_.vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto record, ReadBond(look, bond));
  std::uint64_t position = std::max<std::uint64_t>(record.pending_from(), 1);
  std::optional<vault::Sent> sent;
  for (; position <= record.chain_position(); ++position) {
    HOLDFAST_ASSIGN_OR_RETURN(sent, look.Find(names::Sent(bond, position)));
    if (sent && sent->pending()) break;
  }
  if (position > record.chain_position()) return SealOldest(bond);
  Next next;
  next.position = position;
  if (!next.request.ParseFromString(sent->request())) {
    return Refuse(Reason::kVaultDamaged, "vault.sent", "holds a damaged message");
  }
  if (HOLDFAST_PLANTED(kResendUnderNewId)) {
    HOLDFAST_ASSIGN_OR_RETURN(Header header, DecodeHeader(next.request.header()));
    header.envelope = context_.NewId<EnvelopeId>();
    next.request.set_header(EncodeHeader(header));
  }
  return next;
}

absl::StatusOr<std::optional<Outbox::Next>> Outbox::SealOldest(const BondId& bond) {
  VaultChange change(context_.vault);
  std::optional<vault::Name<vault::Queued>> name;
  vault::Queued queued;
  HOLDFAST_RETURN_IF_ERROR(
      change.Scan(names::kOutbox, [&](BytesView key, const vault::Queued& entry) {
        if (entry.bond() != bond.view()) return true;
        name = names::kOutbox.At(key);
        queued = entry;
        return false;
      }));
  const WipedAtEnd wiped(queued);
  if (!name) return std::nullopt;
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(change));
  HOLDFAST_ASSIGN_OR_RETURN(auto record, ReadBond(change, bond));
  HOLDFAST_ASSIGN_OR_RETURN(const EnvelopeId id,
                            EnvelopeId::From(queued.envelope(), "vault.outbox"));
  const Kind kind = static_cast<Kind>(queued.kind());
  Outgoing outgoing;
  const ContentAt where = WhereIsContentOf(queued);
  switch (where) {
    case ContentAt::kMessage: {
      HOLDFAST_ASSIGN_OR_RETURN(outgoing, MessageToSeal(change, id, context_.Now()));
      break;
    }
    case ContentAt::kEntry: {
      outgoing = {id,           kind,           queued.content(),   false,
                  EnvelopeId(), context_.Now(), !queued.automatic()};
      break;
    }
    case ContentAt::kSealing: {
      HOLDFAST_ASSIGN_OR_RETURN(outgoing,
                                OutgoingForDevices(change, bond, id, kind, context_.Now()));
      break;
    }
  }
  const WipedAtEnd wiped_too(outgoing.content);
  if (where != ContentAt::kEntry) {
    HOLDFAST_RETURN_IF_ERROR(NameAheadDue(change, bond, outgoing));
  }
  if (outgoing.is_sign && own->role == crypto::Role::kClient) {
    HOLDFAST_RETURN_IF_ERROR(NameMarks(change, bond, outgoing, context_.Now()));
    HOLDFAST_RETURN_IF_ERROR(NameHeld(change, bond, outgoing.content));
  }
  HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* ledger, ledgers_.Of(change, bond));
  HOLDFAST_RETURN_IF_ERROR(SealNext(change, *own, *ledger, record, outgoing, context_.Now()));
  change.Erase(*name);
  if (where == ContentAt::kEntry) {
    HOLDFAST_RETURN_IF_ERROR(
        NoteKeysSealed(change, bond, queued.content(), record.chain_position()));
  }
  HOLDFAST_RETURN_IF_ERROR(change.Commit());

  const VaultReader look(context_.vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto sent, look.Read(names::Sent(bond, record.chain_position())));
  Next next;
  next.position = record.chain_position();
  next.fresh = true;
  if (!next.request.ParseFromString(sent.request())) {
    return Refuse(Reason::kVaultDamaged, "vault.sent", "holds a damaged message");
  }
  return next;
}

}  // namespace holdfast::client
