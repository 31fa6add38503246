#include "client/core/ahead/ahead.h"

#include <algorithm>

#include "client/core/ahead/ahead_deciding.h"
#include "client/core/ahead/ahead_keys.h"
#include "client/core/ahead/ahead_outlook.h"
#include "client/core/ahead/holding.h"
#include "client/core/archive/facts.h"
#include "client/core/ledger/acts.h"
#include "client/core/ledger/decided.h"
#include "client/core/outside/limits.h"
#include "client/core/people/peers.h"
#include "client/core/shown/content.h"
#include "client/core/shown/next_step.h"
#include "client/core/vault/names.h"
#include "crypto/body.h"

namespace holdfast::client {
namespace {

absl::StatusOr<Header> HeaderOfAhead(const VaultReader& reader, const OwnDevice& own,
                                     const vault::Bond& bond, const EnvelopeId& id,
                                     const vault::Message& message) {
  HOLDFAST_ASSIGN_OR_RETURN(const BondParties parties, PartiesOf(bond));
  HOLDFAST_ASSIGN_OR_RETURN(const Condition condition, ConditionOf(message));
  HOLDFAST_ASSIGN_OR_RETURN(const auto peer, FindPeer(reader, parties.other(own.account)));
  HOLDFAST_ASSIGN_OR_RETURN(const auto progress, reader.Read(names::kProgress));
  Header header;
  header.bond = parties.bond;
  header.envelope = id;
  header.sender_account = own.account;
  header.sender_device = own.device;
  header.kind = Kind::kNote;
  header.reply_to = condition.promise;
  header.sent_at_ms = message.sent_ms();
  header.release = condition.release;
  // Nothing is sealed to these devices, and the practice does not compare.
  header.sender_list_version = std::max<std::uint32_t>(progress.list_version(), 1);
  header.receiver_list_version = peer ? std::max<std::uint32_t>(peer->devices.version, 1) : 1;
  HOLDFAST_ASSIGN_OR_RETURN(const std::size_t body_bytes,
                            crypto::SealedBodyBytes(message.content().size()));
  header.body_bytes = static_cast<std::uint32_t>(body_bytes);
  return header;
}

absl::Status IsRefused(const vault::Message& message) {
  if (message.refusal().empty()) return absl::OkStatus();
  return Refuse(Reason::kUsage, "id",
                "the practice did not accept it, so there is nothing to take back");
}

}  // namespace

absl::Status SealAhead(Context context, VaultChange& change, const OwnDevice& own,
                       const vault::Bond& bond, const EnvelopeId& id,
                       const vault::Message& message) {
  HOLDFAST_ASSIGN_OR_RETURN(const Header header, HeaderOfAhead(change, own, bond, id, message));
  HOLDFAST_RETURN_IF_ERROR(CheckHeader(header));
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::ContentKey key,
                            KeyToSealAhead(context, change, own, header.bond, id));
  v1::SendRequest request;
  request.set_header(EncodeHeader(header));
  HOLDFAST_ASSIGN_OR_RETURN(*request.mutable_body(),
                            crypto::SealBody(key, request.header(), message.content()));
  vault::Ahead ahead;
  ahead.set_request(request.SerializeAsString());
  ahead.set_pending(true);
  change.Put(names::Ahead(header.bond, id), ahead);
  return absl::OkStatus();
}

absl::Status WithdrawAhead(Context context, Ledgers& ledgers, VaultChange& change,
                           const EnvelopeId& id) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto message, change.Find(names::Message(id)));
  if (!message || !message->mine() || !message->has_release()) {
    return WithStep(Refuse(Reason::kUnknownEnvelope, "id", "names nothing that you wrote ahead"),
                    NextStep::kListAhead);
  }
  HOLDFAST_RETURN_IF_ERROR(IsRefused(*message));
  HOLDFAST_ASSIGN_OR_RETURN(const BondId bond, BondId::From(message->bond(), "vault.message"));
  if (message->dropped_ms() != 0) {
    return Refuse(Reason::kActSuperseded, "id", "it was withdrawn already");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* held, ledgers.Of(change, bond));
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(change));
  const bool is_out = held->book.released(id) || message->delivered_ms() != 0;
  if (is_out && IsTherapistsNote(*own, *message)) return DropHeldNote(context, ledgers, change, id);
  if (is_out) {
    return Refuse(Reason::kActSuperseded, "id",
                  "it has been released already, so it cannot be taken back any more");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const auto withdrawing, Withdrawing(change));
  const bool waits = std::ranges::find(withdrawing, id) != withdrawing.end();
  if (message->withdrawn_ms() != 0 || waits) {
    return Refuse(Reason::kActSuperseded, "id", "it was withdrawn already");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const auto ahead, change.Find(names::Ahead(bond, id)));
  if (ahead && ahead->pending() && !ahead->offered()) {
    ForgetAheadKeyNoted(change, own->account, id);
    return MarkWithdrawn(change, bond, id, context.Now());
  }
  HOLDFAST_ASSIGN_OR_RETURN(auto pending, PendingActs(change));
  return WriteAct(context, ledgers, change, pending, bond, Withdraw{id}).status();
}

