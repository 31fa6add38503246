#include "crypto/public/invitation_statement.h"

#include "crypto/public/statement.h"
#include "rules/limits.h"

namespace holdfast::crypto {

Bytes EncodeInvitationStatement(const InvitationStatement& invitation) {
  return Encoder()
      .U8(limits::kProtocolVersion)
      .Fixed(invitation.practice)
      .Fixed(invitation.lookup)
      .Fixed(invitation.bond)
      .Fixed(invitation.therapist)
      .Fixed(invitation.device)
      .U64(invitation.expires_at_ms)
      .Take();
}

absl::StatusOr<InvitationStatement> DecodeInvitationStatement(BytesView statement) {
  Decoder decoder(statement, "invitation");
  InvitationStatement invitation;
  decoder.Version(limits::kProtocolVersion);
  invitation.practice = decoder.Fixed<PracticeKey>("practice");
  invitation.lookup = decoder.Fixed<LookupId>("lookup");
  invitation.bond = decoder.Fixed<BondId>("bond");
  invitation.therapist = decoder.Fixed<AccountKey>("therapist");
  invitation.device = decoder.Fixed<DeviceId>("device");
  invitation.expires_at_ms = decoder.Time("expires_at_ms");
  HOLDFAST_RETURN_IF_ERROR(decoder.Finish());
  return invitation;
}

Signed SignInvitationStatement(const SigningKey& device, const InvitationStatement& invitation) {
  return SignStatement(device, Purpose::kInvitation, EncodeInvitationStatement(invitation));
}

absl::StatusOr<InvitationStatement> VerifyInvitationStatement(const Signed& invitation,
                                                              const DeviceKey& device) {
  return VerifyStatement<Purpose::kInvitation>(invitation, device, DecodeInvitationStatement,
                                               "invitation");
}

Bytes EncodeInvitationWithdrawal(const InvitationWithdrawal& withdrawal) {
  return Encoder()
      .U8(limits::kProtocolVersion)
      .Fixed(withdrawal.practice)
      .Fixed(withdrawal.lookup)
      .Fixed(withdrawal.therapist)
      .Fixed(withdrawal.device)
      .U64(withdrawal.withdrawn_at_ms)
      .Take();
}

absl::StatusOr<InvitationWithdrawal> DecodeInvitationWithdrawal(BytesView statement) {
  Decoder decoder(statement, "withdrawal");
  InvitationWithdrawal withdrawal;
  decoder.Version(limits::kProtocolVersion);
  withdrawal.practice = decoder.Fixed<PracticeKey>("practice");
  withdrawal.lookup = decoder.Fixed<LookupId>("lookup");
  withdrawal.therapist = decoder.Fixed<AccountKey>("therapist");
  withdrawal.device = decoder.Fixed<DeviceId>("device");
  withdrawal.withdrawn_at_ms = decoder.Time("withdrawn_at_ms");
  HOLDFAST_RETURN_IF_ERROR(decoder.Finish());
  return withdrawal;
}

Signed SignInvitationWithdrawal(const SigningKey& device, const InvitationWithdrawal& withdrawal) {
  return SignStatement(device, Purpose::kInvitationWithdrawal,
                       EncodeInvitationWithdrawal(withdrawal));
}

absl::StatusOr<InvitationWithdrawal> VerifyInvitationWithdrawal(const Signed& withdrawal,
                                                                const DeviceKey& device) {
  return VerifyStatement<Purpose::kInvitationWithdrawal>(withdrawal, device,
                                                         DecodeInvitationWithdrawal, "withdrawal");
}

Bytes EncodeInvitationAnswer(const InvitationAnswer& answer) {
  return Encoder()
      .U8(limits::kProtocolVersion)
      .Fixed(answer.practice)
      .Fixed(answer.bond)
      .Fixed(answer.therapist)
      .Fixed(answer.client)
      .Fixed(answer.client_list_hash)
      .U64(answer.answered_at_ms)
      .Take();
}

absl::StatusOr<InvitationAnswer> DecodeInvitationAnswer(BytesView bytes) {
  Decoder decoder(bytes, "answer");
  InvitationAnswer answer;
  decoder.Version(limits::kProtocolVersion);
  answer.practice = decoder.Fixed<PracticeKey>("practice");
  answer.bond = decoder.Fixed<BondId>("bond");
  answer.therapist = decoder.Fixed<AccountKey>("therapist");
  answer.client = decoder.Fixed<AccountKey>("client");
  answer.client_list_hash = decoder.Fixed<Hash>("client_list_hash");
  answer.answered_at_ms = decoder.Time("answered_at_ms");
  HOLDFAST_RETURN_IF_ERROR(decoder.Finish());
  return answer;
}

}  // namespace holdfast::crypto
