#include "server/core/members/change_proofs.h"

#include "crypto/public/hash.h"
#include "crypto/public/practice.h"
#include "server/core/members/identity.h"
#include "server/core/members/links.h"
#include "server/core/members/recovery_codes.h"
#include "server/core/records/fields.h"
#include "server/core/records/keys.h"

namespace holdfast::server {
namespace {

Hash NameOfChange(const v1::ChangeAccountRequest& request) {
  const auto& lists = request.devices().lists();
  const Hash list = crypto::Sha256({lists.empty() ? Bytes() : lists.rbegin()->statement()});
  const Hash recovery = crypto::Sha256({request.recovery().statement().statement()});
  const Hash epoch = crypto::Sha256({request.epoch().statement()});
  return crypto::Sha256({list.view(), recovery.view(), epoch.view()});
}

absl::Status ByLink(Context& context, Transaction& transaction,
                    const v1::ChangeAccountRequest& request, ChangeProof& proof) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto lookup,
                            LookupId::From(request.link_lookup(), "link_lookup"));
  HOLDFAST_ASSIGN_OR_RETURN(const auto link, Find(transaction, keys::Link(lookup)));
  if (!link) return LinkUnknown("link_lookup");
  HOLDFAST_ASSIGN_OR_RETURN(proof.account, Stored<AccountKey>(link->account()));
  proof.is_done = BytesView(link->change()) == proof.change.view();
  if (proof.is_done) return absl::OkStatus();
  if (!link->change().empty()) return LinkUsed("link_lookup");
  if (link->expires_at_ms() <= context.clock.WallMs()) return LinkExpired("link_lookup");
  proof.link = lookup;
  return absl::OkStatus();
}

absl::Status ByRecovery(Transaction& transaction, const v1::ChangeAccountRequest& request,
                        ChangeProof& proof) {
  HOLDFAST_ASSIGN_OR_RETURN(
      const RecoveryRecord recovery,
      FindRecovery(transaction, request.recovery_lookup(), request.recovery_token(),
                   "recovery_lookup", "recovery_token"));
  HOLDFAST_ASSIGN_OR_RETURN(proof.account, Stored<AccountKey>(recovery.account()));
  proof.is_done = BytesView(recovery.change()) == proof.change.view();
  if (proof.is_done) return absl::OkStatus();
  if (!recovery.change().empty()) return RecoveryUnknown("recovery_lookup");
  HOLDFAST_ASSIGN_OR_RETURN(proof.recovery,
                            LookupId::From(request.recovery_lookup(), "recovery_lookup"));
  return absl::OkStatus();
}

absl::Status ByStatement(const Context& context, Transaction& transaction,
                         const v1::ChangeAccountRequest& request, ChangeProof& proof) {
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::Signed carried, ReadSigned(request.account(), "account"));
  const auto decoded = crypto::DecodeAccount(carried.statement);
  if (!decoded.ok()) return Blame(decoded.status(), "account", "account");
  HOLDFAST_ASSIGN_OR_RETURN(const auto known, Find(transaction, keys::Account(decoded->account)));
  if (!known) {
    return Refuse(Reason::kUnknownAccount, "account",
                  "this practice does not have the account. It comes back by its registration");
  }
  const auto stated = crypto::VerifyAccount(carried, context.practice);
  if (!stated.ok()) return Blame(stated.status(), "account", "account");
  proof.account = stated->account;
  proof.by_statement = true;
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ChangeProof> FindProof(Context& context, Transaction& transaction,
                                      const Caller& caller,
                                      const v1::ChangeAccountRequest& request) {
  const bool by_link = !request.link_lookup().empty();
  const bool by_recovery = !request.recovery_lookup().empty() || !request.recovery_token().empty();
  if (int{by_link} + int{by_recovery} + int{request.has_account()} > 1) {
    return Refuse(Reason::kMalformedField, by_link ? "link_lookup" : "recovery_lookup",
                  "must be left out beside another proof");
  }
  ChangeProof proof;
  proof.change = NameOfChange(request);
  if (by_link) {
    HOLDFAST_RETURN_IF_ERROR(ByLink(context, transaction, request, proof));
  } else if (by_recovery) {
    HOLDFAST_RETURN_IF_ERROR(ByRecovery(transaction, request, proof));
  } else if (request.has_account()) {
    HOLDFAST_RETURN_IF_ERROR(ByStatement(context, transaction, request, proof));
  } else {
    HOLDFAST_ASSIGN_OR_RETURN(const Identity identity,
                              AuthoriseSuspendedToo(context, transaction, caller));
    proof.account = identity.account;
  }
  return proof;
}

absl::Status UseLink(Transaction& transaction, const ChangeProof& proof) {
  if (!proof.link) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(auto link, Load(transaction, keys::Link(*proof.link)));
  link.clear_sealed_account();
  link.set_change(proof.change.str());
  Save(transaction, keys::Link(*proof.link), link);
  transaction.Erase(keys::OpenLink(proof.account, *proof.link));
  return absl::OkStatus();
}

}  // namespace holdfast::server