absl::Status PutAhead(VaultChange& change, const BondId& bond, const EnvelopeId& id,
                      const vault::Ahead& ahead) {
  if (ahead.released() && ahead.told() && ahead.arrived()) return ForgetAhead(change, bond, id);
  change.Put(names::Ahead(bond, id), ahead);
  return absl::OkStatus();
}

absl::Status ForgetAhead(VaultChange& change, const BondId& bond, const EnvelopeId& id) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(change));
  HOLDFAST_RETURN_IF_ERROR(ForgetOwnNoteKey(change, bond, own->account, id));
  change.Erase(names::Ahead(bond, id));
  return absl::OkStatus();
}

absl::Status MarkWithdrawn(VaultChange& change, const BondId& bond, const EnvelopeId& id,
                           std::uint64_t at_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(auto message, change.Find(names::Message(id)));
  if (message) {
    message->set_withdrawn_ms(at_ms);
    change.Put(names::Message(id), *message);
  }
  return ForgetAhead(change, bond, id);
}

absl::Status NameAheadDue(VaultChange& change, const BondId& bond, Outgoing& outgoing) {
  const std::size_t due_max =
      IsForPeople(outgoing.kind) ? limits::kAheadDueMax : limits::kAheadDuePerSignMax;
  std::vector<std::pair<Bytes, vault::Ahead>> due;
  HOLDFAST_RETURN_IF_ERROR(
      change.Scan(names::AheadOf(bond), [&](BytesView key, const vault::Ahead& ahead) {
        if (ahead.released() && !ahead.told()) due.emplace_back(key, ahead);
        return due.size() < due_max;
      }));
  if (due.empty()) return absl::OkStatus();
  v1::Content content;
  if (!content.ParseFromString(outgoing.content)) {
    return Refuse(Reason::kVaultDamaged, "vault.message", "holds a damaged content");
  }
  for (const auto& [id, ahead] : due) content.add_ahead_due(id);
  // A full message goes as it is; the next one says it.
  if (content.ByteSizeLong() > limits::kContentBytesMax) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(outgoing.content, SerializeContent(content, outgoing.kind));
  for (auto& [id, ahead] : due) {
    ahead.set_told(true);
    HOLDFAST_ASSIGN_OR_RETURN(const EnvelopeId note, EnvelopeId::From(id, "vault.ahead"));
    HOLDFAST_RETURN_IF_ERROR(PutAhead(change, bond, note, ahead));
  }
  if (!IsForPeople(outgoing.kind)) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(auto message, change.Read(names::Message(outgoing.id)));
  message.set_content(outgoing.content);
  change.Put(names::Message(outgoing.id), message);
  return absl::OkStatus();
}

absl::Status MarkArrived(VaultChange& change, const BondId& bond, const EnvelopeId& id,
                         std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(auto message, change.Find(names::Message(id)));
  const bool heed =
      message && message->mine() && message->has_release() && message->bond() == bond.view();
  if (!heed) return absl::OkStatus();
  if (message->delivered_ms() == 0) {
    message->set_delivered_ms(now_ms);
    message->clear_refusal();
    message->clear_refusal_reason();
    change.Put(names::Message(id), *message);
  }
  const auto name = names::Ahead(bond, id);
  HOLDFAST_ASSIGN_OR_RETURN(auto ahead, change.Find(name));
  if (!ahead) return absl::OkStatus();
  ahead->set_arrived(true);
  return PutAhead(change, bond, id, *ahead);
}

}  // namespace holdfast::client
