#include "client/core/ledger/decided.h"

#include "client/core/vault/names.h"

namespace holdfast::client {

absl::StatusOr<std::vector<Pending>> PendingActs(const VaultReader& reader) {
  std::vector<Pending> pending;
  HOLDFAST_RETURN_IF_ERROR(reader.Scan(
      names::kActs, [&](BytesView key, const vault::PendingAct& record) -> absl::Status {
        auto act = DecodeAct(record.act().statement());
        const auto bond = BondId::From(record.bond(), "vault.act");
        if (!act.ok() || !bond.ok()) {
          return Refuse(Reason::kVaultDamaged, "vault.act", "holds a damaged act");
        }
        pending.push_back({names::kActs.At(key), *bond, std::move(*act), record});
        return absl::OkStatus();
      }));
  return pending;
}

void PutPending(VaultChange& change, vault::Progress& progress, const BondId& bond, const ActId& id,
                const v1::SignedStatement& act) {
  vault::PendingAct record;
  record.set_bond(bond.str());
  record.set_id(id.str());
  *record.mutable_act() = act;
  change.Put(names::Act(progress.act_next()), record);
  progress.set_act_next(progress.act_next() + 1);
  change.Put(names::kProgress, progress);
}

absl::Status PerformAgain(VaultChange& change, const BondId& bond, const v1::SignedStatement& act) {
  HOLDFAST_ASSIGN_OR_RETURN(const Act decoded, DecodeAct(act.statement()));
  HOLDFAST_ASSIGN_OR_RETURN(const auto pending, PendingActs(change));
  for (const Pending& waiting : pending) {
    if (waiting.act.id == decoded.id) return absl::OkStatus();
  }
  HOLDFAST_ASSIGN_OR_RETURN(auto progress, change.Read(names::kProgress));
  PutPending(change, progress, bond, decoded.id, act);
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
