#include "client/core/ledger/acts.h"

#include <algorithm>

#include "client/core/outside/limits.h"
#include "client/core/people/wire.h"
#include "client/core/vault/alarms.h"
#include "client/core/vault/names.h"
#include "crypto/public/ledger.h"

namespace holdfast::client {
namespace {

// Asking again cannot help.
bool IsForGood(Reason reason) {
  switch (reason) {
    case Reason::kMalformedField:
    case Reason::kTooLarge:
    case Reason::kUnsupportedVersion:
    case Reason::kTimeOutOfRange:
    case Reason::kNotPermitted:
    case Reason::kBondEnded:
    case Reason::kActConflict:
    case Reason::kActSuperseded:
    case Reason::kUnknownEnvelope:
      return true;
    default:
      return false;
  }
}

// The next number of an availability or a rhythm, pending ones counted.
template <class What>
std::uint32_t NextNumber(std::uint32_t newest, const std::vector<Pending>& pending,
                         const BondId& bond) {
  for (const Pending& waiting : pending) {
    const auto* what = std::get_if<What>(&waiting.act.what);
    const bool counts = what != nullptr && waiting.bond == bond && waiting.record.refusal().empty();
    if (counts) newest = std::max(newest, what->number);
  }
  return newest + 1;
}

// Puts in what only the ledger knows.
absl::Status Complete(const HeldLedger& held, const std::vector<Pending>& pending,
                      const BondId& bond, Decision& what) {
  if (auto* availability = std::get_if<Availability>(&what)) {
    const auto& all = held.book.availabilities();
    availability->number =
        NextNumber<Availability>(all.empty() ? 0 : all.rbegin()->first, pending, bond);
  }
  if (auto* rhythm = std::get_if<Rhythm>(&what)) {
    rhythm->number = NextNumber<Rhythm>(held.book.newest_rhythm(), pending, bond);
    HOLDFAST_ASSIGN_OR_RETURN(rhythm->rule, CanonicalRule(rhythm->rule));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ActId> WriteAct(Context context, Ledgers& ledgers, VaultChange& change,
                               const BondId& bond, Decision what) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(change));
  HOLDFAST_ASSIGN_OR_RETURN(const auto record, FindBond(change, bond));
  if (!record || !record->has_statement()) {
    return Refuse(Reason::kUnknownBond, "bond", "is not one of yours; `status` lists them");
  }
  HOLDFAST_ASSIGN_OR_RETURN(auto progress, change.Read(names::kProgress));
  HOLDFAST_RETURN_IF_ERROR(CheckNotRolledBack(change));
  HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* held, ledgers.Of(change, bond));
  if (held->book.ended()) return Refuse(Reason::kBondEnded, "bond", "has ended");
  HOLDFAST_ASSIGN_OR_RETURN(const auto pending, PendingActs(change));
  if (pending.size() >= limits::kActsPendingMax) {
    return Refuse(Reason::kOutboxFull, "", "too many decisions wait to be sent; sync first");
  }
  Act act;
  act.bond = bond;
  act.id = context.NewId<ActId>();
  act.account = own->account;
  act.device = own->device;
  act.made_at_ms = context.Now();
  HOLDFAST_RETURN_IF_ERROR(Complete(*held, pending, bond, what));
  act.what = std::move(what);
  if (!MayPerform(act.kind(), own->role)) {
    return Refuse(Reason::kUsage, "",
                  own->role == crypto::Role::kClient ? "that is for the therapist to decide"
                                                     : "that is for the client to decide");
  }
  HOLDFAST_RETURN_IF_ERROR(CheckAct(act, context.Now()));
  const crypto::Signed statement = crypto::SignAct(own->signing, act);
  if (statement.statement.size() > limits::kActBytesMax) {
    return Refuse(Reason::kTooLarge, "act", "is larger than one may be (4,096 bytes)");
  }
  PutPending(change, progress, bond, act.id, ToWire(statement));
  return act.id;
}

Task<absl::Status> Acts::Perform() {
  const VaultReader look(context_.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto progress, look.Read(names::kProgress));
  if (progress.rolled_back()) co_return absl::OkStatus();
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto pending, PendingActs(look));
  for (const Pending& waiting : pending) {
    if (!waiting.record.refusal().empty()) continue;
    auto performed = co_await PerformOne(waiting);
    HOLDFAST_CO_RETURN_IF_ERROR(performed);
  }
  co_return absl::OkStatus();
}

Task<absl::Status> Acts::PerformOne(Pending pending) {
  v1::PerformRequest request;
  *request.mutable_act() = pending.record.act();
  auto response = co_await connection_.Ask(&Transport::Perform, request);
  const Reason reason = response.ok() ? Reason::kInternal : ReasonOf(response.status());
  if (!response.ok() && reason == Reason::kUnknownBond) co_return absl::OkStatus();
  if (!response.ok() && !IsForGood(reason)) co_return response.status();
  if (!response.ok()) {
    // Something changed meanwhile: show the person what.
    auto settled = co_await ledgers_.Settle(pending.bond);
    HOLDFAST_CO_RETURN_IF_ERROR(settled);
    co_return TakeRefusal(pending, response.status());
  }
  HOLDFAST_CO_RETURN_IF_ERROR(TakeAnswer(pending, *response));
  auto settled = co_await ledgers_.SettleNoted();
  co_return settled;
}

absl::Status Acts::TakeAnswer(const Pending& pending, const v1::PerformResponse& response) {
  VaultChange change(context_.vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(change));
  HOLDFAST_ASSIGN_OR_RETURN(const auto record, change.Read(names::Bond(pending.bond)));
  HOLDFAST_ASSIGN_OR_RETURN(const BondParties parties, PartiesOf(record));
  const auto checked = CheckItem(change, *own, parties, response.item());
  const bool mine = checked.ok() && checked->act &&
                    response.item().act().statement() == pending.record.act().statement();
  if (!mine) {
    HOLDFAST_RETURN_IF_ERROR(RaiseAlarm(
        change, context_.Now(), Reason::kIntegrity, pending.bond,
        "The practice answered a decision of yours with something that does not prove that it "
        "took it. It is kept here and will be sent again."));
    HOLDFAST_RETURN_IF_ERROR(change.Commit());
    return Refuse(Reason::kIntegrity, "act", "was not confirmed; it stays on this device");
  }
  HOLDFAST_RETURN_IF_ERROR(
      ledgers_.Take(change, *own, response.item(), Ledgers::Source::kAnswer).status());
  change.Erase(pending.name);
  return change.Commit();
}

absl::Status Acts::TakeRefusal(const Pending& pending, const absl::Status& refusal) {
  VaultChange change(context_.vault);
  HOLDFAST_ASSIGN_OR_RETURN(auto record, change.Find(pending.name));
  if (!record) return absl::OkStatus();
  record->set_refusal(std::string(refusal.message()));
  change.Put(pending.name, *record);
  return change.Commit();
}

}  // namespace holdfast::client
