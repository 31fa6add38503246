#include "client/core/ledger/acts.h"

#include <algorithm>
#include <set>

#include "client/core/ledger/zones.h"
#include "client/core/outside/limits.h"
#include "client/core/outside/utf8.h"
#include "client/core/outside/wire_refusal.h"
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

// Of an act in a call.
constexpr std::size_t kFramingBytesMax = 8;

// Whatever else waits may go on: it is done, or refused for good, or waits by itself.
bool IsSettled(const absl::Status& outcome) {
  if (outcome.ok() || IsOver(outcome, Offered::kAct)) return true;
  const Reason reason = ReasonOf(outcome);
  return reason == Reason::kUnknownBond || reason == Reason::kQuotaExceeded;
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
                               std::vector<Pending>& waiting, const BondId& bond, Decision what) {
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
  if (waiting.size() >= limits::kActsPendingMax) {
    return Refuse(Reason::kOutboxFull, "", "too many decisions wait to be sent; sync first");
  }
  Act act;
  act.bond = bond;
  act.id = context.NewId<ActId>();
  act.account = own->account;
  act.device = own->device;
  act.made_at_ms = context.Now();
  HOLDFAST_RETURN_IF_ERROR(Complete(*held, waiting, bond, what));
  act.what = std::move(what);
  if (!MayPerform(act.kind(), own->role)) {
    return Refuse(Reason::kUsage, "",
                  own->role == crypto::Role::kClient ? "that is for the therapist to decide"
                                                     : "that is for the client to decide");
  }
  HOLDFAST_RETURN_IF_ERROR(CheckAct(act, context.Now()));
  HOLDFAST_ASSIGN_OR_RETURN(const v1::SignedStatement statement, SignChecked(*own, act));
  waiting.push_back(PutPending(change, progress, act, statement));
  return act.id;
}

absl::StatusOr<std::vector<Pending>> Acts::ToPerform(bool ends) {
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
  std::erase_if(pending, [&](const Pending& waiting) {
    return (waiting.act.kind() == ActKind::kEndBond) != ends;
  });
  return pending;
}

Task<absl::Status> Acts::Perform() {
  auto performed = co_await PerformAll(false);
  co_return performed;
}

Task<absl::Status> Acts::PerformEnds() {
  auto performed = co_await PerformAll(true);
  co_return performed;
}

Task<absl::Status> Acts::PerformAll(bool ends) {
  const VaultReader look(context_.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto progress, look.Read(names::kProgress));
  if (progress.rolled_back()) co_return absl::OkStatus();
  std::erase_if(held_, [&](const auto& held) {
    return HasCome(held.second.until_ms, kHeldMsMax, context_.Now());
  });
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto pending, ToPerform(ends));
  for (std::size_t at = 0; at < pending.size();) {
    auto together = NextTogether(pending, at);
    if (together.empty()) break;
    auto performed = co_await PerformTogether(std::move(together));
    HOLDFAST_CO_RETURN_IF_ERROR(performed);
  }
  co_return absl::OkStatus();
}

std::vector<Pending> Acts::NextTogether(const std::vector<Pending>& pending,
                                        std::size_t& at) const {
  std::vector<Pending> together;
  std::size_t bytes = 0;
  for (; at < pending.size() && together.size() < limits::kActsPerCallMax; ++at) {
    const Pending& waiting = pending[at];
    const bool waits_on =
        !waiting.record.refusal().empty() || held_.contains(CountedAs(waiting.act.kind()));
    if (waits_on) continue;
    bytes += waiting.record.act().ByteSizeLong() + kFramingBytesMax;
    if (bytes > limits::kRequestBytesMax) break;
    together.push_back(waiting);
  }
  return together;
}

absl::Status Acts::held() const {
  return held_.empty() ? absl::OkStatus() : held_.begin()->second.refusal;
}

Acts::Counted Acts::CountedAs(ActKind kind) {
  if (kind == ActKind::kAvailability) return Counted::kHours;
  return kind == ActKind::kReschedule ? Counted::kMoves : Counted::kOther;
}

Task<absl::Status> Acts::PerformTogether(std::vector<Pending> acts) {
  v1::PerformRequest request;
  for (const Pending& act : acts) *request.add_acts() = act.record.act();
  auto response = co_await connection_.Ask(&Transport::Perform, request);
  // For good, and not said of which: each is asked for by itself.
  if (IsOver(response.status(), Offered::kAct) && acts.size() > 1) {
    auto each = co_await PerformEach(std::move(acts));
    co_return each;
  }
  const std::vector<Answered> answers = AnswersTo(std::move(acts), response);
  const absl::Status taken = TakeDone(answers);
  auto refused = co_await TakeRefused(answers);
  HOLDFAST_CO_RETURN_IF_ERROR(taken);
  HOLDFAST_CO_RETURN_IF_ERROR(refused);
  Hold(answers);
  for (const Answered& answer : answers) {
    if (!IsSettled(answer.outcome)) co_return answer.outcome;
  }
  auto settled = co_await ledgers_.SettleNoted();
  co_return settled;
}

