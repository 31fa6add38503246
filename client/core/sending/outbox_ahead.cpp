#include "client/core/sending/outbox_ahead.h"

#include "client/core/ahead/ahead.h"
#include "client/core/ledger/receipts.h"
#include "client/core/outside/utf8.h"
#include "client/core/people/bonds.h"
#include "client/core/sending/send_alarms.h"
#include "client/core/vault/names.h"
#include "rules/retry.h"

namespace holdfast::client {
namespace {

// Too many wait already. Every other quota is another day's.
bool IsOneTooMany(const absl::Status& refusal) {
  return ReasonOf(refusal) == Reason::kQuotaExceeded && FieldOf(refusal) == "header.release";
}

// The rest of the bond is with the practice, the key included.
absl::StatusOr<bool> AllElseWentOut(const VaultReader& look, const BondId& bond) {
  bool waits = false;
  HOLDFAST_RETURN_IF_ERROR(look.Scan(names::kOutbox, [&](BytesView, const vault::Queued& entry) {
    waits = entry.bond() == bond.view();
    return !waits;
  }));
  if (waits) return false;
  HOLDFAST_RETURN_IF_ERROR(look.Scan(names::SentOf(bond), [&](BytesView, const vault::Sent& sent) {
    waits = sent.pending();
    return !waits;
  }));
  return !waits;
}

}  // namespace

absl::StatusOr<std::vector<EnvelopeId>> AheadOutbox::Waiting(const BondId& bond) {
  const VaultReader look(context_.vault);
  std::vector<EnvelopeId> waiting;
  HOLDFAST_ASSIGN_OR_RETURN(const std::size_t kept, look.Count(names::AheadOf(bond)));
  if (kept == 0) return waiting;
  HOLDFAST_ASSIGN_OR_RETURN(const bool ready, AllElseWentOut(look, bond));
  if (!ready) return waiting;
  HOLDFAST_RETURN_IF_ERROR(look.Scan(
      names::AheadOf(bond), [&](BytesView key, const vault::Ahead& ahead) -> absl::Status {
        HOLDFAST_ASSIGN_OR_RETURN(const EnvelopeId id, EnvelopeId::From(key, "vault.ahead"));
        if (ahead.pending()) waiting.push_back(id);
        return absl::OkStatus();
      }));
  return waiting;
}

absl::StatusOr<std::optional<v1::SendRequest>> AheadOutbox::Offer(const BondId& bond,
                                                                  const EnvelopeId& id) {
  VaultChange change(context_.vault);
  HOLDFAST_ASSIGN_OR_RETURN(auto ahead, change.Find(names::Ahead(bond, id)));
  // Withdrawn while another one was under way.
  if (!ahead) return std::optional<v1::SendRequest>();
  v1::SendRequest request;
  if (!request.ParseFromString(ahead->request())) {
    return Refuse(Reason::kVaultDamaged, "vault.ahead", "holds a damaged message");
  }
  if (ahead->offered()) return request;
  // From now on it may be at the practice, whatever becomes of the answer.
  ahead->set_offered(true);
  change.Put(names::Ahead(bond, id), *ahead);
  HOLDFAST_RETURN_IF_ERROR(change.Commit());
  return request;
}

Task<absl::Status> AheadOutbox::Flush(BondId bond) {
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto waiting, Waiting(bond));
  for (const EnvelopeId& id : waiting) {
    HOLDFAST_CO_ASSIGN_OR_RETURN(const auto request, Offer(bond, id));
    if (!request) continue;
    auto response = co_await connection_.Ask(&Transport::Send, *request);
    if (response.ok()) {
      HOLDFAST_CO_RETURN_IF_ERROR(TakeStored(bond, id, *request, *response));
      continue;
    }
    const Reason reason = ReasonOf(response.status());
    if (reason == Reason::kUnknownBond) break;
    const bool by_clock =
        reason == Reason::kTimeOutOfRange && FieldOf(response.status()) == "header.sent_at_ms";
    if (by_clock && !IsAheadOfOwnClock(*request, context_.Now())) {
      co_return SayClocksDiffer(context_, bond);
    }
    if (by_clock) {
      HOLDFAST_CO_RETURN_IF_ERROR(SealAgain(bond, id));
      continue;
    }
    const absl::Status& refusal = response.status();
    if (!IsOver(refusal, Offered::kAhead) && !IsOneTooMany(refusal)) co_return refusal;
    HOLDFAST_CO_RETURN_IF_ERROR(TakeRefused(bond, id, refusal));
  }
  co_return absl::OkStatus();
}

