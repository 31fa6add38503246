#include "client/core/people/enrolment.h"

#include "client/core/archive/facts.h"
#include "client/core/people/bonds.h"
#include "client/core/people/peers.h"
#include "client/core/people/sessions.h"
#include "client/core/people/wire.h"
#include "client/core/shown/next_step.h"
#include "client/core/vault/names.h"
#include "client/core/vault/wiped_at_end.h"
#include "crypto/invitation.h"
#include "crypto/public/enrolment_code.h"
#include "crypto/public/practice.h"
#include "rules/own_clock.h"

namespace holdfast::client {
namespace {

absl::StatusOr<crypto::Certificate> CertificateOf(const vault::Identity& identity) {
  return crypto::DecodeCertificate(OwnCertificate(identity).statement());
}

// Made at an impossible date: no practice can have taken it.
bool IsUnusable(const vault::Identity& identity) {
  return !identity.has_statement() && !CertificateOf(identity).ok();
}

// The practice refused it for a date that this device's clock does not show any more. Only
// with the refusal is it sure that the practice has not taken it before: this clock may be
// the wrong one.
bool IsRefusedForItsDate(const absl::Status& status, const vault::Identity& identity,
                         std::uint64_t now_ms) {
  if (ReasonOf(status) != Reason::kTimeOutOfRange || identity.has_statement()) return false;
  const auto certificate = CertificateOf(identity);
  return !certificate.ok() || WasMadeByWrongClock(certificate->created_at_ms, now_ms);
}

// An answer to an invitation that no practice can have taken, or of an identity that was
// made anew since.
bool IsUnusable(const vault::Bond& bond, const vault::Identity& identity) {
  if (bond.has_statement()) return false;
  if (bond.client() != identity.account()) return true;
  v1::RedeemInvitationRequest request;
  return request.ParseFromString(bond.redeem_request()) &&
         !crypto::DecodeInvitationAnswer(request.answer()).ok();
}

// The profile's identity, made now if there is none that a practice could take, pointed at
// a practice. An account that is registered stays with its practice and role.
absl::StatusOr<vault::Identity> Prepare(VaultChange& change, crypto::Role role,
                                        const std::string& address, const PracticeKey& practice,
                                        std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(auto found, change.Find(names::kIdentity));
  // What is sealed for the recovery code names practice and role.
  const bool is_for_another =
      found && !found->has_statement() && !found->practice().empty() &&
      (found->practice() != practice.view() || found->role() != static_cast<std::uint32_t>(role));
  if (!found || IsUnusable(*found) || is_for_another) {
    HOLDFAST_ASSIGN_OR_RETURN(found, MakeIdentity(change, role, practice, now_ms));
  }
  vault::Identity& identity = *found;
  if (identity.has_statement()) {
    if (identity.role() != static_cast<std::uint32_t>(role) ||
        identity.practice() != practice.view()) {
      return WithStep(Refuse(Reason::kUsage, "", "this profile already belongs to an account"),
                      NextStep::kOtherProfile);
    }
    return std::move(identity);
  }
  identity.set_role(static_cast<std::uint32_t>(role));
  identity.set_address(address);
  identity.set_practice(practice.str());
  change.Put(names::kIdentity, identity);
  return std::move(identity);
}

// Another one in its place, for the same practice, role and code.
absl::Status MakeAgain(Context& context, const vault::Identity& refused) {
  VaultChange change(context.vault);
  HOLDFAST_ASSIGN_OR_RETURN(const PracticeKey practice,
                            PracticeKey::From(refused.practice(), "vault.identity"));
  HOLDFAST_ASSIGN_OR_RETURN(
      vault::Identity identity,
      MakeIdentity(change, static_cast<crypto::Role>(refused.role()), practice, context.Now()));
  const WipedAtEnd wiped(identity);
  identity.set_address(refused.address());
  identity.set_enrolment_token(refused.enrolment_token());
  change.Put(names::kIdentity, identity);
  return change.Commit();
}

absl::StatusOr<vault::Identity> PrepareToEnroll(Context& context,
                                                const crypto::EnrolmentCode& code) {
  VaultChange change(context.vault);
  HOLDFAST_ASSIGN_OR_RETURN(
      vault::Identity identity,
      Prepare(change, crypto::Role::kTherapist, code.address, code.practice, context.Now()));
  identity.set_enrolment_token(Bytes(crypto::EnrolmentToken(code.secret).Expose()));
  change.Put(names::kIdentity, identity);
  HOLDFAST_RETURN_IF_ERROR(change.Commit());
  return identity;
}

absl::Status CheckAccountStatement(const OwnDevice& own, const v1::SignedStatement& statement) {
  const crypto::Signed signed_statement = FromWire(statement);
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::AccountStatement named,
                            crypto::DecodeAccount(signed_statement.statement));
  if (!own.KnowsPractice(named.practice)) {
    return Refuse(Reason::kIntegrity, "account.practice", "is of another practice");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::AccountStatement account,
                            crypto::VerifyAccount(signed_statement, named.practice));
  if (account.account != own.account || account.role != own.role) {
    return Refuse(Reason::kIntegrity, "account", "is about somebody else");
  }
  return absl::OkStatus();
}

// The device that made the invitation, listed still or not: a therapist whose device was lost
// since means it all the same.
absl::StatusOr<DeviceKey> SignerOfInvitation(const AccountKey& account,
                                             const crypto::VerifiedDevices& therapist,
                                             const v1::GetInvitationResponse& fetched,
                                             const DeviceId& device) {
  const KnownDevices known{therapist, false};
  const crypto::Device* const listed = known.Find(device);
  if (listed != nullptr) return listed->certificate.signing;
  for (const v1::SignedStatement& former : fetched.therapist().former()) {
    const auto certificate = crypto::VerifyCertificate(FromWire(former), account);
    if (certificate.ok() && crypto::DeviceIdOf(*certificate) == device) return certificate->signing;
  }
  return Refuse(Reason::kIntegrity, "invitation.device", "is not one of the therapist's");
}

// Everything that a fetched invitation must agree on with the one in the hand.
absl::StatusOr<crypto::VerifiedDevices> CheckInvitation(const crypto::Invitation& invitation,
                                                        const crypto::InvitationKeys& keys,
                                                        const v1::GetInvitationResponse& fetched) {
  HOLDFAST_ASSIGN_OR_RETURN(crypto::VerifiedDevices therapist,
                            VerifyDevices(invitation.therapist, 0, Hash(), fetched.therapist()));
  const crypto::Signed statement = FromWire(fetched.invitation());
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::InvitationStatement named,
                            crypto::DecodeInvitationStatement(statement.statement));
  HOLDFAST_ASSIGN_OR_RETURN(
      const DeviceKey signer,
      SignerOfInvitation(invitation.therapist, therapist, fetched, named.device));
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::InvitationStatement checked,
                            crypto::VerifyInvitationStatement(statement, signer));
  if (checked.practice != invitation.practice || checked.lookup != keys.lookup ||
      checked.bond != keys.bond || checked.therapist != invitation.therapist ||
      checked.expires_at_ms != invitation.expires_at_ms) {
    return Refuse(Reason::kIntegrity, "invitation", "is not the one that you were handed");
  }
  return therapist;
}

