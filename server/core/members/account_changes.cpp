#include "server/core/members/account_changes.h"

#include "server/core/members/archive_epochs.h"
#include "server/core/members/change_proofs.h"
#include "server/core/members/device_changes.h"
#include "server/core/members/links.h"
#include "server/core/members/quotas.h"
#include "server/core/members/recovery_codes.h"
#include "server/core/members/registration.h"
#include "server/core/records/fields.h"
#include "server/core/records/keys.h"

namespace holdfast::server {
namespace {

// Whether it is another code than the one that is in force.
absl::StatusOr<bool> ChangeRecovery(Context& context, Transaction& transaction,
                                    const v1::Recovery& carried, const ChangeProof& proof,
                                    AccountRecord& account) {
  HOLDFAST_ASSIGN_OR_RETURN(
      const RecoveryCode code,
      ReadRecovery(carried, proof.account, context.clock.WallMs(), "recovery"));
  HOLDFAST_ASSIGN_OR_RETURN(const auto lookup, Stored<LookupId>(account.recovery_lookup()));
  HOLDFAST_ASSIGN_OR_RETURN(RecoveryRecord before, Load(transaction, keys::Recovery(lookup)));
  if (code.number <= before.number()) {
    const bool is_same = before.statement().statement() == code.statement.statement;
    return is_same ? absl::StatusOr<bool>(false) : ChangedMeanwhile("recovery.number");
  }
  HOLDFAST_RETURN_IF_ERROR(
      CheckLookupUnclaimed(transaction, code.lookup, proof.account, "recovery.lookup"));
  HOLDFAST_RETURN_IF_ERROR(KeepRegistration(transaction, proof.account, account));
  StoreRecovery(transaction, proof.account, code, account);
  Save(transaction, keys::Account(proof.account), account);
  if (proof.recovery == lookup && code.lookup != lookup) {
    // It let this very change in: should the answer be lost, the same is asked again.
    before.clear_sealed_account();
    before.clear_statement();
    before.set_change(proof.change.str());
    Save(transaction, keys::Recovery(lookup), before);
  }
  return true;
}

absl::StatusOr<bool> ChangeEpoch(Context& context, Transaction& transaction,
                                 const v1::SignedStatement& carried, const ChangeProof& proof) {
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::Signed epoch, ReadSigned(carried, "epoch"));
  return StoreEpoch(transaction, proof.account, epoch,
                    proof.by_statement ? EpochFor::kAnyList : EpochFor::kNewestList,
                    context.clock.WallMs());
}

struct StoredChange {
  std::uint64_t decisions = 0;  // those that were new
  // With another code or epoch: what lies under links is of before.
  bool closes_links = false;
};

absl::StatusOr<StoredChange> StoreChange(Context& context, Transaction& transaction,
                                         const v1::ChangeAccountRequest& request,
                                         const ChangeProof& proof, AccountRecord& account) {
  const Former former = proof.by_statement ? Former::kMayCome : Former::kNone;
  HOLDFAST_ASSIGN_OR_RETURN(const DeviceChange change,
                            CheckDeviceChange(transaction, proof.account, request.devices(), former,
                                              context.clock.WallMs()));
  StoredChange stored;
  stored.decisions = change.lists.size() + change.former.size();
  HOLDFAST_RETURN_IF_ERROR(StoreDeviceChange(context, transaction, change));
  const auto count = [&](bool is_new) {
    stored.decisions += is_new ? 1 : 0;
    stored.closes_links = stored.closes_links || is_new;
  };
  if (request.has_recovery()) {
    HOLDFAST_ASSIGN_OR_RETURN(
        const bool is_new,
        ChangeRecovery(context, transaction, request.recovery(), proof, account));
    count(is_new);
  }
  if (request.has_epoch()) {
    HOLDFAST_ASSIGN_OR_RETURN(const bool is_new,
                              ChangeEpoch(context, transaction, request.epoch(), proof));
    count(is_new);
  }
  return stored;
}

}  // namespace

absl::Status ChangeAccount(Context& context, Transaction& transaction, const Caller& caller,
                           const v1::ChangeAccountRequest& request,
                           v1::ChangeAccountResponse& response) {
  response.Clear();
  HOLDFAST_ASSIGN_OR_RETURN(const ChangeProof proof,
                            FindProof(context, transaction, caller, request));
  HOLDFAST_ASSIGN_OR_RETURN(AccountRecord account, Load(transaction, keys::Account(proof.account)));
  if (!proof.is_done) {
    HOLDFAST_ASSIGN_OR_RETURN(const StoredChange stored,
                              StoreChange(context, transaction, request, proof, account));
    if (stored.decisions > 0) {
      HOLDFAST_RETURN_IF_ERROR(
          SpendDecisions(context, transaction, proof.account, stored.decisions));
      // First: a link that is used is not among those that are closed, and stays for a retry.
      HOLDFAST_RETURN_IF_ERROR(UseLink(transaction, proof));
    }
    if (stored.closes_links) HOLDFAST_RETURN_IF_ERROR(CloseLinks(transaction, proof.account));
  }
  Copy(account.account(), *response.mutable_account());
  return absl::OkStatus();
}

}  // namespace holdfast::server
