#include "server/core/members/invitations.h"

#include "crypto/public/practice.h"
#include "rules/codec.h"
#include "server/core/members/accounts.h"
#include "server/core/members/expiries.h"
#include "server/core/members/quotas.h"
#include "server/core/records/fields.h"
#include "server/core/records/keys.h"
#include "server/core/records/limits.h"

namespace holdfast::server {
namespace {

absl::StatusOr<crypto::InvitationStatement> ReadStatement(const Context& context,
                                                          const Identity& identity,
                                                          const crypto::Signed& carried) {
  auto invitation = crypto::DecodeInvitationStatement(carried.statement);
  if (!invitation.ok()) return Blame(invitation.status(), "invitation", "invitation");
  if (invitation->practice != context.practice) {
    return Refuse(Reason::kMalformedField, "invitation.practice", "names another practice");
  }
  if (invitation->therapist != identity.account) {
    return Refuse(Reason::kNotPermitted, "invitation.therapist", "is not the account that calls");
  }
  if (invitation->device != identity.device) {
    return Refuse(Reason::kNotPermitted, "invitation.device", "is not the device that calls");
  }
  const auto verified = crypto::VerifyInvitationStatement(carried, identity.signing_key);
  if (!verified.ok()) return Blame(verified.status(), "invitation", "invitation");
  return invitation;
}

absl::Status CheckExpiryAhead(const crypto::InvitationStatement& invitation, std::uint64_t now_ms) {
  if (invitation.expires_at_ms > now_ms &&
      invitation.expires_at_ms <= now_ms + limits::kInvitationMsMax + limits::kClockSkewMs) {
    return absl::OkStatus();
  }
  return Refuse(Reason::kTimeOutOfRange, "invitation.expires_at_ms",
                "must lie ahead, by at most 90 days");
}

absl::Status CheckWithdrawal(const Identity& identity,
                             const crypto::InvitationStatement& invitation,
                             const crypto::Signed& carried, std::uint64_t now_ms) {
  const auto withdrawal = crypto::VerifyInvitationWithdrawal(carried, identity.signing_key);
  if (!withdrawal.ok()) return Blame(withdrawal.status(), "withdrawal", "withdrawal");
  if (withdrawal->practice != invitation.practice || withdrawal->lookup != invitation.lookup ||
      withdrawal->therapist != invitation.therapist || withdrawal->device != invitation.device) {
    return Refuse(Reason::kMalformedField, "withdrawal", "is not of this invitation");
  }
  return CheckNotAhead(withdrawal->withdrawn_at_ms, now_ms, "withdrawal.withdrawn_at_ms");
}

// Room for one more: forgets the expired ones only when it must, so that until
// then whoever holds one hears that it has expired.
absl::Status MakeRoom(Transaction& transaction, const AccountKey& therapist, std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto unused,
                            ReadExpiries(transaction, keys::UnusedInvitation(therapist, LookupId()),
                                         kUnusedInvitationsMax));
  std::size_t there = unused.size();
  if (there < kUnusedInvitationsMax) return absl::OkStatus();
  for (const Expiry& one : unused) {
    if (one.expires_at_ms > now_ms) continue;
    transaction.Erase(keys::UnusedInvitation(therapist, one.lookup));
    transaction.Erase(keys::Invitation(one.lookup));
    --there;
  }
  if (there < kUnusedInvitationsMax) return absl::OkStatus();
  return Refuse(Reason::kInvitationsFull, "invitation",
                "there are " + std::to_string(kUnusedInvitationsMax) +
                    " unused invitations already. Wait until one is used or expires");
}

}  // namespace

absl::Status InvitationUnknown(std::string_view field) {
  return Refuse(Reason::kInvitationUnknown, field,
                "this practice has no such invitation. Ask your therapist for a new one");
}

absl::Status InvitationUsed(std::string_view field) {
  return Refuse(Reason::kInvitationUsed, field,
                "the invitation was used already. Ask your therapist for a new one");
}

absl::Status InvitationWithdrawn(std::string_view field) {
  return Refuse(Reason::kInvitationWithdrawn, field,
                "this invitation was taken back. Ask your therapist for a new one");
}

absl::Status CheckNotExpired(const crypto::InvitationStatement& invitation, std::uint64_t now_ms,
                             std::string_view field) {
  if (invitation.expires_at_ms > now_ms) return absl::OkStatus();
  return Refuse(Reason::kInvitationExpired, field,
                "the invitation has expired. Ask your therapist for a new one");
}

