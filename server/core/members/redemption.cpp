#include "server/core/members/redemption.h"

#include "crypto/public/invitation_statement.h"
#include "server/core/members/bonds.h"
#include "server/core/members/identity.h"
#include "server/core/members/invitations.h"
#include "server/core/members/registration.h"
#include "server/core/records/fields.h"
#include "server/core/records/keys.h"
#include "server/core/records/limits.h"

namespace holdfast::server {
namespace {

// A redemption as it was asked for, every part well-formed.
struct Redemption {
  crypto::Signed carried;
  crypto::InvitationStatement invitation;
  CheckedRegistration registration;
  crypto::InvitationAnswer answered;
  Bytes answer;
  Bytes answer_mac;
  std::optional<crypto::Signed> evidence;
  crypto::BondStatement stated;  // by the evidence
};

absl::Status Mismatch(std::string_view field, std::string_view with) {
  return Refuse(Reason::kMalformedField, field, "does not agree with " + std::string(with));
}

// That the parts are about the same people and bond.
absl::Status CheckAgreement(const Redemption& asked, std::uint64_t now_ms) {
  const crypto::InvitationAnswer& answer = asked.answered;
  const crypto::VerifiedDevices& client = asked.registration.devices;
  if (answer.practice != asked.invitation.practice) {
    return Mismatch("answer.practice", "the invitation");
  }
  if (answer.bond != asked.invitation.bond) return Mismatch("answer.bond", "the invitation");
  if (answer.therapist != asked.invitation.therapist) {
    return Mismatch("answer.therapist", "the invitation");
  }
  if (answer.client != client.account) return Mismatch("answer.client", "the registration");
  if (answer.client_list_hash != client.list_hash) {
    return Mismatch("answer.client_list_hash", "the registration");
  }
  if (answer.client == answer.therapist) {
    return Refuse(Reason::kNotPermitted, "registration.list", "nobody has a bond with themselves");
  }
  if (asked.evidence) {
    const crypto::BondStatement& stated = asked.stated;
    if (stated.bond != asked.invitation.bond || stated.therapist != asked.invitation.therapist ||
        stated.invitation != asked.invitation.lookup) {
      return Mismatch("bond", "the invitation");
    }
    if (stated.client != client.account) return Mismatch("bond.client", "the registration");
  }
  return CheckNotAhead(answer.answered_at_ms, now_ms, "answer.answered_at_ms");
}

absl::Status ReadBondEvidence(const Context& context, const v1::SignedStatement& bond,
                              Redemption& asked) {
  HOLDFAST_ASSIGN_OR_RETURN(asked.evidence, ReadSigned(bond, "bond"));
  const auto stated = crypto::VerifyBond(*asked.evidence, context.practice);
  if (!stated.ok()) return Blame(stated.status(), "bond", "bond");
  asked.stated = *stated;
  return absl::OkStatus();
}

absl::Status ReadAnswer(const v1::RedeemInvitationRequest& request, Redemption& asked) {
  if (request.answer().size() > kAnswerBytesMax) {
    return Refuse(Reason::kTooLarge, "answer",
                  "is longer than " + std::to_string(kAnswerBytesMax) + " bytes");
  }
  HOLDFAST_RETURN_IF_ERROR(CheckSize(request.answer_mac(), Mac::size, "answer_mac"));
  const auto answered = crypto::DecodeInvitationAnswer(request.answer());
  if (!answered.ok()) return Blame(answered.status(), "answer", "answer");
  asked.answered = *answered;
  asked.answer = request.answer();
  asked.answer_mac = request.answer_mac();
  return absl::OkStatus();
}

// All but the registration, whose signatures are looked at last.
absl::StatusOr<Redemption> ReadRequest(const Context& context,
                                       const v1::RedeemInvitationRequest& request) {
  Redemption asked;
  HOLDFAST_ASSIGN_OR_RETURN(asked.carried, ReadSigned(request.invitation(), "invitation"));
  const auto invitation = crypto::DecodeInvitationStatement(asked.carried.statement);
  if (!invitation.ok()) return Blame(invitation.status(), "invitation", "invitation");
  if (invitation->practice != context.practice) {
    return Refuse(Reason::kMalformedField, "invitation.practice", "names another practice");
  }
  asked.invitation = *invitation;
  HOLDFAST_RETURN_IF_ERROR(ReadAnswer(request, asked));
  if (request.has_bond()) {
    HOLDFAST_RETURN_IF_ERROR(ReadBondEvidence(context, request.bond(), asked));
  }
  return asked;
}

// The bond is there: the same request gets the same answer, another none.
absl::Status AnswerRedeemed(Transaction& transaction, const Redemption& asked,
                            v1::RedeemInvitationResponse& response) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto bond,
                            Load(transaction, keys::BondStatements(asked.invitation.bond)));
  HOLDFAST_ASSIGN_OR_RETURN(const auto account,
                            Find(transaction, keys::Account(asked.registration.devices.account)));
  if (!account || bond.answer() != asked.answer || bond.answer_mac() != asked.answer_mac) {
    return InvitationUsed("invitation");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const bool is_same,
                            IsSameRegistration(transaction, *account, asked.registration));
  if (!is_same) return InvitationUsed("invitation");
  Copy(account->account(), *response.mutable_account());
  Copy(bond.bond(), *response.mutable_bond());
  return absl::OkStatus();
}

