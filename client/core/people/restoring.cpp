#include "client/core/people/restoring.h"

#include <algorithm>
#include <map>
#include <optional>

#include "client/core/outside/limits.h"
#include "client/core/people/bonds.h"
#include "client/core/vault/alarms.h"
#include "client/core/vault/names.h"
#include "client/core/vault/wiped_at_end.h"
#include "crypto/public/practice.h"
#include "rules/planted.h"
#include "rules/retry.h"

namespace holdfast::client {
namespace {

// Where a reply is not known to be there any more, what it answers waits again.
absl::Status ForgetAnswer(VaultChange& change, const vault::Message& reply) {
  if (!reply.mine() || reply.reply_to().empty()) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(const EnvelopeId id,
                            EnvelopeId::From(reply.reply_to(), "vault.message"));
  HOLDFAST_ASSIGN_OR_RETURN(auto asked, change.Find(names::Message(id)));
  if (!asked || asked->answered_ms() != reply.stored_ms()) return absl::OkStatus();
  asked->clear_answered_ms();
  change.Put(names::Message(id), *asked);
  return absl::OkStatus();
}

// Its receipt is of a life that is over: whether the practice has it is not known. What was
// promised then stays promised.
absl::Status ShowAsQueued(VaultChange& change, const std::string& envelope) {
  HOLDFAST_ASSIGN_OR_RETURN(const EnvelopeId id, EnvelopeId::From(envelope, "vault.sent"));
  HOLDFAST_ASSIGN_OR_RETURN(auto message, change.Find(names::Message(id)));
  if (!message || message->position() == 0) return absl::OkStatus();
  HOLDFAST_RETURN_IF_ERROR(ForgetAnswer(change, *message));
  if (!message->unpositioned()) {
    message->set_left_position(message->position());
    message->set_left_life(message->life());
    message->set_left_stored_ms(message->stored_ms());
  }
  message->clear_position();
  message->clear_life();
  message->clear_stored_ms();
  change.Put(names::Message(id), *message);
  return absl::OkStatus();
}

// What was sealed ahead, unless the other side has it.
absl::Status OfferAheadAgain(VaultChange& change) {
  return change.Scan(names::kAhead, [&](BytesView key, vault::Ahead ahead) -> absl::Status {
    if (ahead.arrived() || HOLDFAST_PLANTED(kKeepAheadUnoffered)) return absl::OkStatus();
    ahead.set_pending(true);
    change.Put(names::kAhead.At(key), ahead);
    return ShowAsQueued(change, Bytes(key.substr(BondId::size)));
  });
}

// Every bond's first message that is offered again.
using FirstOffered = std::map<Bytes, std::uint64_t>;

absl::StatusOr<FirstOffered> OfferAgain(VaultChange& change) {
  FirstOffered first;
  HOLDFAST_RETURN_IF_ERROR(
      change.Scan(names::kSent, [&](BytesView key, vault::Sent sent) -> absl::Status {
        const WipedAtEnd wiped(sent);
        if (HOLDFAST_PLANTED(kKeepUnofferedAfterRestore) && !sent.pending()) {
          return absl::OkStatus();
        }
        sent.set_pending(true);
        sent.set_position(0);
        sent.set_offered_again(true);
        change.Put(names::kSent.At(key), sent);
        Decoder decoder(key.substr(BondId::size), "vault.sent");
        first.emplace(key.substr(0, BondId::size), decoder.U64("position"));
        return ShowAsQueued(change, sent.envelope());
      }));
  return first;
}

absl::Status BeginBondsAgain(VaultChange& change, const FirstOffered& first) {
  return ForEachBond(change, [&](vault::Bond bond) {
    const auto offered = first.find(bond.id());
    bond.set_pending_from(offered == first.end() ? bond.chain_position() + 1 : offered->second);
    bond.set_compare_ledger(bond.has_statement());
    PutBond(change, bond);
  });
}

// The newest entry of a bond's ledger, with its proof.
absl::StatusOr<std::optional<v1::Receipt>> LedgerEvidence(const VaultReader& look,
                                                          const BondId& bond) {
  std::optional<v1::Receipt> evidence;
  HOLDFAST_RETURN_IF_ERROR(
      look.Scan(names::Ledger(bond), [&](BytesView, const vault::LedgerRecord& record) {
        v1::Receipt receipt;
        receipt.set_leaf(record.item().entry());
        receipt.set_index(record.item().index());
        *receipt.mutable_path() = record.item().path();
        *receipt.mutable_batch() = record.item().batch();
        evidence = std::move(receipt);
        return true;
      }));
  return evidence;
}

absl::Status DepositAgain(VaultChange& change) {
  return change.Scan(names::kInvitations, [&](BytesView key, vault::Invitation record) {
    const WipedAtEnd wiped(record);
    record.set_deposited(false);
    record.set_withdrawal_told(false);
    change.Put(names::kInvitations.At(key), record);
    return true;
  });
}

// What told a mark may be lost, and a device that is linked later has it from there: the client's
// next signs tell all of them once more.
absl::Status TellMarksOnceMore(VaultChange& change) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(change));
  if (own->role != crypto::Role::kClient) return absl::OkStatus();
  return change.Scan(names::kRuptures, [&](BytesView key, vault::Rupture record) {
    record.set_tell_again(true);
    change.Put(names::kRuptures.At(key), record);
    return true;
  });
}