// By this device's own clock, so that no practice can keep an invitation alive.
absl::Status CheckNotExpired(const crypto::Invitation& invitation, std::uint64_t now_ms) {
  if (now_ms < invitation.expires_at_ms) return absl::OkStatus();
  return Refuse(Reason::kInvitationExpired, "invitation",
                "is past its date. Ask your therapist for a new one; if you got it only just now, "
                "look at this device's date first");
}

// By an invitation that this profile has answered already it goes on at any time.
absl::StatusOr<vault::Identity> PrepareToJoin(Context& context,
                                              const crypto::Invitation& invitation,
                                              const BondId& bond) {
  VaultChange change(context.vault);
  HOLDFAST_ASSIGN_OR_RETURN(const auto answered, FindBond(change, bond));
  if (!answered) HOLDFAST_RETURN_IF_ERROR(CheckNotExpired(invitation, context.Now()));
  HOLDFAST_ASSIGN_OR_RETURN(vault::Identity identity,
                            Prepare(change, crypto::Role::kClient, invitation.address,
                                    invitation.practice, context.Now()));
  HOLDFAST_RETURN_IF_ERROR(change.Commit());
  return identity;
}

// The client's side of the bond with the request that answers the invitation, put
// into the change. The bond counts once it carries the practice's statement.
vault::Bond AnswerInvitation(VaultChange& change, const crypto::Invitation& invitation,
                             const crypto::InvitationKeys& keys, const vault::Identity& identity,
                             const v1::GetInvitationResponse& fetched, std::uint64_t now_ms) {
  crypto::InvitationAnswer answer;
  answer.practice = invitation.practice;
  answer.bond = keys.bond;
  answer.therapist = invitation.therapist;
  answer.client = AccountKey::From(identity.account(), "account").value();
  answer.client_list_hash = crypto::DeviceListHash(identity.registration().list().statement());
  answer.answered_at_ms = now_ms;
  v1::RedeemInvitationRequest request;
  *request.mutable_invitation() = fetched.invitation();
  *request.mutable_registration() = identity.registration();
  request.set_answer(crypto::EncodeInvitationAnswer(answer));
  request.set_answer_mac(crypto::InvitationAnswerMac(keys.mac, request.answer()).str());

  vault::Bond bond;
  bond.set_id(keys.bond.str());
  bond.set_therapist(invitation.therapist.str());
  bond.set_client(identity.account());
  bond.set_redeem_request(request.SerializeAsString());
  PutBond(change, bond);
  PutSharedKey(change, keys.bond, keys.psk);
  return bond;
}

}  // namespace

