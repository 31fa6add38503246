#include "crypto/public/login.h"

#include "crypto/public/statement.h"
#include "rules/limits.h"

namespace holdfast::crypto {

Bytes EncodeLogin(const LoginStatement& login) {
  return Encoder()
      .U8(limits::kProtocolVersion)
      .Fixed(login.practice)
      .Fixed(login.tls_key)
      .Fixed(login.account)
      .Fixed(login.device)
      .Fixed(login.nonce)
      .U64(login.expires_at_ms)
      .U64(login.vault_generation)
      .Take();
}

absl::StatusOr<LoginStatement> DecodeLogin(BytesView statement) {
  Decoder decoder(statement, "login");
  LoginStatement login;
  decoder.Version(limits::kProtocolVersion);
  login.practice = decoder.Fixed<PracticeKey>("practice");
  login.tls_key = decoder.Fixed<TlsKeyHash>("tls_key");
  login.account = decoder.Fixed<AccountKey>("account");
  login.device = decoder.Fixed<DeviceId>("device");
  login.nonce = decoder.Fixed<LoginNonce>("nonce");
  login.expires_at_ms = decoder.U64("expires_at_ms");
  login.vault_generation = decoder.U64("vault_generation");
  decoder.CheckTime(login.expires_at_ms, "expires_at_ms");
  HOLDFAST_RETURN_IF_ERROR(decoder.Finish());
  return login;
}

Signed SignLogin(const SigningKey& device, const LoginStatement& login) {
  return SignStatement(device, Purpose::kLogin, EncodeLogin(login));
}

absl::StatusOr<LoginStatement> VerifyLogin(const Signed& login, const DeviceKey& device) {
  return VerifyStatement<Purpose::kLogin>(login, device, DecodeLogin, "login");
}

}  // namespace holdfast::crypto
