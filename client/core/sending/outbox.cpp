#include "client/core/sending/outbox.h"

#include "client/core/ahead/ahead_deciding.h"
#include "client/core/ledger/receipts.h"
#include "client/core/message/queue.h"
#include "client/core/message/ruptures.h"
#include "client/core/message/sealing.h"
#include "client/core/outside/limits.h"
#include "client/core/outside/utf8.h"
#include "client/core/people/bonds.h"
#include "client/core/sending/delivery_receipts.h"
#include "client/core/sending/keys_again.h"
#include "client/core/sending/send_alarms.h"
#include "client/core/shown/content.h"
#include "client/core/vault/alarms.h"
#include "client/core/vault/names.h"
#include "client/core/vault/wiped_at_end.h"
#include "rules/planted.h"
#include "rules/retry.h"

namespace holdfast::client {
namespace {

// What another device waits for.
bool IsWaitedFor(const std::string& serialized) {
  v1::Content content;
  if (!content.ParseFromString(serialized)) return false;
  const v1::Control& control = content.control();
  return control.has_ahead_key() || control.has_keys_again() || control.has_key_request() ||
         control.has_ahead_decision();
}

// The reply is at the practice: what it answers waits for none any more.
absl::Status NoteAnswered(VaultChange& change, const vault::Message& reply, std::uint64_t at_ms) {
  if (reply.reply_to().empty()) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(const EnvelopeId id,
                            EnvelopeId::From(reply.reply_to(), "vault.message"));
  HOLDFAST_ASSIGN_OR_RETURN(auto asked, change.Find(names::Message(id)));
  const bool heed =
      asked && !asked->mine() && asked->bond() == reply.bond() && asked->answered_ms() == 0;
  if (!heed) return absl::OkStatus();
  asked->set_answered_ms(at_ms);
  change.Put(names::Message(id), *asked);
  return absl::OkStatus();
}

// It had arrived, and whoever has it goes on showing it where it stood when it came.
bool StandsWhereItStood(vault::Message& message) {
  if (message.left_position() == 0) return false;
  message.set_position(message.left_position());
  message.set_life(message.left_life());
  message.set_stored_ms(message.left_stored_ms());
  return true;
}

// Whatever it was refused for: neither a mark, what somebody witnessed nor what is held is ever
// lost, and whoever decided about a note is asked again where nobody hears of it.
absl::Status TellActsOfRefused(VaultChange& change, const vault::Bond& bond,
                               const vault::Sent& sent, bool goes_again) {
  v1::Content told;
  if (IsForPeople(static_cast<Kind>(sent.kind()))) return absl::OkStatus();
  if (!told.ParseFromString(sent.content())) return absl::OkStatus();
  if (told.control().has_ahead_decision() && !goes_again) {
    HOLDFAST_RETURN_IF_ERROR(ForgetDecision(change, bond, told.control().ahead_decision()));
  }
  TellWitnessedAgain(change, bond, told);
  HOLDFAST_RETURN_IF_ERROR(TellHeldAgain(change, told));
  return TellMarksAgain(change, told);
}

}  // namespace

Task<absl::Status> Outbox::Flush() {
  const VaultReader look(context_.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto progress, look.Read(names::kProgress));
  if (progress.rolled_back()) co_return absl::OkStatus();
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto bonds, AllBonds(look));
  absl::Status stale;
  for (const vault::Bond& bond : bonds) {
    if (bond.chain_stopped()) continue;
    HOLDFAST_CO_ASSIGN_OR_RETURN(const BondId id, BondId::From(bond.id(), "vault.bond"));
    auto flushed = co_await FlushBond(id);
    if (flushed.ok()) flushed = co_await ahead_.Flush(id);
    if (ReasonOf(flushed) == Reason::kStaleDeviceList) {
      stale = flushed;
      continue;
    }
    if (!flushed.ok() && !HoldsUpOneBond(flushed)) co_return flushed;
  }
  co_return stale;
}

