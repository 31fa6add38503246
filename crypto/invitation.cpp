#include "crypto/invitation.h"

#include "crypto/public/address.h"
#include "crypto/public/code_text.h"
#include "crypto/public/hash.h"
#include "rules/limits.h"

namespace holdfast::crypto {
namespace {

constexpr std::string_view kInvitationPrefix = "HFI";

}  // namespace

std::string EncodeInvitation(const Invitation& invitation) {
  const SecretBytes payload(Encoder()
                                .Reserve(kCodePayloadBytesMax)
                                .U8(limits::kProtocolVersion)
                                .Raw(invitation.secret.Expose())
                                .Fixed(invitation.practice)
                                .Fixed(invitation.therapist)
                                .U64(invitation.expires_at_ms / limits::kSecondMs)
                                .Var(invitation.address)
                                .Take());
  return EncodeCode(kInvitationPrefix, payload.Expose());
}

absl::StatusOr<Invitation> DecodeInvitation(std::string_view text) {
  HOLDFAST_ASSIGN_OR_RETURN(const SecretBytes payload,
                            DecodeCode(kInvitationPrefix, text, "invitation"));
  Decoder decoder(payload.Expose(), "invitation");
  Invitation invitation;
  decoder.Version(limits::kProtocolVersion);
  const BytesView secret = decoder.Raw(CodeSecret::size, "secret");
  invitation.practice = decoder.Fixed<PracticeKey>("practice");
  invitation.therapist = decoder.Fixed<AccountKey>("therapist");
  invitation.expires_at_ms = DecodeSeconds(decoder, "expires_at");
  invitation.address = decoder.Var("address");
  CheckAddress(decoder, invitation.address);
  HOLDFAST_RETURN_IF_ERROR(decoder.Finish());
  HOLDFAST_ASSIGN_OR_RETURN(invitation.secret, CodeSecret::From(secret, "invitation.secret"));
  return invitation;
}

InvitationKeys DeriveInvitationKeys(const Invitation& invitation) {
  const Bytes context = invitation.practice.str() + invitation.therapist.str();
  const KeySource secret(invitation.secret.Expose());
  return {secret.Derive<LookupId>(Purpose::kInvitationLookup, context),
          secret.Derive<BondId>(Purpose::kInvitationBond, context),
          secret.Derive<PreSharedKey>(Purpose::kInvitationPsk, context),
          secret.Derive<MacKey>(Purpose::kInvitationMac, context)};
}

Mac InvitationAnswerMac(const MacKey& key, BytesView answer) {
  return DomainMac(key, Purpose::kInvitationMac, {answer});
}

}  // namespace holdfast::crypto
