#include "crypto/link_code.h"

#include "crypto/account_context.h"
#include "crypto/aead.h"
#include "crypto/public/account_change.h"
#include "crypto/public/address.h"
#include "crypto/public/code_text.h"
#include "crypto/public/hash.h"
#include "rules/codec.h"
#include "rules/limits.h"

namespace holdfast::crypto {
namespace {

constexpr std::string_view kLinkPrefix = "HFD";

absl::Status NotThisAccounts() {
  return Refuse(Reason::kIntegrity, "sealed_account",
                "is not this account's, or the code is another one");
}

absl::StatusOr<SealedAccount> DecodeSealed(BytesView plaintext) {
  Decoder decoder(plaintext, "sealed_account");
  decoder.Version(limits::kProtocolVersion);
  const BytesView seed = decoder.Raw(SigningSeed::size, "seed");
  const auto practice = decoder.Fixed<PracticeKey>("practice");
  const std::uint8_t role = decoder.U8("role");
  const BytesView psk = decoder.Raw(PreSharedKey::size, "account_psk");
  const std::uint32_t epoch = decoder.U32("archive_epoch");
  const BytesView key = decoder.Raw(ArchiveKey::size, "archive_key");
  const bool known_role = role == static_cast<std::uint8_t>(Role::kTherapist) ||
                          role == static_cast<std::uint8_t>(Role::kClient);
  if (!known_role) decoder.Fail("role", "is not a known role");
  HOLDFAST_RETURN_IF_ERROR(decoder.Finish());
  HOLDFAST_ASSIGN_OR_RETURN(auto account_seed, SigningSeed::From(seed, "sealed_account.seed"));
  HOLDFAST_ASSIGN_OR_RETURN(auto account_psk, PreSharedKey::From(psk, "sealed_account.psk"));
  HOLDFAST_ASSIGN_OR_RETURN(auto archive_key, ArchiveKey::From(key, "sealed_account.archive_key"));
  return SealedAccount{SigningKey(std::move(account_seed)),
                       practice,
                       static_cast<Role>(role),
                       std::move(account_psk),
                       epoch,
                       std::move(archive_key)};
}

}  // namespace

std::string EncodeLinkCode(const LinkCode& code) {
  const SecretBytes payload(Encoder()
                                .Reserve(kCodePayloadBytesMax)
                                .U8(limits::kProtocolVersion)
                                .Raw(code.secret.Expose())
                                .Fixed(code.practice)
                                .Fixed(code.account)
                                .U64(code.expires_at_ms / limits::kSecondMs)
                                .Var(code.address)
                                .Take());
  return EncodeCode(kLinkPrefix, payload.Expose());
}

absl::StatusOr<LinkCode> DecodeLinkCode(std::string_view text) {
  HOLDFAST_ASSIGN_OR_RETURN(const SecretBytes payload, DecodeCode(kLinkPrefix, text, "link_code"));
  Decoder decoder(payload.Expose(), "link_code");
  LinkCode code;
  decoder.Version(limits::kProtocolVersion);
  const BytesView secret = decoder.Raw(CodeSecret::size, "secret");
  code.practice = decoder.Fixed<PracticeKey>("practice");
  code.account = decoder.Fixed<AccountKey>("account");
  code.expires_at_ms = DecodeSeconds(decoder, "expires_at");
  code.address = decoder.Var("address");
  CheckAddress(decoder, code.address);
  HOLDFAST_RETURN_IF_ERROR(decoder.Finish());
  HOLDFAST_ASSIGN_OR_RETURN(code.secret, CodeSecret::From(secret, "link_code.secret"));
  return code;
}

LinkKeys DeriveLinkKeys(const LinkCode& code) {
  const Bytes context = code.practice.str() + code.account.str();
  const KeySource secret(code.secret.Expose());
  return {secret.Derive<LookupId>(Purpose::kLinkLookup, context),
          secret.Derive<WrapKey>(Purpose::kLinkAccount, context)};
}

Bytes SealAccount(const WrapKey& key, const SealedAccount& account) {
  const SecretBytes plaintext(Encoder()
                                  .Reserve(kSealedAccountBytes)
                                  .U8(limits::kProtocolVersion)
                                  .Raw(account.account.seed().Expose())
                                  .Fixed(account.practice)
                                  .U8(static_cast<std::uint8_t>(account.role))
                                  .Raw(account.account_psk.Expose())
                                  .U32(account.archive_epoch)
                                  .Raw(account.archive_key.Expose())
                                  .Take());
  const Bytes context = AccountContext(account.account.public_key<AccountKey>());
  return Encoder()
      .U8(limits::kProtocolVersion)
      .Raw(AeadSeal(key, plaintext.Expose(), AssociatedData{context}))
      .Take();
}

absl::StatusOr<SealedAccount> OpenAccount(const WrapKey& key, BytesView sealed,
                                          const AccountKey& account) {
  Decoder decoder(sealed, "sealed_account");
  decoder.Version(limits::kProtocolVersion);
  const BytesView inner = decoder.Raw(decoder.remaining(), "sealed");
  HOLDFAST_RETURN_IF_ERROR(decoder.Finish());
  const auto plaintext =
      AeadOpen(key, inner, AssociatedData{AccountContext(account)}, "sealed_account");
  if (!plaintext.ok()) return NotThisAccounts();
  absl::StatusOr<SealedAccount> opened = DecodeSealed(plaintext->Expose());
  if (!opened.ok() || opened->account.public_key<AccountKey>() != account) return NotThisAccounts();
  return opened;
}

}  // namespace holdfast::crypto