Task<absl::Status> Outbox::FlushBond(BondId bond) {
  std::size_t seals_again = 0;
  for (std::size_t sends = 0; sends < limits::kSendsPerSyncMax; ++sends) {
    HOLDFAST_CO_ASSIGN_OR_RETURN(const auto waiting, NextToSend(bond));
    if (!waiting) break;
    const Next& next = *waiting;
    auto response = co_await connection_.Ask(&Transport::Send, next.request);
    auto read = co_await ReadBefore(bond, response);
    HOLDFAST_CO_RETURN_IF_ERROR(read);
    HOLDFAST_CO_ASSIGN_OR_RETURN(const Outcome outcome, TakeAnswer(bond, next, response));
    if (outcome == Outcome::kLeaveBond) break;
    if (outcome == Outcome::kGoOn) {
      seals_again = 0;
      continue;
    }
    if (++seals_again > limits::kResealsMax) co_return response.status();
    auto refreshed = co_await directory_.Refresh(bond);
    HOLDFAST_CO_RETURN_IF_ERROR(refreshed);
    // Before their heads can come back and let the keys be forgotten.
    HOLDFAST_CO_RETURN_IF_ERROR(QueueKeysAgain(context_));
    VaultChange change(context_.vault);
    HOLDFAST_CO_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(change));
    HOLDFAST_CO_ASSIGN_OR_RETURN(auto record, ReadBond(change, bond));
    HOLDFAST_CO_ASSIGN_OR_RETURN(auto sent, change.Read(names::Sent(bond, next.position)));
    const WipedAtEnd wiped(sent);
    // The other side may hold these very bytes. Lists that were lost are back by now.
    if (sent.offered_again() && seals_again == 1) continue;
    HOLDFAST_CO_ASSIGN_OR_RETURN(const bool newer,
                                 KnowsNewerLists(change, *own, record, next.request));
    // The same lists again: every further seal would only use up message keys.
    if (!newer || sent.offered_again()) {
      co_return Refuse(Reason::kStaleDeviceList, "",
                       "a message waits here until the practice shows which devices it is for; "
                       "nothing is lost, and it goes out by itself then");
    }
    HOLDFAST_CO_ASSIGN_OR_RETURN(const HeldLedger* ledger, ledgers_.Of(change, bond));
    const absl::Status sealed =
        SealAgain(change, *own, *ledger, record, next.position, context_.Now());
    if (ReasonOf(sealed) == Reason::kStaleDeviceList) break;
    HOLDFAST_CO_RETURN_IF_ERROR(sealed);
    HOLDFAST_CO_RETURN_IF_ERROR(change.Commit());
  }
  co_return absl::OkStatus();
}

Task<absl::Status> Outbox::ReadBefore(BondId bond, absl::StatusOr<v1::SendResponse> response) {
  if (!response.ok()) co_return absl::OkStatus();
  HOLDFAST_CO_ASSIGN_OR_RETURN(const bool judge, ledgers_.CanJudge(response->receipt()));
  if (judge) co_return absl::OkStatus();
  auto settled = co_await ledgers_.Settle(bond);
  co_return settled;
}

absl::StatusOr<Outbox::Outcome> Outbox::TakeAnswer(
    const BondId& bond, const Next& next, const absl::StatusOr<v1::SendResponse>& response) {
  if (response.ok()) {
    HOLDFAST_RETURN_IF_ERROR(TakeStored(bond, next, *response));
    return Outcome::kGoOn;
  }
  const Reason reason = ReasonOf(response.status());
  HOLDFAST_ASSIGN_OR_RETURN(const bool let_go, LetGoOfArrived(bond, next, response.status()));
  if (let_go) return Outcome::kGoOn;
  if (reason == Reason::kStaleDeviceList) return Outcome::kSealAgain;
  if (reason == Reason::kUnknownBond) return Outcome::kLeaveBond;
  if (reason == Reason::kTimeOutOfRange && !IsAheadOfOwnClock(next.request, context_.Now())) {
    HOLDFAST_RETURN_IF_ERROR(SayClocksDiffer(context_, bond));
    return Outcome::kLeaveBond;
  }
  if (reason != Reason::kTimeOutOfRange && !IsOver(response.status(), Offered::kMessage)) {
    return response.status();
  }
  HOLDFAST_RETURN_IF_ERROR(TakeRefused(bond, next, response.status()));
  return Outcome::kGoOn;
}