Task<absl::StatusOr<Enrolled>> Enrolment::Enroll(std::string text) {
  HOLDFAST_CO_ASSIGN_OR_RETURN(const crypto::EnrolmentCode code, crypto::DecodeEnrolmentCode(text));
  for (bool is_again = false;; is_again = true) {
    HOLDFAST_CO_ASSIGN_OR_RETURN(vault::Identity identity, PrepareToEnroll(context_, code));
    const WipedAtEnd wiped(identity);
    if (identity.has_statement()) co_return Enrolled{PendingRecoveryCode(identity)};
    const std::vector<PracticeKey> practices(1, code.practice);
    auto connected = co_await connection_.Connect(code.address, practices);
    HOLDFAST_CO_RETURN_IF_ERROR(connected);
    v1::EnrollTherapistRequest request;
    request.set_enrolment_token(identity.enrolment_token());
    *request.mutable_registration() = identity.registration();
    auto registered = co_await Register(request);
    // Once: what is made now is of this date, unless the clock moves on.
    if (is_again || !IsRefusedForItsDate(registered, identity, context_.Now())) {
      HOLDFAST_CO_RETURN_IF_ERROR(registered);
      co_return Enrolled{PendingRecoveryCode(identity)};
    }
    HOLDFAST_CO_RETURN_IF_ERROR(MakeAgain(context_, identity));
  }
}

Task<absl::Status> Enrolment::Register(v1::EnrollTherapistRequest request) {
  auto response = co_await connection_.AskOnce(&Transport::EnrollTherapist, request);
  HOLDFAST_CO_RETURN_IF_ERROR(response.status());
  VaultChange change(context_.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto own, FindOwnDevice(change));
  HOLDFAST_CO_RETURN_IF_ERROR(CheckAccountStatement(*own, response->account()));
  HOLDFAST_CO_ASSIGN_OR_RETURN(auto identity, change.Read(names::kIdentity));
  const WipedAtEnd wiped(identity);
  *identity.mutable_statement() = response->account();
  change.Put(names::kIdentity, identity);
  co_return change.Commit();
}

Task<absl::StatusOr<Enrolled>> Enrolment::Join(std::string text) {
  HOLDFAST_CO_ASSIGN_OR_RETURN(const crypto::Invitation invitation, crypto::DecodeInvitation(text));
  const crypto::InvitationKeys keys = crypto::DeriveInvitationKeys(invitation);
  for (bool is_again = false;; is_again = true) {
    HOLDFAST_CO_ASSIGN_OR_RETURN(vault::Identity identity,
                                 PrepareToJoin(context_, invitation, keys.bond));
    const WipedAtEnd wiped(identity);
    const VaultReader look(context_.vault);
    HOLDFAST_CO_ASSIGN_OR_RETURN(const auto bond, FindBond(look, keys.bond));
    if (bond && bond->has_statement()) co_return Enrolled{PendingRecoveryCode(identity)};
    const std::vector<PracticeKey> practices(1, invitation.practice);
    auto connected = co_await connection_.Connect(invitation.address, practices);
    HOLDFAST_CO_RETURN_IF_ERROR(connected);
    auto answered = co_await Answer(invitation, identity, false);
    // Once: what is made now is of this date, unless the clock moves on.
    if (!is_again && IsRefusedForItsDate(answered, identity, context_.Now())) {
      HOLDFAST_CO_RETURN_IF_ERROR(MakeAgain(context_, identity));
      continue;
    }
    if (ReasonOf(answered) == Reason::kTimeOutOfRange) {
      // The practice has not taken the answer: its date is not today's.
      auto anew = co_await Answer(invitation, identity, true);
      answered = anew;
    }
    HOLDFAST_CO_RETURN_IF_ERROR(answered);
    co_return Enrolled{PendingRecoveryCode(identity)};
  }
}