absl::Status AheadOutbox::TakeStored(const BondId& bond, const EnvelopeId& id,
                                     const v1::SendRequest& request,
                                     const v1::SendResponse& response) {
  VaultChange change(context_.vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(change));
  HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* ledger, ledgers_.Of(change, bond));
  HOLDFAST_ASSIGN_OR_RETURN(const auto progress, change.Read(names::kProgress));
  const auto leaf = CheckReceiptFor(*own, *ledger, progress, response.receipt(),
                                    {bond, id, EnvelopeHashOf(request), false});
  if (!leaf.ok()) return SayReceiptWrong(change, context_.Now(), bond, leaf.status());
  HOLDFAST_RETURN_IF_ERROR(SuspectTakenPlace(change, *leaf).status());
  HOLDFAST_RETURN_IF_ERROR(KeepHighest(change, *leaf, response.receipt()));
  HOLDFAST_ASSIGN_OR_RETURN(auto ahead, change.Find(names::Ahead(bond, id)));
  if (ahead) {  // else it was withdrawn meanwhile
    ahead->set_pending(false);
    change.Put(names::Ahead(bond, id), *ahead);
  }
  HOLDFAST_ASSIGN_OR_RETURN(auto message, change.Read(names::Message(id)));
  const std::size_t newly_sent = message.position() == 0 ? 1 : 0;
  message.set_position(leaf->position);
  message.set_life(LifeOf(progress, leaf->incarnation));
  message.set_stored_ms(leaf->stored_at_ms);
  change.Put(names::Message(id), message);
  HOLDFAST_RETURN_IF_ERROR(change.Commit());
  counts_.sent += newly_sent;
  return absl::OkStatus();
}

absl::Status AheadOutbox::TakeRefused(const BondId& bond, const EnvelopeId& id,
                                      const absl::Status& refusal) {
  VaultChange change(context_.vault);
  HOLDFAST_ASSIGN_OR_RETURN(auto message, change.Read(names::Message(id)));
  const bool is_wanted = message.withdrawn_ms() == 0;
  if (is_wanted) {
    message.set_refusal(AsUtf8(std::string(refusal.message())));
    message.set_refusal_reason(std::string(RowOf(ReasonOf(refusal)).name));
  }
  change.Put(names::Message(id), message);
  HOLDFAST_RETURN_IF_ERROR(ForgetAhead(change, bond, id));
  if (ReasonOf(refusal) == Reason::kEnvelopeConflict) {
    HOLDFAST_RETURN_IF_ERROR(SayConflict(change, context_.Now(), bond));
  }
  HOLDFAST_RETURN_IF_ERROR(change.Commit());
  if (is_wanted) ++counts_.refused;
  return absl::OkStatus();
}

// Only this device's clock was wrong: nobody has the bytes that were refused.
absl::Status AheadOutbox::SealAgain(const BondId& bond, const EnvelopeId& id) {
  VaultChange change(context_.vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto before, change.Find(names::Ahead(bond, id)));
  if (!before) return absl::OkStatus();  // it was withdrawn meanwhile
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(change));
  HOLDFAST_ASSIGN_OR_RETURN(const auto record, ReadBond(change, bond));
  HOLDFAST_ASSIGN_OR_RETURN(auto message, change.Read(names::Message(id)));
  message.set_sent_ms(context_.Now());
  change.Put(names::Message(id), message);
  HOLDFAST_RETURN_IF_ERROR(SealAhead(context_, change, *own, record, id, message));
  HOLDFAST_ASSIGN_OR_RETURN(auto ahead, change.Read(names::Ahead(bond, id)));
  ahead.set_offered(true);  // the practice knows of it
  change.Put(names::Ahead(bond, id), ahead);
  return change.Commit();
}

}  // namespace holdfast::client