Task<absl::Status> Acts::PerformEach(std::vector<Pending> acts) {
  for (const Pending& act : acts) {
    std::vector<Pending> alone{act};
    auto performed = co_await PerformTogether(std::move(alone));
    HOLDFAST_CO_RETURN_IF_ERROR(performed);
  }
  co_return absl::OkStatus();
}

std::vector<Acts::Answered> Acts::AnswersTo(std::vector<Pending> acts,
                                            const absl::StatusOr<v1::PerformResponse>& response) {
  std::vector<Answered> answers;
  for (Pending& act : acts) {
    const auto at = static_cast<int>(answers.size());
    Answered answer{std::move(act), response.status(), {}};
    // One without a result is confirmed by nothing.
    if (response.ok() && at < response->results_size()) {
      const v1::PerformResult& result = response->results(at);
      if (result.has_refusal()) answer.outcome = FromWire(result.refusal());
      answer.item = result.item();
    }
    answers.push_back(std::move(answer));
  }
  return answers;
}

absl::Status Acts::TakeDone(const std::vector<Answered>& answers) {
  absl::Status failed;
  std::set<const Answered*> left_out;
  for (std::size_t tries = 0; tries <= answers.size(); ++tries) {
    VaultChange change(context_.vault);
    absl::Status vault, unproved;
    for (const Answered& answer : answers) {
      if (!answer.outcome.ok() || left_out.contains(&answer)) continue;
      const absl::Status taken = TakeDone(change, answer);
      if (HoldsUpOneBond(taken)) unproved = taken;
      if (taken.ok() || HoldsUpOneBond(taken)) continue;
      vault = taken;
      left_out.insert(&answer);
      break;
    }
    if (!vault.ok()) {
      failed = vault;
      continue;
    }
    HOLDFAST_RETURN_IF_ERROR(change.Commit());
    return failed.ok() ? unproved : failed;
  }
  return failed;
}

absl::Status Acts::TakeDone(VaultChange& change, const Answered& answer) {
  const Pending& pending = answer.act;
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(change));
  HOLDFAST_ASSIGN_OR_RETURN(const auto record, ReadBond(change, pending.bond));
  HOLDFAST_ASSIGN_OR_RETURN(const BondParties parties, PartiesOf(record));
  const auto checked = CheckItem(change, *own, parties, answer.item);
  const bool mine = checked.ok() && checked->act &&
                    answer.item.act().statement() == pending.record.act().statement();
  if (!mine) {
    HOLDFAST_RETURN_IF_ERROR(RaiseAlarm(change, context_.Now(), Reason::kIntegrity, pending.bond,
                                        AlarmKind::kDecisionUnproved));
    return Refuse(Reason::kIntegrity, "act", "was not confirmed; it stays on this device");
  }
  HOLDFAST_RETURN_IF_ERROR(
      ledgers_.Take(change, *own, answer.item, Ledgers::Source::kAnswer).status());
  change.Erase(pending.name);
  return absl::OkStatus();
}

Task<absl::Status> Acts::TakeRefused(std::vector<Answered> answers) {
  std::erase_if(answers,
                [](const Answered& answer) { return !IsOver(answer.outcome, Offered::kAct); });
  // Something changed meanwhile: show the person what.
  std::set<BondId> read;
  for (const Answered& answer : answers) {
    if (!read.insert(answer.act.bond).second) continue;
    auto settled = co_await ledgers_.Settle(answer.act.bond);
    HOLDFAST_CO_RETURN_IF_ERROR(settled);
  }
  VaultChange change(context_.vault);
  for (const Answered& answer : answers) {
    HOLDFAST_CO_ASSIGN_OR_RETURN(auto record, change.Find(answer.act.name));
    if (!record) continue;
    record->set_refusal(AsUtf8(std::string(answer.outcome.message())));
    record->set_refusal_reason(std::string(RowOf(ReasonOf(answer.outcome)).name));
    change.Put(answer.act.name, *record);
  }
  co_return change.Commit();
}

void Acts::Hold(const std::vector<Answered>& answers) {
  for (const Answered& answer : answers) {
    if (ReasonOf(answer.outcome) != Reason::kQuotaExceeded) continue;
    const std::uint64_t wait_ms =
        std::clamp(RetryAfterMs(answer.outcome), limits::kMinuteMs, kHeldMsMax);
    held_[CountedAs(answer.act.act.kind())] = {answer.outcome, context_.Now() + wait_ms};
  }
}

}  // namespace holdfast::client