Task<absl::Status> Enrolment::Answer(const crypto::Invitation& invitation,
                                     const vault::Identity& identity, bool anew) {
  const crypto::InvitationKeys keys = crypto::DeriveInvitationKeys(invitation);
  const VaultReader look(context_.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(auto bond, FindBond(look, keys.bond));
  if (bond && (anew || IsUnusable(*bond, identity))) bond.reset();
  if (!bond) {
    v1::GetInvitationRequest get;
    get.set_lookup_id(keys.lookup.str());
    auto fetched = co_await connection_.AskOnce(&Transport::GetInvitation, get);
    HOLDFAST_CO_RETURN_IF_ERROR(fetched.status());
    HOLDFAST_CO_ASSIGN_OR_RETURN(const crypto::VerifiedDevices therapist,
                                 CheckInvitation(invitation, keys, *fetched));
    VaultChange change(context_.vault);
    bond.emplace(AnswerInvitation(change, invitation, keys, identity, *fetched, context_.Now()));
    PutPeer(change, therapist, fetched->therapist());
    HOLDFAST_CO_RETURN_IF_ERROR(change.Commit());
  }
  v1::RedeemInvitationRequest request;
  if (!request.ParseFromString(bond->redeem_request())) {
    co_return Refuse(Reason::kVaultDamaged, "vault.bond", "holds a damaged request");
  }
  auto redeemed = co_await Redeem(request);
  co_return redeemed;
}

Task<absl::Status> Enrolment::Redeem(v1::RedeemInvitationRequest request) {
  auto response = co_await connection_.AskOnce(&Transport::RedeemInvitation, request);
  HOLDFAST_CO_RETURN_IF_ERROR(response.status());
  VaultChange change(context_.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto own, FindOwnDevice(change));
  HOLDFAST_CO_RETURN_IF_ERROR(CheckAccountStatement(*own, response->account()));
  HOLDFAST_CO_ASSIGN_OR_RETURN(const crypto::InvitationStatement invitation,
                               crypto::DecodeInvitationStatement(request.invitation().statement()));
  HOLDFAST_CO_ASSIGN_OR_RETURN(auto bond, ReadBond(change, invitation.bond));
  HOLDFAST_CO_ASSIGN_OR_RETURN(const BondParties parties, PartiesOf(bond));
  HOLDFAST_CO_ASSIGN_OR_RETURN(
      const crypto::BondStatement formed,
      CheckBondStatement(*own, response->bond(), parties, invitation.lookup));
  *bond.mutable_statement() = response->bond();
  bond.set_formed_ms(formed.formed_at_ms);
  if (bond.last_sign_ms() == 0) bond.set_last_sign_ms(context_.Now());
  PutBond(change, bond);
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto shared_key,
                               change.FindBytes(names::BondKey(invitation.bond)));
  if (shared_key) HOLDFAST_CO_RETURN_IF_ERROR(NoteBond(change, bond, shared_key->Expose()));
  HOLDFAST_CO_ASSIGN_OR_RETURN(auto identity, change.Read(names::kIdentity));
  const WipedAtEnd wiped(identity);
  *identity.mutable_statement() = response->account();
  change.Put(names::kIdentity, identity);
  co_return change.Commit();
}

Task<absl::Status> Enrolment::ReturnBond(BondId id) {
  const VaultReader look(context_.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto bond, ReadBond(look, id));
  v1::RedeemInvitationRequest request;
  if (!request.ParseFromString(bond.redeem_request())) {
    co_return Refuse(Reason::kVaultDamaged, "vault.bond", "holds a damaged request");
  }
  *request.mutable_bond() = bond.statement();
  auto redeemed = co_await Redeem(request);
  co_return redeemed;
}

Task<absl::Status> Enrolment::ReturnAccount() {
  const VaultReader look(context_.vault);
  HOLDFAST_CO_ASSIGN_OR_RETURN(auto identity, look.Read(names::kIdentity));
  const WipedAtEnd wiped(identity);
  if (identity.role() == static_cast<std::uint32_t>(crypto::Role::kTherapist)) {
    v1::EnrollTherapistRequest request;
    request.set_enrolment_token(identity.enrolment_token());
    *request.mutable_registration() = identity.registration();
    *request.mutable_account() = identity.statement();
    auto registered = co_await Register(request);
    co_return registered;
  }
  // A client's account comes back with its first bond that does.
  HOLDFAST_CO_ASSIGN_OR_RETURN(const auto bonds, AllBonds(look));
  absl::Status last =
      Refuse(Reason::kUnknownAccount, "", "the practice does not know this account");
  for (const vault::Bond& bond : bonds) {
    HOLDFAST_CO_ASSIGN_OR_RETURN(const BondId id, BondId::From(bond.id(), "vault.bond"));
    last = co_await ReturnBond(id);
    if (last.ok()) co_return last;
  }
  co_return last;
}

}  // namespace holdfast::client