// A practice that begins ever new lives must not use up the numbers for them.
absl::Status ForgetOldLives(VaultChange& change, vault::Progress& progress) {
  constexpr std::uint32_t kForgotten = limits::kIncarnationsMax / 2;
  progress.mutable_incarnations()->DeleteSubrange(0, static_cast<int>(kForgotten));
  return change.Scan(names::kMessages, [&](BytesView key, vault::Message message) {
    if (message.life() == 0 && message.left_life() == 0) return true;
    message.set_life(message.life() - std::min(message.life(), kForgotten));
    message.set_left_life(message.left_life() - std::min(message.left_life(), kForgotten));
    change.Put(names::kMessages.At(key), message);
    return true;
  });
}

bool HasMet(const vault::Progress& progress, const Incarnation& life) {
  return std::ranges::find(progress.incarnations(), life.view()) != progress.incarnations().end();
}

// It was the newest once, and another one followed it.
bool WasLeft(const vault::Progress& progress, const Incarnation& life) {
  return HasMet(progress, life) && *progress.incarnations().rbegin() != life.view();
}

v1::ReportRestoreRequest ByReceipt(const v1::Receipt& receipt) {
  v1::ReportRestoreRequest request;
  *request.mutable_evidence() = receipt;
  return request;
}

v1::ReportRestoreRequest ByBatch(const v1::SignedStatement& batch) {
  v1::ReportRestoreRequest request;
  *request.mutable_batch() = batch;
  return request;
}

}  // namespace

absl::StatusOr<bool> TakeIncarnation(VaultChange& change, const Incarnation& incarnation,
                                     std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(auto progress, change.Read(names::kProgress));
  const int count = progress.incarnations_size();
  if (count > 0 && progress.incarnations(count - 1) == incarnation.view()) return false;
  progress.add_incarnations(incarnation.str());
  if (static_cast<std::size_t>(progress.incarnations_size()) > limits::kIncarnationsMax) {
    HOLDFAST_RETURN_IF_ERROR(ForgetOldLives(change, progress));
  }
  if (count == 0) {
    change.Put(names::kProgress, progress);
    return false;
  }
  progress.clear_cursor();
  progress.set_suspects_restore(false);
  progress.clear_newest_batch();
  progress.clear_newest_batch_number();
  progress.set_prekey_published(false);
  change.Put(names::kProgress, progress);
  HOLDFAST_ASSIGN_OR_RETURN(const FirstOffered first, OfferAgain(change));
  HOLDFAST_RETURN_IF_ERROR(OfferAheadAgain(change));
  HOLDFAST_RETURN_IF_ERROR(DepositAgain(change));
  HOLDFAST_RETURN_IF_ERROR(TellMarksOnceMore(change));
  HOLDFAST_RETURN_IF_ERROR(BeginBondsAgain(change, first));
  HOLDFAST_RETURN_IF_ERROR(RaiseAlarm(change, now_ms, Reason::kPracticeRestored, std::nullopt,
                                      AlarmKind::kPracticeRestored));
  return true;
}

Task<absl::Status> Restoring::CompareBonds() {
  HOLDFAST_CO_ASSIGN_OR_RETURN(const v1::ListBondsRequest request, AskForBonds());
  auto listed = co_await connection_.Ask(&Transport::ListBonds, request);
  HOLDFAST_CO_RETURN_IF_ERROR(listed.status());
  HOLDFAST_CO_ASSIGN_OR_RETURN(const Comparison comparison, Compare(*listed));
  HOLDFAST_CO_RETURN_IF_ERROR(AlarmOfSwapped(comparison.swapped));
  for (const BondId& bond : comparison.lost) {
    auto returned = co_await enrolment_.ReturnBond(bond);
    // The therapist may have to come back first: then at a later exchange.
    if (WillPassSoon(returned)) co_return returned;
  }
  if (comparison.evidence.empty()) co_return absl::OkStatus();
  auto reported = co_await Report(comparison.evidence);
  co_return reported.status();
}

absl::StatusOr<v1::ListBondsRequest> Restoring::AskForBonds() const {
  const VaultReader look(context_.vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto progress, look.Read(names::kProgress));
  v1::ListBondsRequest request;
  if (progress.has_newest_batch()) *request.mutable_newest_batch() = progress.newest_batch();
  return request;
}