absl::StatusOr<bool> Outbox::LetGoOfArrived(const BondId& bond, const Next& next,
                                            const absl::Status& refusal) {
  const Reason reason = ReasonOf(refusal);
  const bool is_final = reason == Reason::kStaleDeviceList || reason == Reason::kTimeOutOfRange ||
                        IsOver(refusal, Offered::kMessage);
  VaultChange change(context_.vault);
  HOLDFAST_ASSIGN_OR_RETURN(auto record, ReadBond(change, bond));
  if (!is_final || next.position > record.covered()) return false;
  HOLDFAST_ASSIGN_OR_RETURN(auto sent, change.Read(names::Sent(bond, next.position)));
  const WipedAtEnd wiped(sent);
  if (!sent.offered_again()) return false;
  HOLDFAST_ASSIGN_OR_RETURN(const EnvelopeId id, EnvelopeId::From(sent.envelope(), "vault.sent"));
  HOLDFAST_ASSIGN_OR_RETURN(auto message, change.Find(names::Message(id)));
  if (message && message->position() == 0) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto progress, change.Read(names::kProgress));
    if (!StandsWhereItStood(*message)) PlaceBehind(*message, record, progress);
    change.Put(names::Message(id), *message);
    HOLDFAST_RETURN_IF_ERROR(NoteAnswered(change, *message, context_.Now()));
  }
  change.Erase(names::Sent(bond, next.position));
  record.set_pending_from(next.position + 1);
  PutBond(change, record);
  HOLDFAST_RETURN_IF_ERROR(change.Commit());
  return true;
}

absl::Status Outbox::TakeStored(const BondId& bond, const Next& next,
                                const v1::SendResponse& response) {
  VaultChange change(context_.vault);
  const std::uint64_t now_ms = context_.Now();
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(change));
  HOLDFAST_ASSIGN_OR_RETURN(auto sent, change.Read(names::Sent(bond, next.position)));
  const WipedAtEnd wiped(sent);
  HOLDFAST_ASSIGN_OR_RETURN(const EnvelopeId id, EnvelopeId::From(sent.envelope(), "vault.sent"));
  HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* ledger, ledgers_.Of(change, bond));
  HOLDFAST_ASSIGN_OR_RETURN(const Header header, DecodeHeader(next.request.header()));
  const bool owes = header.reply_owed && own->role == crypto::Role::kClient;
  HOLDFAST_ASSIGN_OR_RETURN(const auto progress, change.Read(names::kProgress));
  const auto leaf = CheckReceiptFor(*own, *ledger, progress, response.receipt(),
                                    {bond, id, EnvelopeHashOf(next.request), owes});
  if (!leaf.ok()) return SayReceiptWrong(change, now_ms, bond, leaf.status());
  const bool late = next.fresh && leaf->stored_at_ms + limits::kClockSkewMs < now_ms;
  if (late || leaf->stored_at_ms > now_ms + limits::kClockSkewMs) {
    HOLDFAST_RETURN_IF_ERROR(
        RaiseAlarm(change, now_ms, Reason::kIntegrity, bond, AlarmKind::kClocksDiffer));
  }
  HOLDFAST_RETURN_IF_ERROR(SuspectTakenPlace(change, *leaf).status());
  HOLDFAST_ASSIGN_OR_RETURN(auto record, ReadBond(change, bond));
  record.set_pending_from(next.position + 1);
  bool leaves_one_out = false;
  if (sent.offered_again()) {
    HOLDFAST_ASSIGN_OR_RETURN(leaves_one_out, KeysAreDue(change, record, next.request));
  }
  PutBond(change, record);
  HOLDFAST_RETURN_IF_ERROR(KeepHighest(change, *leaf, response.receipt()));
  std::size_t newly_sent = 0;
  if (IsForPeople(static_cast<Kind>(sent.kind()))) {
    HOLDFAST_ASSIGN_OR_RETURN(auto message, change.Read(names::Message(id)));
    if (message.position() == 0) newly_sent = 1;
    message.set_position(leaf->position);
    message.set_life(LifeOf(progress, leaf->incarnation));
    message.set_stored_ms(leaf->stored_at_ms);
    message.set_due_ms(leaf->due_at_ms);
    if (!header.slot.is_zero()) message.set_slot(header.slot.str());
    if (HOLDFAST_PLANTED(kSayDeliveredWhenStored)) message.set_delivered_ms(now_ms);
    change.Put(names::Message(id), message);
    HOLDFAST_RETURN_IF_ERROR(NoteAnswered(change, message, leaf->stored_at_ms));
  }
  // The other side has it already; of its devices, and of this account's, perhaps not all.
  const bool is_done = next.position <= record.covered() && !leaves_one_out;
  if (is_done || HOLDFAST_PLANTED(kForgetSentWhenStored)) {
    change.Erase(names::Sent(bond, next.position));
  } else {
    sent.set_pending(false);
    sent.set_position(leaf->position);
    change.Put(names::Sent(bond, next.position), sent);
  }
  HOLDFAST_RETURN_IF_ERROR(change.Commit());
  counts_.sent += newly_sent;
  return absl::OkStatus();
}

