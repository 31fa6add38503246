#include "client/core/ledger/acts.h"

#include <algorithm>

#include "client/core/ledger/zones.h"
#include "client/core/outside/limits.h"
#include "client/core/outside/utf8.h"
#include "client/core/people/bonds.h"
#include "client/core/people/wire.h"
#include "client/core/shown/next_step.h"
#include "client/core/vault/alarms.h"
#include "client/core/vault/names.h"
#include "crypto/public/ledger.h"
#include "rules/own_clock.h"
#include "rules/retry.h"

namespace holdfast::client {
namespace {

// For which the practice may take no decisions: it counts by the day.
constexpr std::uint64_t kHeldMsMax = limits::kDayMs;

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

// What is kept is what was meant: it is read back before anything can come of it.
absl::StatusOr<v1::SignedStatement> SignChecked(const OwnDevice& own, const Act& act) {
  const crypto::Signed statement = crypto::SignAct(own.signing, act);
  HOLDFAST_RETURN_IF_ERROR(CheckReadsBack(act, statement.statement, DecodeAct));
  return ToWire(statement);
}

// Decided while this device's clock was ahead, which no practice takes: signed again under
// its old id, now that the clock is right. Where it cannot be, the practice says why.
absl::Status SignAgain(const Context& context, VaultChange& change, const OwnDevice& own,
                       Pending& pending) {
  const std::uint64_t now_ms = context.Now();
  Act act = pending.act;
  // Its first day may have followed from the wrong date.
  if (act.kind() == ActKind::kProposeRhythm) return absl::OkStatus();
  if (auto* availability = std::get_if<Availability>(&act.what)) {
    // Read at the wrong date, it lacks what changes before that.
    auto zone = ReadZone(context, availability->zone.name);
    if (!zone.ok()) return absl::OkStatus();
    availability->zone = *std::move(zone);
  }
  act.made_at_ms = now_ms;
  if (!CheckAct(act, now_ms).ok()) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(*pending.record.mutable_act(), SignChecked(own, act));
  change.Put(pending.name, pending.record);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ActId> WriteAct(Context context, Ledgers& ledgers, VaultChange& change,
                               const BondId& bond, Decision what) {
  HOLDFAST_RETURN_IF_ERROR(CheckDate(context.Now(), ""));
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(change));
  HOLDFAST_ASSIGN_OR_RETURN(const auto record, FindBond(change, bond));
  if (!record || !record->has_statement()) {
    return WithStep(Refuse(Reason::kUnknownBond, "bond", "is not one of yours"),
                    NextStep::kListBonds);
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
  HOLDFAST_ASSIGN_OR_RETURN(const v1::SignedStatement statement, SignChecked(*own, act));
  PutPending(change, progress, bond, act.id, statement);
  return act.id;
}

absl::StatusOr<std::vector<Pending>> Acts::ToPerform() {
  VaultChange change(context_.vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(change));
  HOLDFAST_RETURN_IF_ERROR(SetAsideUnreadable(change, context_.Now()));
  HOLDFAST_ASSIGN_OR_RETURN(auto pending, PendingActs(change));
  for (Pending& waiting : pending) {
    const bool by_wrong_clock = WasMadeByWrongClock(waiting.act.made_at_ms, context_.Now());
    if (!by_wrong_clock || !waiting.record.refusal().empty()) continue;
    HOLDFAST_RETURN_IF_ERROR(SignAgain(context_, change, *own, waiting));
  }
  HOLDFAST_RETURN_IF_ERROR(change.Commit());
  return pending;
}

Task<absl::Status> Acts::Perform() {
  const VaultReader look(context_.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto progress, look.Read(names::kProgress));
  if (progress.rolled_back()) co_return absl::OkStatus();
  std::erase_if(held_, [&](const auto& held) {
    return HasCome(held.second.until_ms, kHeldMsMax, context_.Now());
  });
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto pending, ToPerform());
  for (const Pending& waiting : pending) {
    const Counted counted = CountedAs(waiting.act.kind());
    if (!waiting.record.refusal().empty() || held_.contains(counted)) continue;
    auto performed = co_await PerformOne(waiting);
    if (ReasonOf(performed) == Reason::kQuotaExceeded) {
      const std::uint64_t wait_ms =
          std::clamp(RetryAfterMs(performed), limits::kMinuteMs, kHeldMsMax);
      held_[counted] = {performed, context_.Now() + wait_ms};
      continue;
    }
    HOLDFAST_CO_RETURN_IF_ERROR(performed);
  }
  co_return absl::OkStatus();
}

absl::Status Acts::held() const {
  return held_.empty() ? absl::OkStatus() : held_.begin()->second.refusal;
}

Acts::Counted Acts::CountedAs(ActKind kind) {
  if (kind == ActKind::kAvailability) return Counted::kHours;
  return kind == ActKind::kReschedule ? Counted::kMoves : Counted::kOther;
}

Task<absl::Status> Acts::PerformOne(Pending pending) {
  v1::PerformRequest request;
  *request.mutable_act() = pending.record.act();
  auto response = co_await connection_.Ask(&Transport::Perform, request);
  if (ReasonOf(response.status()) == Reason::kUnknownBond) co_return absl::OkStatus();
  if (!response.ok() && !IsOver(response.status(), Offered::kAct)) co_return response.status();
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
  HOLDFAST_ASSIGN_OR_RETURN(const auto record, ReadBond(change, pending.bond));
  HOLDFAST_ASSIGN_OR_RETURN(const BondParties parties, PartiesOf(record));
  const auto checked = CheckItem(change, *own, parties, response.item());
  const bool mine = checked.ok() && checked->act &&
                    response.item().act().statement() == pending.record.act().statement();
  if (!mine) {
    HOLDFAST_RETURN_IF_ERROR(RaiseAlarm(change, context_.Now(), Reason::kIntegrity, pending.bond,
                                        AlarmKind::kDecisionUnproved));
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
  record->set_refusal(AsUtf8(std::string(refusal.message())));
  record->set_refusal_reason(std::string(RowOf(ReasonOf(refusal)).name));
  change.Put(pending.name, *record);
  return change.Commit();
}

}  // namespace holdfast::client
