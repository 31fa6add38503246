#include "crypto/public/practice.h"

#include "crypto/public/statement.h"
#include "rules/limits.h"

namespace holdfast::crypto {

Bytes EncodeEndorsement(const Endorsement& endorsement) {
  return Encoder()
      .U8(limits::kProtocolVersion)
      .Fixed(endorsement.practice)
      .Fixed(endorsement.tls_key)
      .U64(endorsement.not_before_ms)
      .U64(endorsement.not_after_ms)
      .Take();
}

absl::StatusOr<Endorsement> DecodeEndorsement(BytesView statement) {
  Decoder decoder(statement, "endorsement");
  Endorsement endorsement;
  decoder.Version(limits::kProtocolVersion);
  endorsement.practice = decoder.Fixed<PracticeKey>("practice");
  endorsement.tls_key = decoder.Fixed<TlsKeyHash>("tls_key");
  endorsement.not_before_ms = decoder.Time("not_before_ms");
  endorsement.not_after_ms = decoder.Time("not_after_ms");
  HOLDFAST_RETURN_IF_ERROR(decoder.Finish());
  return endorsement;
}

Signed SignEndorsement(const SigningKey& practice, const Endorsement& endorsement) {
  return SignStatement(practice, Purpose::kEndorsement, EncodeEndorsement(endorsement));
}

absl::StatusOr<Endorsement> VerifyEndorsement(const Signed& endorsement,
                                              const PracticeKey& practice,
                                              const TlsKeyHash& tls_key, std::uint64_t now_ms) {
  const auto wrong = [](std::string_view field, std::string_view message) {
    return Refuse(Reason::kWrongPractice, field, message);
  };
  if (!VerifySignature<Purpose::kEndorsement>(practice, endorsement, "endorsement.signature")
           .ok()) {
    return wrong("endorsement.signature", "was not made by the practice that you know");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const Endorsement stated, DecodeEndorsement(endorsement.statement));
  if (stated.practice != practice) {
    return wrong("endorsement.practice", "names another practice");
  }
  if (stated.tls_key != tls_key) {
    return wrong("endorsement.tls_key", "is for another TLS key than this connection shows");
  }
  if (now_ms < stated.not_before_ms || now_ms > stated.not_after_ms) {
    return wrong("endorsement.not_after_ms",
                 "is outside its time of validity; check this device's clock, else ask the "
                 "practice's operator");
  }
  return stated;
}

Bytes EncodeSuccession(const Succession& succession) {
  return Encoder()
      .U8(limits::kProtocolVersion)
      .Fixed(succession.from)
      .Fixed(succession.to)
      .U64(succession.at_ms)
      .Take();
}

absl::StatusOr<Succession> DecodeSuccession(BytesView statement) {
  Decoder decoder(statement, "succession");
  Succession succession;
  decoder.Version(limits::kProtocolVersion);
  succession.from = decoder.Fixed<PracticeKey>("from");
  succession.to = decoder.Fixed<PracticeKey>("to");
  succession.at_ms = decoder.Time("at_ms");
  HOLDFAST_RETURN_IF_ERROR(decoder.Finish());
  return succession;
}

Signed SignSuccession(const SigningKey& from, const Succession& succession) {
  return SignStatement(from, Purpose::kSuccession, EncodeSuccession(succession));
}

absl::StatusOr<Succession> VerifySuccession(const Signed& succession, const PracticeKey& from) {
  HOLDFAST_ASSIGN_OR_RETURN(
      const Succession stated,
      VerifyStatement<Purpose::kSuccession>(succession, from, DecodeSuccession, "succession"));
  if (stated.from != from) {
    return Refuse(Reason::kIntegrity, "succession.from", "names another key than signed it");
  }
  return stated;
}

}  // namespace holdfast::crypto