// That a therapist's listed device made the invitation. A deposit proves it; one
// that a backup lost is proved by its signature.
absl::Status CheckInvitation(Transaction& transaction, const Redemption& asked,
                             const std::optional<InvitationRecord>& deposited) {
  if (deposited) {
    if (deposited->invitation().statement() == asked.carried.statement &&
        deposited->invitation().signature() == asked.carried.signature) {
      return absl::OkStatus();
    }
    return Refuse(Reason::kMalformedField, "invitation", "is not as the therapist deposited it");
  }
  const crypto::InvitationStatement& invitation = asked.invitation;
  HOLDFAST_ASSIGN_OR_RETURN(const auto device, Find(transaction, keys::Device(invitation.device)));
  HOLDFAST_ASSIGN_OR_RETURN(const auto therapist,
                            Find(transaction, keys::Account(invitation.therapist)));
  if (!therapist && asked.evidence) {
    return Refuse(Reason::kUnknownAccount, "invitation.therapist",
                  "the practice restored an older backup and your therapist's device has not come "
                  "back yet. Nothing is lost: it goes on by itself when it has");
  }
  if (!therapist || therapist->role() != static_cast<std::uint32_t>(crypto::Role::kTherapist)) {
    return InvitationUnknown("invitation");
  }
  // With the practice's own word for the bond it is enough that a device which is listed no more
  // signed it; and one of which a restored backup knows nothing may have.
  if (!device && asked.evidence) return absl::OkStatus();
  if (!device || BytesView(device->account()) != invitation.therapist.view()) {
    return InvitationUnknown("invitation");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const bool is_listed, IsListed(transaction, invitation.device));
  if (!is_listed && !asked.evidence) return InvitationUnknown("invitation");
  HOLDFAST_ASSIGN_OR_RETURN(const auto key, Stored<DeviceKey>(device->signing_key()));
  const auto verified = crypto::VerifyInvitationStatement(asked.carried, key);
  return verified.ok() ? absl::OkStatus() : Blame(verified.status(), "invitation", "invitation");
}

// The client's account: new, or the one that this registration began.
absl::Status SettleAccount(Context& context, Transaction& transaction, const Redemption& asked,
                           v1::RedeemInvitationResponse& response) {
  const AccountKey& client = asked.registration.devices.account;
  HOLDFAST_ASSIGN_OR_RETURN(const auto known, Find(transaction, keys::Account(client)));
  if (known) {
    HOLDFAST_ASSIGN_OR_RETURN(const bool is_same,
                              IsSameRegistration(transaction, *known, asked.registration));
    if (!is_same || known->role() != static_cast<std::uint32_t>(crypto::Role::kClient)) {
      return Refuse(Reason::kNotPermitted, "registration.list",
                    "this account is registered here already, in another way");
    }
    Copy(known->account(), *response.mutable_account());
    return absl::OkStatus();
  }
  HOLDFAST_RETURN_IF_ERROR(CheckUnclaimed(transaction, asked.registration));
  const crypto::Signed statement = MakeAccountStatement(context, client, crypto::Role::kClient);
  HOLDFAST_RETURN_IF_ERROR(
      StoreAccount(transaction, asked.registration, crypto::Role::kClient, statement));
  response.mutable_account()->set_statement(statement.statement);
  response.mutable_account()->set_signature(statement.signature);
  return absl::OkStatus();
}

}  // namespace

absl::Status RedeemInvitation(Context& context, Transaction& transaction,
                              const v1::RedeemInvitationRequest& request,
                              v1::RedeemInvitationResponse& response) {
  response.Clear();
  HOLDFAST_ASSIGN_OR_RETURN(Redemption asked, ReadRequest(context, request));
  const crypto::InvitationStatement& invitation = asked.invitation;
  HOLDFAST_ASSIGN_OR_RETURN(auto deposited, Find(transaction, keys::Invitation(invitation.lookup)));
  HOLDFAST_RETURN_IF_ERROR(CheckInvitation(transaction, asked, deposited));
  const std::uint64_t now_ms = context.clock.WallMs();
  HOLDFAST_ASSIGN_OR_RETURN(asked.registration, CheckRegistration(request.registration(), now_ms));
  HOLDFAST_RETURN_IF_ERROR(CheckAgreement(asked, now_ms));
  HOLDFAST_ASSIGN_OR_RETURN(const auto formed, transaction.Get(keys::Bond(invitation.bond)));
  if (formed) return AnswerRedeemed(transaction, asked, response);
  if (deposited && !deposited->bond().empty()) return InvitationUsed("invitation");
  if (deposited && deposited->has_withdrawal()) return InvitationWithdrawn("invitation");
  if (!asked.evidence) {
    HOLDFAST_RETURN_IF_ERROR(CheckNotExpired(invitation, now_ms, "invitation"));
  }

  HOLDFAST_RETURN_IF_ERROR(SettleAccount(context, transaction, asked, response));
  NewBond bond{asked.stated, {}, asked.answer, asked.answer_mac, asked.evidence.has_value()};
  if (asked.evidence) {
    bond.statement = *asked.evidence;
  } else {
    bond.stated = {context.practice,     invitation.bond,
                   invitation.therapist, asked.registration.devices.account,
                   invitation.lookup,    now_ms};
    bond.statement = crypto::SignBond(context.config.practice, bond.stated);
  }
  HOLDFAST_RETURN_IF_ERROR(FormBond(context, transaction, bond));
  if (!deposited) {
    deposited.emplace();
    Copy(asked.carried, *deposited->mutable_invitation());
  }
  deposited->set_bond(invitation.bond.str());
  Save(transaction, keys::Invitation(invitation.lookup), *deposited);
  transaction.Erase(keys::UnusedInvitation(invitation.therapist, invitation.lookup));
  response.mutable_bond()->set_statement(bond.statement.statement);
  response.mutable_bond()->set_signature(bond.statement.signature);
  return absl::OkStatus();
}

}  // namespace holdfast::server