absl::Status Outbox::TakeRefused(const BondId& bond, const Next& next,
                                 const absl::Status& refusal) {
  VaultChange change(context_.vault);
  HOLDFAST_ASSIGN_OR_RETURN(auto sent, change.Read(names::Sent(bond, next.position)));
  const WipedAtEnd wiped(sent);
  HOLDFAST_ASSIGN_OR_RETURN(auto record, ReadBond(change, bond));
  HOLDFAST_ASSIGN_OR_RETURN(const EnvelopeId id, EnvelopeId::From(sent.envelope(), "vault.sent"));
  const bool conflict = ReasonOf(refusal) == Reason::kEnvelopeConflict;
  HOLDFAST_ASSIGN_OR_RETURN(const bool given_back, GiveBackPlace(change, record, next.position));
  if (!given_back) {
    record.set_pending_from(next.position + 1);
    PutBond(change, record);
    sent.set_pending(false);
    change.Put(names::Sent(bond, next.position), sent);
  }
  // Only this device's clock was wrong: what people wrote goes out with a time that is right.
  const bool by_clock = ReasonOf(refusal) == Reason::kTimeOutOfRange;
  std::size_t newly_refused = 0;
  if (IsForPeople(static_cast<Kind>(sent.kind()))) {
    HOLDFAST_ASSIGN_OR_RETURN(auto message, change.Read(names::Message(id)));
    if (by_clock && given_back && message.erased_ms() == 0) {
      vault::Queued entry;
      entry.set_envelope(sent.envelope());
      entry.set_bond(bond.str());
      entry.set_kind(sent.kind());
      change.Put(names::Outbox(message.order()), entry);
    } else {
      message.set_refusal(AsUtf8(std::string(refusal.message())));
      message.set_refusal_reason(std::string(RowOf(ReasonOf(refusal)).name));
      change.Put(names::Message(id), message);
      newly_refused = 1;
    }
  }
  if (conflict) HOLDFAST_RETURN_IF_ERROR(SayConflict(change, context_.Now(), bond));
  // So does the key to notes that wait for it, and a mark of version 0.1.0.
  const bool is_wanted = sent.kind() == static_cast<std::uint32_t>(Kind::kControl) &&
                         (sent.by_person() || IsWaitedFor(sent.content()));
  if (by_clock && is_wanted) {
    HOLDFAST_RETURN_IF_ERROR(
        QueueControl(context_, change, bond, sent.content(), sent.by_person()));
  } else if (by_clock && given_back && !IsForPeople(static_cast<Kind>(sent.kind()))) {
    HOLDFAST_RETURN_IF_ERROR(TellAgain(change, record, sent.content()));
  }
  HOLDFAST_RETURN_IF_ERROR(TellActsOfRefused(change, record, sent, by_clock));
  HOLDFAST_RETURN_IF_ERROR(change.Commit());
  counts_.refused += newly_refused;
  return absl::OkStatus();
}

}  // namespace holdfast::client
