#include "crypto/public/enrolment_code.h"

#include "crypto/public/address.h"
#include "crypto/public/code_text.h"
#include "crypto/public/hash.h"
#include "rules/limits.h"

namespace holdfast::crypto {
namespace {

constexpr std::string_view kEnrolmentPrefix = "HFE";
constexpr std::size_t kEnrolmentTokenBytes = 32;

}  // namespace

std::string EncodeEnrolmentCode(const EnrolmentCode& code) {
  const SecretBytes payload(Encoder()
                                .Reserve(kCodePayloadBytesMax)
                                .U8(limits::kProtocolVersion)
                                .Raw(code.secret.Expose())
                                .Fixed(code.practice)
                                .U64(code.expires_at_ms / limits::kSecondMs)
                                .Var(code.address)
                                .Take());
  return EncodeCode(kEnrolmentPrefix, payload.Expose());
}

absl::StatusOr<EnrolmentCode> DecodeEnrolmentCode(std::string_view text) {
  HOLDFAST_ASSIGN_OR_RETURN(const SecretBytes payload,
                            DecodeCode(kEnrolmentPrefix, text, "enrolment_code"));
  Decoder decoder(payload.Expose(), "enrolment_code");
  EnrolmentCode code;
  decoder.Version(limits::kProtocolVersion);
  const BytesView secret = decoder.Raw(CodeSecret::size, "secret");
  code.practice = decoder.Fixed<PracticeKey>("practice");
  code.expires_at_ms = DecodeSeconds(decoder, "expires_at");
  code.address = decoder.Var("address");
  CheckAddress(decoder, code.address);
  HOLDFAST_RETURN_IF_ERROR(decoder.Finish());
  HOLDFAST_ASSIGN_OR_RETURN(code.secret, CodeSecret::From(secret, "enrolment_code.secret"));
  return code;
}

SecretBytes EnrolmentToken(const CodeSecret& secret) {
  return DeriveBytes(secret.Expose(), Purpose::kEnrolmentToken, {}, kEnrolmentTokenBytes);
}

Hash EnrolmentTokenHash(BytesView token) {
  return DomainHash(Purpose::kEnrolmentTokenHash, {token});
}

}  // namespace holdfast::crypto