absl::Status Restoring::AlarmOfSwapped(const std::vector<BondId>& bonds) {
  VaultChange change(context_.vault);
  for (const BondId& bond : bonds) {
    HOLDFAST_RETURN_IF_ERROR(
        RaiseAlarm(change, context_.Now(), Reason::kIntegrity, bond, AlarmKind::kClientSwapped));
  }
  return change.Commit();
}

absl::StatusOr<Restoring::Comparison> Restoring::Compare(const v1::ListBondsResponse& listed) {
  std::map<BondId, std::uint64_t> heads;
  std::map<BondId, AccountKey> clients;
  shown_devices_.clear();
  for (const v1::Bond& bond : listed.bonds()) {
    const auto statement = crypto::DecodeBond(bond.bond().statement());
    if (!statement.ok()) continue;
    heads[statement->bond] = bond.head_position();
    clients[statement->bond] = statement->client;
    shown_devices_[statement->bond] = bond.devices();
  }
  const VaultReader look(context_.vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto progress, look.Read(names::kProgress));
  HOLDFAST_ASSIGN_OR_RETURN(const auto bonds, AllBonds(look));
  const std::string newest =
      progress.incarnations().empty() ? std::string() : *progress.incarnations().rbegin();
  Comparison comparison;
  for (const vault::Bond& bond : bonds) {
    HOLDFAST_ASSIGN_OR_RETURN(const BondId id, BondId::From(bond.id(), "vault.bond"));
    const auto head = heads.find(id);
    if (head == heads.end() && !bond.redeem_request().empty()) comparison.lost.push_back(id);
    if (head != heads.end() && clients[id].view() != bond.client()) {
      comparison.swapped.push_back(id);
      continue;
    }
    HOLDFAST_ASSIGN_OR_RETURN(const auto kept, look.Find(names::Receipt(id)));
    const std::uint64_t reaches = head == heads.end() ? 0 : head->second;
    if (kept && kept->incarnation() == newest && kept->position() > reaches) {
      comparison.evidence.push_back(ByReceipt(kept->receipt()));
    }
  }
  if (listed.lost_batch() && progress.has_newest_batch()) {
    comparison.evidence.push_back(ByBatch(progress.newest_batch()));
  }
  return comparison;
}

Task<absl::StatusOr<bool>> Restoring::Report(Evidence evidence) {
  for (const v1::ReportRestoreRequest& request : evidence) {
    auto response = co_await connection_.Ask(&Transport::ReportRestore, request);
    if (!response.ok()) {
      if (WillPassSoon(response.status())) co_return response.status();
      continue;
    }
    HOLDFAST_CO_ASSIGN_OR_RETURN(const Incarnation incarnation,
                                 Incarnation::From(response->incarnation(), "incarnation"));
    const VaultReader look(context_.vault);
    HOLDFAST_CO_ASSIGN_OR_RETURN(const auto progress, look.Read(names::kProgress));
    // That loss was answered before: by the life that is known, or by one that was left.
    if (HasMet(progress, incarnation)) continue;
    connection_.NoteIncarnation(incarnation);
    co_return Take(incarnation);
  }
  co_return false;
}

absl::StatusOr<bool> Restoring::Take(const Incarnation& incarnation) {
  VaultChange change(context_.vault);
  HOLDFAST_ASSIGN_OR_RETURN(const bool restored,
                            TakeIncarnation(change, incarnation, context_.Now()));
  HOLDFAST_RETURN_IF_ERROR(change.Commit());
  return restored;
}

Task<absl::StatusOr<bool>> Restoring::TakeLife(Incarnation incarnation) {
  const VaultReader look(context_.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto progress, look.Read(names::kProgress));
  if (WasLeft(progress, incarnation)) {
    HOLDFAST_CO_ASSIGN_OR_RETURN(const Evidence evidence, AllEvidence());
    auto reported = co_await Report(evidence);
    if (!reported.ok() || *reported) co_return reported;
  }
  co_return Take(incarnation);
}

absl::StatusOr<Restoring::Evidence> Restoring::AllEvidence() {
  Evidence evidence;
  const VaultReader look(context_.vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto progress, look.Read(names::kProgress));
  if (progress.has_newest_batch()) evidence.push_back(ByBatch(progress.newest_batch()));
  HOLDFAST_RETURN_IF_ERROR(
      look.Scan(names::kReceipts, [&](BytesView, const vault::HighestReceipt& kept) {
        evidence.push_back(ByReceipt(kept.receipt()));
        return true;
      }));
  HOLDFAST_ASSIGN_OR_RETURN(const auto bonds, AllBonds(look));
  for (const vault::Bond& bond : bonds) {
    HOLDFAST_ASSIGN_OR_RETURN(const BondId id, BondId::From(bond.id(), "vault.bond"));
    HOLDFAST_ASSIGN_OR_RETURN(auto entry, LedgerEvidence(look, id));
    if (entry) evidence.push_back(ByReceipt(*entry));
  }
  return evidence;
}

}  // namespace holdfast::client
