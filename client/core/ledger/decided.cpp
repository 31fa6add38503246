#include "client/core/ledger/decided.h"

#include "client/core/vault/alarms.h"
#include "client/core/vault/names.h"

namespace holdfast::client {
namespace {

bool IsReadable(const vault::PendingAct& record) {
  return DecodeAct(record.act().statement()).ok() && BondId::From(record.bond(), "vault.act").ok();
}

}  // namespace

absl::StatusOr<std::vector<Pending>> PendingActs(const VaultReader& reader) {
  std::vector<Pending> pending;
  HOLDFAST_RETURN_IF_ERROR(
      reader.Scan(names::kActs, [&](BytesView key, const vault::PendingAct& record) {
        auto act = DecodeAct(record.act().statement());
        const auto bond = BondId::From(record.bond(), "vault.act");
        // One that cannot be read holds up nothing: SetAsideUnreadable says it.
        if (!act.ok() || !bond.ok()) return true;
        pending.push_back({names::kActs.At(key), *bond, std::move(*act), record});
        return true;
      }));
  return pending;
}

absl::Status SetAsideUnreadable(VaultChange& change, std::uint64_t now_ms) {
  std::size_t count = 0;
  HOLDFAST_RETURN_IF_ERROR(
      change.Scan(names::kActs, [&](BytesView key, const vault::PendingAct& record) {
        if (IsReadable(record)) return true;
        ++count;
        change.Put(names::kActsAside.At(key), record);
        change.Erase(names::kActs.At(key));
        return true;
      }));
  if (count == 0) return absl::OkStatus();
  return RaiseAlarm(change, now_ms, Reason::kVaultDamaged, std::nullopt,
                    AlarmKind::kDecisionUnreadable);
}

absl::StatusOr<std::size_t> CountUnreadable(const VaultReader& look) {
  HOLDFAST_ASSIGN_OR_RETURN(std::size_t count, look.Count(names::kActsAside));
  HOLDFAST_RETURN_IF_ERROR(look.Scan(names::kActs, [&](BytesView, const vault::PendingAct& record) {
    if (!IsReadable(record)) ++count;
    return true;
  }));
  return count;
}

Pending PutPending(VaultChange& change, vault::Progress& progress, Act act,
                   const v1::SignedStatement& statement) {
  vault::PendingAct record;
  record.set_bond(act.bond.str());
  record.set_id(act.id.str());
  *record.mutable_act() = statement;
  const auto name = names::Act(progress.act_next());
  change.Put(name, record);
  progress.set_act_next(progress.act_next() + 1);
  change.Put(names::kProgress, progress);
  const BondId bond = act.bond;
  return {name, bond, std::move(act), std::move(record)};
}

absl::Status PerformAgain(VaultChange& change, const BondId& bond, const v1::SignedStatement& act) {
  HOLDFAST_ASSIGN_OR_RETURN(Act decoded, DecodeAct(act.statement()));
  HOLDFAST_ASSIGN_OR_RETURN(const auto pending, PendingActs(change));
  for (const Pending& waiting : pending) {
    if (waiting.act.id == decoded.id) return absl::OkStatus();
  }
  HOLDFAST_ASSIGN_OR_RETURN(auto progress, change.Read(names::kProgress));
  decoded.bond = bond;
  PutPending(change, progress, std::move(decoded), act);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<EnvelopeId>> Withdrawing(const VaultReader& reader) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto pending, PendingActs(reader));
  std::vector<EnvelopeId> envelopes;
  for (const Pending& waiting : pending) {
    const auto* what = std::get_if<Withdraw>(&waiting.act.what);
    if (what != nullptr && waiting.record.refusal().empty()) envelopes.push_back(what->envelope);
  }
  return envelopes;
}

}  // namespace holdfast::client
