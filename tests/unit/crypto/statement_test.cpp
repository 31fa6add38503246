// Signed statements: what is verified before anything is believed.
#include "crypto/public/invitation_statement.h"
#include "crypto/public/login.h"
#include "crypto/public/practice.h"
#include "rules/codec.h"
#include "rules/limits.h"
#include "unit/crypto/support.h"

namespace holdfast::crypto {
namespace {

LoginStatement SampleLogin() {
  return {Filled<PracticeKey>('p'),
          Filled<TlsKeyHash>('t'),
          Filled<AccountKey>('a'),
          Filled<DeviceId>('d'),
          Filled<LoginNonce>('n'),
          kNowMs,
          7};
}

Endorsement SampleEndorsement(const PracticeKey& practice) {
  return {practice, Filled<TlsKeyHash>('t'), kNowMs, kNowMs + limits::kDayMs};
}

InvitationStatement SampleInvitation() {
  return {Filled<PracticeKey>('p'), Filled<LookupId>('l'), Filled<BondId>('b'),
          Filled<AccountKey>('t'),  Filled<DeviceId>('d'), kNowMs};
}

InvitationAnswer SampleAnswer() {
  return {Filled<PracticeKey>('p'), Filled<BondId>('b'), Filled<AccountKey>('t'),
          Filled<AccountKey>('c'),  Filled<Hash>('h'),   kNowMs};
}

Certificate SampleCertificate() {
  return {Filled<AccountKey>('a'), Filled<DeviceKey>('s'), Filled<DhKey>('i'), kNowMs};
}

DeviceList SampleList() {
  return {Filled<AccountKey>('a'),
          2,
          Filled<Hash>('h'),
          kNowMs,
          {Filled<DeviceId>('1'), Filled<DeviceId>('2'), Filled<DeviceId>('3')}};
}

Prekey SamplePrekey() {
  return {Filled<DeviceId>('d'), 3, Filled<DhKey>('k'), kNowMs, 2, Filled<Hash>('h')};
}

BondStatement SampleBond(const PracticeKey& practice) {
  return {practice,
          Filled<BondId>('b'),
          Filled<AccountKey>('t'),
          Filled<AccountKey>('c'),
          Filled<LookupId>('l'),
          kNowMs};
}

TEST_CASE("every statement has one encoding, and nothing else decodes", "[statement]") {
  const auto practice = Filled<PracticeKey>('p');
  CheckCanonical(SampleCertificate(), EncodeCertificate, DecodeCertificate);
  CheckCanonical(SampleList(), EncodeDeviceList, DecodeDeviceList);
  CheckCanonical(SamplePrekey(), EncodePrekey, DecodePrekey);
  CheckCanonical(SampleLogin(), EncodeLogin, DecodeLogin);
  CheckCanonical(SampleEndorsement(practice), EncodeEndorsement, DecodeEndorsement);
  CheckCanonical(Succession{practice, Filled<PracticeKey>('q'), kNowMs}, EncodeSuccession,
                 DecodeSuccession);
  CheckCanonical(AccountStatement{practice, Filled<AccountKey>('a'), Role::kTherapist, kNowMs},
                 EncodeAccount, DecodeAccount);
  CheckCanonical(SampleBond(practice), EncodeBond, DecodeBond);
  CheckCanonical(SampleInvitation(), EncodeInvitationStatement, DecodeInvitationStatement);
  CheckCanonical(SampleAnswer(), EncodeInvitationAnswer, DecodeInvitationAnswer);
}

TEST_CASE("statements have the sizes that the protocol names", "[statement]") {
  const auto practice = Filled<PracticeKey>('p');
  CHECK(EncodeCertificate(SampleCertificate()).size() == 105);
  CHECK(EncodeDeviceList(SampleList()).size() == 78 + 3 * 16);
  CHECK(EncodePrekey(SamplePrekey()).size() == 97);
  CHECK(EncodeLogin(SampleLogin()).size() == 177);
  CHECK(EncodeEndorsement(SampleEndorsement(practice)).size() == 81);
  CHECK(EncodeSuccession({}).size() == 73);
  CHECK(EncodeAccount({}).size() == 74);
  CHECK(EncodeBond({}).size() == 137);
  CHECK(EncodeInvitationStatement({}).size() == 105 + 16);
  CHECK(EncodeInvitationAnswer({}).size() == 153);
}

TEST_CASE("a statement of a newer version is named as such", "[statement]") {
  Bytes login = EncodeLogin(SampleLogin());
  login[0] = 2;
  CHECK(Refuses(DecodeLogin(login).status(), Reason::kUnsupportedVersion, "login.version"));
}

TEST_CASE("values that no honest device writes are refused by field", "[statement]") {
  DeviceList list = SampleList();
  const auto refused = [&](std::string_view field) {
    return Refuses(DecodeDeviceList(EncodeDeviceList(list)).status(), Reason::kMalformedField,
                   field);
  };
  list.version = 0;
  CHECK(refused("device_list.version"));
  list = SampleList();
  list.version = 1;
  CHECK(refused("device_list.previous"));
  list = SampleList();
  list.previous = Hash();
  CHECK(refused("device_list.previous"));
  list = SampleList();
  list.devices[2] = list.devices[0];
  CHECK(refused("device_list.devices"));
  list.devices.clear();
  CHECK(refused("device_list.devices"));
  list.devices.resize(9);
  CHECK(refused("device_list.devices"));

  Prekey prekey = SamplePrekey();
  prekey.id = 0;
  CHECK(Refuses(DecodePrekey(EncodePrekey(prekey)).status(), Reason::kMalformedField, "prekey.id"));
  LoginStatement login = SampleLogin();
  login.expires_at_ms = 12;
  CHECK(Refuses(DecodeLogin(EncodeLogin(login)).status(), Reason::kMalformedField,
                "login.expires_at_ms"));
  AccountStatement account{Filled<PracticeKey>('p'), {}, static_cast<Role>(3), kNowMs};
  CHECK(Refuses(DecodeAccount(EncodeAccount(account)).status(), Reason::kMalformedField,
                "account.role"));
}

TEST_CASE("a certificate or prekey with a key that nobody can hold is refused", "[statement]") {
  // Zero, a point of order eight, and one beyond the field's prime with its spare bit set.
  for (const char* const hex :
       {"0000000000000000000000000000000000000000000000000000000000000000",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"}) {
    INFO(hex);
    const DhKey key = DhKey::From(Hex(hex), "test").value();
    Certificate certificate = SampleCertificate();
    certificate.identity = key;
    CHECK(Refuses(DecodeCertificate(EncodeCertificate(certificate)).status(),
                  Reason::kMalformedField, "certificate.identity"));
    Prekey prekey = SamplePrekey();
    prekey.key = key;
    CHECK(Refuses(DecodePrekey(EncodePrekey(prekey)).status(), Reason::kMalformedField,
                  "prekey.key"));
  }
}

TEST_CASE("a date that nobody reads is refused in every statement", "[statement]") {
  for (const std::uint64_t time_ms :
       {std::uint64_t{0}, limits::kTimeMinMs - 1, limits::kTimeMaxMs + 1, ~std::uint64_t{0}}) {
    Certificate certificate = SampleCertificate();
    certificate.created_at_ms = time_ms;
    CHECK_FALSE(DecodeCertificate(EncodeCertificate(certificate)).ok());
    DeviceList list = SampleList();
    list.issued_at_ms = time_ms;
    CHECK_FALSE(DecodeDeviceList(EncodeDeviceList(list)).ok());
    Prekey prekey = SamplePrekey();
    prekey.created_at_ms = time_ms;
    CHECK_FALSE(DecodePrekey(EncodePrekey(prekey)).ok());
    CHECK(ReasonOf(CheckReadsBack(prekey, EncodePrekey(prekey), DecodePrekey)) ==
          Reason::kMalformedField);
    InvitationAnswer answer = SampleAnswer();
    answer.answered_at_ms = time_ms;
    CHECK_FALSE(DecodeInvitationAnswer(EncodeInvitationAnswer(answer)).ok());
  }
  for (const std::uint64_t time_ms : {limits::kTimeMinMs, limits::kTimeMaxMs}) {
    Prekey prekey = SamplePrekey();
    prekey.created_at_ms = time_ms;
    CHECK(CheckReadsBack(prekey, EncodePrekey(prekey), DecodePrekey).ok());
  }
}

TEST_CASE("a statement counts only under the key that signed it", "[statement]") {
  const SigningKey signer = SigningKey::Generate();
  const auto other = SigningKey::Generate().public_key<DeviceKey>();
  const Signed login = SignLogin(signer, SampleLogin());
  CHECK(VerifyLogin(login, signer.public_key<DeviceKey>()).value() == SampleLogin());
  CHECK(Refuses(VerifyLogin(login, other).status(), Reason::kIntegrity, "login.signature"));
  const Signed invitation = SignInvitationStatement(signer, SampleInvitation());
  CHECK(VerifyInvitationStatement(invitation, signer.public_key<DeviceKey>()).value() ==
        SampleInvitation());
  CHECK_FALSE(VerifyInvitationStatement(invitation, other).ok());
  CHECK_FALSE(VerifyLogin(invitation, signer.public_key<DeviceKey>()).ok());
}

TEST_CASE("what a practice signs must name that practice", "[statement]") {
  const SigningKey key = SigningKey::Generate();
  const auto practice = key.public_key<PracticeKey>();
  const auto stranger = Filled<PracticeKey>('x');
  CHECK(VerifyBond(SignBond(key, SampleBond(practice)), practice).ok());
  CHECK(Refuses(VerifyBond(SignBond(key, SampleBond(stranger)), practice).status(),
                Reason::kIntegrity, "bond.practice"));
  const AccountStatement member{stranger, Filled<AccountKey>('a'), Role::kClient, kNowMs};
  CHECK(Refuses(VerifyAccount(SignAccount(key, member), practice).status(), Reason::kIntegrity,
                "account.practice"));
  CHECK(VerifySuccession(SignSuccession(key, {practice, stranger, kNowMs}), practice).ok());
  CHECK(Refuses(
      VerifySuccession(SignSuccession(key, {stranger, practice, kNowMs}), practice).status(),
      Reason::kIntegrity, "succession.from"));
}

TEST_CASE("a TLS key counts only while the practice endorses it", "[statement]") {
  const SigningKey key = SigningKey::Generate();
  const auto practice = key.public_key<PracticeKey>();
  const Endorsement stated = SampleEndorsement(practice);
  const Signed endorsement = SignEndorsement(key, stated);
  const auto verify = [&](const Signed& carried, const TlsKeyHash& seen, std::uint64_t now_ms) {
    return VerifyEndorsement(carried, practice, seen, now_ms).status();
  };
  CHECK(verify(endorsement, stated.tls_key, stated.not_before_ms).ok());
  CHECK(verify(endorsement, stated.tls_key, stated.not_after_ms).ok());
  CHECK(Refuses(verify(endorsement, Filled<TlsKeyHash>('x'), kNowMs), Reason::kWrongPractice,
                "endorsement.tls_key"));
  CHECK(Refuses(verify(endorsement, stated.tls_key, stated.not_before_ms - 1),
                Reason::kWrongPractice, "endorsement.not_after_ms"));
  CHECK(Refuses(verify(endorsement, stated.tls_key, stated.not_after_ms + 1),
                Reason::kWrongPractice, "endorsement.not_after_ms"));
  CHECK(Refuses(verify(SignEndorsement(SigningKey::Generate(), stated), stated.tls_key, kNowMs),
                Reason::kWrongPractice, "endorsement.signature"));
  const Signed foreign = SignEndorsement(key, SampleEndorsement(Filled<PracticeKey>('x')));
  CHECK(Refuses(verify(foreign, stated.tls_key, kNowMs), Reason::kWrongPractice,
                "endorsement.practice"));
}

}  // namespace
}  // namespace holdfast::crypto