absl::Status CreateInvitation(Context& context, Transaction& transaction, const Caller& caller,
                              const v1::CreateInvitationRequest& request,
                              v1::CreateInvitationResponse& response) {
  response.Clear();
  HOLDFAST_ASSIGN_OR_RETURN(const Identity identity, Authorise(context, transaction, caller));
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::Signed carried,
                            ReadSigned(request.invitation(), "invitation"));
  HOLDFAST_ASSIGN_OR_RETURN(const auto account, Load(transaction, keys::Account(identity.account)));
  if (account.role() != static_cast<std::uint32_t>(crypto::Role::kTherapist)) {
    return Refuse(Reason::kNotPermitted, "invitation.therapist", "only therapists invite");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const auto invitation, ReadStatement(context, identity, carried));

  HOLDFAST_ASSIGN_OR_RETURN(const auto known,
                            Find(transaction, keys::Invitation(invitation.lookup)));
  if (known) {
    if (known->invitation().statement() == carried.statement) {
      return known->has_withdrawal() ? InvitationWithdrawn("invitation") : absl::OkStatus();
    }
    return Refuse(Reason::kInvitationUsed, "invitation.lookup",
                  "another invitation has this lookup id. Make a new one");
  }
  const std::uint64_t now_ms = context.clock.WallMs();
  HOLDFAST_RETURN_IF_ERROR(CheckExpiryAhead(invitation, now_ms));
  HOLDFAST_RETURN_IF_ERROR(MakeRoom(transaction, identity.account, now_ms));
  HOLDFAST_RETURN_IF_ERROR(SpendInvitation(context, transaction, identity.account));
  InvitationRecord record;
  Copy(carried, *record.mutable_invitation());
  Save(transaction, keys::Invitation(invitation.lookup), record);
  transaction.Put(keys::UnusedInvitation(identity.account, invitation.lookup),
                  Encoder().U64(invitation.expires_at_ms).bytes());
  return absl::OkStatus();
}

absl::Status WithdrawInvitation(Context& context, Transaction& transaction, const Caller& caller,
                                const v1::WithdrawInvitationRequest& request,
                                v1::WithdrawInvitationResponse& response) {
  response.Clear();
  HOLDFAST_ASSIGN_OR_RETURN(const Identity identity, Authorise(context, transaction, caller));
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::Signed carried,
                            ReadSigned(request.invitation(), "invitation"));
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::Signed withdrawal,
                            ReadSigned(request.withdrawal(), "withdrawal"));
  HOLDFAST_ASSIGN_OR_RETURN(const auto invitation, ReadStatement(context, identity, carried));
  HOLDFAST_RETURN_IF_ERROR(
      CheckWithdrawal(identity, invitation, withdrawal, context.clock.WallMs()));
  HOLDFAST_ASSIGN_OR_RETURN(auto record, Find(transaction, keys::Invitation(invitation.lookup)));
  if (record && record->invitation().statement() != carried.statement) {
    return Refuse(Reason::kMalformedField, "invitation", "is not as it was deposited");
  }
  if (record && !record->bond().empty()) return InvitationUsed("invitation");
  if (record && record->has_withdrawal()) return absl::OkStatus();
  if (!record) {
    // A backup lost it: whoever holds it could redeem it all the same.
    HOLDFAST_ASSIGN_OR_RETURN(const auto account,
                              Load(transaction, keys::Account(identity.account)));
    if (account.role() != static_cast<std::uint32_t>(crypto::Role::kTherapist)) {
      return Refuse(Reason::kNotPermitted, "invitation.therapist", "only therapists invite");
    }
    HOLDFAST_RETURN_IF_ERROR(SpendInvitation(context, transaction, identity.account));
    record.emplace();
    Copy(carried, *record->mutable_invitation());
  }
  Copy(withdrawal, *record->mutable_withdrawal());
  Save(transaction, keys::Invitation(invitation.lookup), *record);
  transaction.Erase(keys::UnusedInvitation(identity.account, invitation.lookup));
  return absl::OkStatus();
}

absl::Status GetInvitation(Context& context, Transaction& transaction,
                           const v1::GetInvitationRequest& request,
                           v1::GetInvitationResponse& response) {
  response.Clear();
  HOLDFAST_ASSIGN_OR_RETURN(const auto lookup, LookupId::From(request.lookup_id(), "lookup_id"));
  HOLDFAST_ASSIGN_OR_RETURN(const auto record, Find(transaction, keys::Invitation(lookup)));
  if (!record) return InvitationUnknown("lookup_id");
  if (!record->bond().empty()) return InvitationUsed("lookup_id");
  if (record->has_withdrawal()) return InvitationWithdrawn("lookup_id");
  const auto invitation = crypto::DecodeInvitationStatement(record->invitation().statement());
  if (!invitation.ok()) return DamagedRecord("an invitation");
  HOLDFAST_RETURN_IF_ERROR(CheckNotExpired(*invitation, context.clock.WallMs(), "lookup_id"));
  Copy(record->invitation(), *response.mutable_invitation());
  return WriteDevices(transaction, invitation->therapist, 0, *response.mutable_therapist());
}

}  // namespace holdfast::server
