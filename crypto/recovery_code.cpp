#include "crypto/recovery_code.h"

#include "crypto/account_context.h"
#include "crypto/aead.h"
#include "crypto/public/code_text.h"
#include "crypto/public/hash.h"
#include "rules/codec.h"
#include "rules/limits.h"

namespace holdfast::crypto {
namespace {

constexpr std::string_view kRecoveryPrefix = "HFR";
constexpr std::size_t kRecoveryTokenBytes = 32;

}  // namespace

std::string EncodeRecoveryCode(const CodeSecret& secret) {
  const SecretBytes payload(Encoder()
                                .Reserve(kCodePayloadBytesMax)
                                .U8(limits::kProtocolVersion)
                                .Raw(secret.Expose())
                                .Take());
  return EncodeCode(kRecoveryPrefix, payload.Expose());
}

absl::StatusOr<CodeSecret> DecodeRecoveryCode(std::string_view text) {
  HOLDFAST_ASSIGN_OR_RETURN(const SecretBytes payload,
                            DecodeCode(kRecoveryPrefix, text, "recovery_code"));
  Decoder decoder(payload.Expose(), "recovery_code");
  decoder.Version(limits::kProtocolVersion);
  const BytesView bytes = decoder.Raw(CodeSecret::size, "secret");
  HOLDFAST_RETURN_IF_ERROR(decoder.Finish());
  return CodeSecret::From(bytes, "recovery_code.secret");
}

RecoveryKeys DeriveRecoveryKeys(const CodeSecret& secret) {
  const KeySource source(secret.Expose());
  return {source.Derive<LookupId>(Purpose::kRecoveryLookup),
          source.DeriveBytes(Purpose::kRecoveryToken, {}, kRecoveryTokenBytes),
          source.Derive<WrapKey>(Purpose::kRecoveryAccount),
          source.Derive<WrapKey>(Purpose::kRecoveryWrap)};
}

Hash RecoveryTokenHash(BytesView token) { return DomainHash(Purpose::kRecoveryTokenHash, {token}); }

Bytes SealAccountKey(const WrapKey& wrap, const SigningKey& account) {
  const Bytes context = AccountContext(account.public_key<AccountKey>());
  return Encoder()
      .U8(limits::kProtocolVersion)
      .Raw(AeadSeal(wrap, account.seed().Expose(), AssociatedData{context}))
      .Take();
}

absl::StatusOr<SigningKey> OpenAccountKey(const WrapKey& wrap, BytesView sealed,
                                          const AccountKey& account) {
  Decoder decoder(sealed, "account_key");
  decoder.Version(limits::kProtocolVersion);
  const BytesView inner = decoder.Raw(decoder.remaining(), "sealed");
  HOLDFAST_RETURN_IF_ERROR(decoder.Finish());
  const auto refused = [] {
    return Refuse(Reason::kIntegrity, "account_key",
                  "is not this account's, or the recovery code is another one");
  };
  const auto bytes = AeadOpen(wrap, inner, AssociatedData{AccountContext(account)}, "account_key");
  if (!bytes.ok()) return refused();
  absl::StatusOr<SigningSeed> seed = SigningSeed::From(bytes->Expose(), "account_key");
  if (!seed.ok()) return refused();
  SigningKey key(*std::move(seed));
  if (key.public_key<AccountKey>() != account) return refused();
  return key;
}

}  // namespace holdfast::crypto
