// What an account decides about its devices, and what its codes open.
#include "crypto/public/account_change.h"

#include "crypto/link_code.h"
#include "crypto/public/code_text.h"
#include "crypto/recovery_code.h"
#include "rules/codec.h"
#include "rules/limits.h"
#include "unit/crypto/support.h"

namespace holdfast::crypto {
namespace {

RecoveryStatement SampleRecovery() {
  return {.account = Filled<AccountKey>('a'),
          .number = 2,
          .lookup = Filled<LookupId>('l'),
          .token_hash = Filled<Hash>('t'),
          .sealed_hash = Filled<Hash>('s'),
          .at_ms = kNowMs};
}

Suspension SampleSuspension() {
  return {Filled<AccountKey>('a'), Filled<DeviceId>('s'), Filled<DeviceId>('b'), kNowMs};
}

LinkCode SampleLink() {
  return {CodeSecret::From("0123456789abcdef", "test").value(), Filled<PracticeKey>('p'),
          Filled<AccountKey>('a'), kNowMs, "practice.example:7443"};
}

SealedAccount SampleAccount() {
  return {.account = SigningKey::Generate(),
          .practice = Filled<PracticeKey>('p'),
          .role = Role::kTherapist,
          .account_psk = PreSharedKey::Random(),
          .archive_epoch = 3,
          .archive_key = ArchiveKey::Random()};
}

// Fields at their places in a link code's payload.
Bytes LinkPayload(std::uint8_t version, std::uint64_t expires_s, std::string_view address) {
  return Encoder()
      .U8(version)
      .Raw(Bytes(CodeSecret::size, 's'))
      .Raw(Bytes(PracticeKey::size, 'p'))
      .Raw(Bytes(AccountKey::size, 'a'))
      .U64(expires_s)
      .Var(address)
      .Take();
}

absl::Status ReadLink(const Bytes& payload) {
  return DecodeLinkCode(EncodeCode("HFD", payload)).status();
}

TEST_CASE("what an account decides has one encoding of its size", "[account-change]") {
  CheckCanonical(SampleRecovery(), EncodeRecoveryStatement, DecodeRecoveryStatement);
  CheckCanonical(SampleSuspension(), EncodeSuspension, DecodeSuspension);
  CHECK(EncodeRecoveryStatement(SampleRecovery()).size() == 125);
  CHECK(EncodeSuspension(SampleSuspension()).size() == 73);
}

TEST_CASE("a decision that nobody can have made is refused by field", "[account-change]") {
  RecoveryStatement recovery = SampleRecovery();
  const auto refuses_recovery = [&](std::string_view field) {
    return Refuses(DecodeRecoveryStatement(EncodeRecoveryStatement(recovery)).status(),
                   Reason::kMalformedField, field);
  };
  recovery.number = 0;
  CHECK(refuses_recovery("recovery.number"));
  Suspension suspension = SampleSuspension();
  const auto refuses_suspension = [&](std::string_view field) {
    return Refuses(DecodeSuspension(EncodeSuspension(suspension)).status(), Reason::kMalformedField,
                   field);
  };
  suspension.by = suspension.suspended;
  CHECK(refuses_suspension("suspension.suspended"));
  for (const std::uint64_t time_ms :
       {std::uint64_t{0}, limits::kTimeMinMs - 1, limits::kTimeMaxMs + 1, ~std::uint64_t{0}}) {
    recovery = SampleRecovery();
    recovery.at_ms = time_ms;
    CHECK(refuses_recovery("recovery.at_ms"));
    suspension = SampleSuspension();
    suspension.at_ms = time_ms;
    CHECK(refuses_suspension("suspension.at_ms"));
  }
  Bytes newer = EncodeRecoveryStatement(SampleRecovery());
  newer[0] = 2;
  CHECK(Refuses(DecodeRecoveryStatement(newer).status(), Reason::kUnsupportedVersion,
                "recovery.version"));
  newer = EncodeSuspension(SampleSuspension());
  newer[0] = 2;
  CHECK(
      Refuses(DecodeSuspension(newer).status(), Reason::kUnsupportedVersion, "suspension.version"));
}

TEST_CASE("a recovery code is in force by its own account's word only", "[account-change]") {
  const SigningKey account = SigningKey::Generate();
  const auto key = account.public_key<AccountKey>();
  RecoveryStatement recovery = SampleRecovery();
  recovery.account = key;
  const Signed good = SignRecovery(account, recovery);
  CHECK(VerifyRecovery(good, key).value() == recovery);
  const Signed foreign = SignRecovery(SigningKey::Generate(), recovery);
  CHECK(Refuses(VerifyRecovery(foreign, key).status(), Reason::kIntegrity, "recovery.signature"));
  recovery.account = Filled<AccountKey>('x');
  CHECK(Refuses(VerifyRecovery(SignRecovery(account, recovery), key).status(), Reason::kIntegrity,
                "recovery.account"));
  Signed changed = good;
  changed.statement[60] = static_cast<char>(changed.statement[60] ^ 1);  // the token's hash
  CHECK(Refuses(VerifyRecovery(changed, key).status(), Reason::kIntegrity, "recovery.signature"));
}

TEST_CASE("a suspension counts only under the device that signed it", "[account-change]") {
  const SigningKey device = SigningKey::Generate();
  const auto key = device.public_key<DeviceKey>();
  const Signed good = SignSuspension(device, SampleSuspension());
  CHECK(VerifySuspension(good, key).value() == SampleSuspension());
  CHECK(Refuses(
      VerifySuspension(SignSuspension(SigningKey::Generate(), SampleSuspension()), key).status(),
      Reason::kIntegrity, "suspension.signature"));
  Signed changed = good;
  changed.statement[40] = static_cast<char>(changed.statement[40] ^ 1);
  CHECK(
      Refuses(VerifySuspension(changed, key).status(), Reason::kIntegrity, "suspension.signature"));
  // Signed for one purpose, shown for another.
  const Signed as_recovery{good.statement, device.Sign(Purpose::kRecovery, good.statement).str()};
  CHECK_FALSE(VerifySuspension(as_recovery, key).ok());
}

TEST_CASE("a link code survives being written and read", "[account-change]") {
  const LinkCode code = SampleLink();
  const std::string text = EncodeLinkCode(code);
  CHECK(text.starts_with("HFD-"));
  const auto read = DecodeLinkCode(text);
  REQUIRE(read.ok());
  CHECK(read->secret == code.secret);
  CHECK(read->practice == code.practice);
  CHECK(read->account == code.account);
  CHECK(read->expires_at_ms == code.expires_at_ms);
  CHECK(read->address == code.address);
}

TEST_CASE("a link code is read whole or not at all", "[account-change]") {
  const Bytes good = LinkPayload(1, kNowMs / 1000, "practice.example:7443");
  CHECK(ReadLink(good).ok());
  for (std::size_t size = 0; size < good.size(); ++size) {
    INFO("cut to " << size);
    CHECK(ReasonOf(ReadLink(good.substr(0, size))) == Reason::kMalformedField);
  }
  CHECK(Refuses(ReadLink(good + 'x'), Reason::kMalformedField, "link_code.end"));
  CHECK(Refuses(ReadLink(LinkPayload(2, kNowMs / 1000, "practice.example:7443")),
                Reason::kUnsupportedVersion, "link_code.version"));
  for (const std::uint64_t seconds : {std::uint64_t{0}, limits::kTimeMaxMs / 1000 + 1,
                                      ~std::uint64_t{0} / 1000 + 1, ~std::uint64_t{0}}) {
    CHECK(Refuses(ReadLink(LinkPayload(1, seconds, "practice.example:7443")),
                  Reason::kMalformedField, "link_code.expires_at"));
  }
  for (const std::string_view address : {"", ":7443", "practice.example", "practice.example:0",
                                         "practice.example:65536", "a b:7443"}) {
    CHECK(Refuses(ReadLink(LinkPayload(1, kNowMs / 1000, address)), Reason::kMalformedField,
                  "link_code.address"));
  }
  CHECK_FALSE(DecodeLinkCode(EncodeCode("HFI", good)).ok());
}

TEST_CASE("a link's keys are its practice's and account's alone", "[account-change]") {
  const LinkKeys keys = DeriveLinkKeys(SampleLink());
  LinkCode other = SampleLink();
  other.practice = Filled<PracticeKey>('x');
  CHECK_FALSE(DeriveLinkKeys(other).lookup == keys.lookup);
  CHECK_FALSE(DeriveLinkKeys(other).account == keys.account);
  other = SampleLink();
  other.account = Filled<AccountKey>('x');
  CHECK_FALSE(DeriveLinkKeys(other).lookup == keys.lookup);
  CHECK_FALSE(DeriveLinkKeys(other).account == keys.account);
  other = SampleLink();
  other.expires_at_ms += 1000;
  CHECK(DeriveLinkKeys(other).lookup == keys.lookup);
}

TEST_CASE("a sealed account opens to its own account, whole, and for nobody else",
          "[account-change]") {
  const SealedAccount account = SampleAccount();
  const auto key = account.account.public_key<AccountKey>();
  const WrapKey wrap = WrapKey::Random();
  const Bytes sealed = SealAccount(wrap, account);
  CHECK(sealed.size() == kSealedAccountBytes);
  const auto opened = OpenAccount(wrap, sealed, key);
  REQUIRE(opened.ok());
  CHECK(opened->account.seed() == account.account.seed());
  CHECK(opened->practice == account.practice);
  CHECK(opened->role == account.role);
  CHECK(opened->account_psk == account.account_psk);
  CHECK(opened->archive_epoch == 3);
  CHECK(opened->archive_key == account.archive_key);
  CHECK(Refuses(OpenAccount(WrapKey::Random(), sealed, key).status(), Reason::kIntegrity,
                "sealed_account"));
  CHECK(Refuses(OpenAccount(wrap, sealed, Filled<AccountKey>('x')).status(), Reason::kIntegrity,
                "sealed_account"));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    Bytes changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    CHECK_FALSE(OpenAccount(wrap, changed, key).ok());
    CHECK_FALSE(OpenAccount(wrap, BytesView(sealed).substr(0, i), key).ok());
  }
  CHECK_FALSE(OpenAccount(wrap, sealed + 'x', key).ok());
}

TEST_CASE("what a code's holder sealed for a role that is none does not open", "[account-change]") {
  SealedAccount account = SampleAccount();
  account.role = static_cast<Role>(3);
  const WrapKey wrap = WrapKey::Random();
  CHECK(Refuses(
      OpenAccount(wrap, SealAccount(wrap, account), account.account.public_key<AccountKey>())
          .status(),
      Reason::kIntegrity, "sealed_account"));
}

TEST_CASE("a recovery code's keys tell nothing of each other", "[account-change]") {
  const RecoveryKeys keys = DeriveRecoveryKeys(CodeSecret::Random());
  CHECK_FALSE(keys.account == keys.wrap);
  CHECK(keys.account.Expose() != keys.token.Expose());
  // Sealed as accounts of before 0.2.0 had it, it does not pass for the whole.
  const SigningKey account = SigningKey::Generate();
  CHECK_FALSE(OpenAccount(keys.account, SealAccountKey(keys.wrap, account),
                          account.public_key<AccountKey>())
                  .ok());
}

}  // namespace
}  // namespace holdfast::crypto
