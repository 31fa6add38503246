// The vectors of what the practice sees, made and checked.
#include "crypto/invitation.h"
#include "crypto/public/code_lines.h"
#include "crypto/public/enrolment_code.h"
#include "crypto/public/login.h"
#include "crypto/public/practice.h"
#include "crypto/recovery_code.h"
#include "rules/header.h"
#include "rules/limits.h"
#include "unit/crypto/vectors_support.h"

namespace holdfast::crypto {
namespace {

Header SampleHeader() {
  Header header;
  header.bond = Filled<BondId>('\x01');
  header.envelope = Filled<EnvelopeId>('\x02');
  header.sender_account = Filled<AccountKey>('\x03');
  header.sender_device = Filled<DeviceId>('\x04');
  header.kind = Kind::kCheckIn;
  header.reply_owed = true;
  header.sent_at_ms = kNowMs;
  header.body_bytes = 256 + 72;
  header.sender_list_version = 1;
  header.receiver_list_version = 2;
  return header;
}

Json HeaderJson(std::string_view name, const Header& header) {
  return {{"name", std::string(name)},
          {"version", 1},
          {"bond", header.bond.hex()},
          {"envelope", header.envelope.hex()},
          {"sender_account", header.sender_account.hex()},
          {"sender_device", header.sender_device.hex()},
          {"kind", static_cast<int>(header.kind)},
          {"reply_owed", header.reply_owed},
          {"slot", header.slot.hex()},
          {"reply_to", header.reply_to.hex()},
          {"sent_at_ms", header.sent_at_ms},
          {"release_when", static_cast<int>(header.release.when)},
          {"release_at_ms", header.release.at_ms},
          {"release_slot", header.release.slot.hex()},
          {"body_bytes", header.body_bytes},
          {"sender_list_version", header.sender_list_version},
          {"receiver_list_version", header.receiver_list_version},
          {"bytes", ToHex(EncodeHeader(header))}};
}

Certificate SampleCertificate(const SigningKey& account, const SigningKey& device) {
  return {account.public_key<AccountKey>(), device.public_key<DeviceKey>(), FilledPair('\x33').key,
          kNowMs};
}

Json DeviceStatements(const SigningKey& account, const SigningKey& device) {
  const Certificate certificate = SampleCertificate(account, device);
  const Signed certified = SignCertificate(account, certificate);
  Json first = SignedJson(certified, account, Purpose::kCertificate);
  first["created_at_ms"] = certificate.created_at_ms;
  first["signing_key"] = certificate.signing.hex();
  first["identity_key"] = certificate.identity.hex();
  first["certificate_hash"] = CertificateHash(certified.statement).hex();
  first["device_id"] = DeviceIdOf(certificate).hex();

  const DeviceList list{certificate.account, 1, Hash(), kNowMs, {DeviceIdOf(certificate)}};
  const Signed listed = SignDeviceList(account, list);
  Json second = SignedJson(listed, account, Purpose::kDeviceList);
  second["list_version"] = 1;
  second["issued_at_ms"] = kNowMs;
  second["list_hash"] = DeviceListHash(listed.statement).hex();

  DeviceList longer{certificate.account, 2, DeviceListHash(listed.statement), kNowMs + 1, {}};
  longer.devices = {DeviceIdOf(certificate), Filled<DeviceId>('\x05')};
  const Signed relisted = SignDeviceList(account, longer);
  Json third = SignedJson(relisted, account, Purpose::kDeviceList);
  third["list_version"] = 2;
  third["issued_at_ms"] = kNowMs + 1;
  third["devices"] = {DeviceIdOf(certificate).hex(), Filled<DeviceId>('\x05').hex()};
  third["list_hash"] = DeviceListHash(relisted.statement).hex();

  const Prekey prekey{DeviceIdOf(certificate),         7, FilledPair('\x44').key, kNowMs, 1,
                      DeviceListHash(listed.statement)};
  Json fourth = SignedJson(SignPrekey(device, prekey), device, Purpose::kPrekey);
  fourth["prekey_id"] = 7;
  fourth["prekey"] = prekey.key.hex();
  fourth["created_at_ms"] = kNowMs;
  return {
      {"certificate", first}, {"first_list", second}, {"second_list", third}, {"prekey", fourth}};
}

Json LoginJson(const PracticeKey& practice, const SigningKey& account, const SigningKey& device) {
  const LoginStatement login{practice,
                             Filled<TlsKeyHash>('\x06'),
                             account.public_key<AccountKey>(),
                             DeviceIdOf(SampleCertificate(account, device)),
                             Filled<LoginNonce>('\x07'),
                             kNowMs + limits::kLoginNonceMs,
                             9};
  Json json = SignedJson(SignLogin(device, login), device, Purpose::kLogin);
  json["tls_key"] = login.tls_key.hex();
  json["nonce"] = login.nonce.hex();
  json["expires_at_ms"] = login.expires_at_ms;
  json["vault_generation"] = login.vault_generation;
  return json;
}

Json PracticeStatements(const SigningKey& practice) {
  const auto key = practice.public_key<PracticeKey>();
  const Endorsement endorsement{key, Filled<TlsKeyHash>('\x06'), kNowMs, kNowMs + limits::kDayMs};
  Json first = SignedJson(SignEndorsement(practice, endorsement), practice, Purpose::kEndorsement);
  first["tls_key"] = endorsement.tls_key.hex();
  first["not_before_ms"] = endorsement.not_before_ms;
  first["not_after_ms"] = endorsement.not_after_ms;

  const Succession succession{key, FilledSigner('\x66').public_key<PracticeKey>(), kNowMs};
  Json second = SignedJson(SignSuccession(practice, succession), practice, Purpose::kSuccession);
  second["to"] = succession.to.hex();
  second["at_ms"] = kNowMs;

  const AccountStatement account{key, Filled<AccountKey>('\x03'), Role::kTherapist, kNowMs};
  Json third = SignedJson(SignAccount(practice, account), practice, Purpose::kAccount);
  third["account"] = account.account.hex();
  third["role"] = 1;
  third["since_ms"] = kNowMs;

  const BondStatement bond{key,
                           Filled<BondId>('\x01'),
                           Filled<AccountKey>('\x03'),
                           Filled<AccountKey>('\x08'),
                           Filled<LookupId>('\x09'),
                           kNowMs};
  Json fourth = SignedJson(SignBond(practice, bond), practice, Purpose::kBond);
  fourth["bond"] = bond.bond.hex();
  fourth["therapist"] = bond.therapist.hex();
  fourth["client"] = bond.client.hex();
  fourth["invitation"] = bond.invitation.hex();
  fourth["formed_at_ms"] = kNowMs;
  return {{"endorsement", first}, {"succession", second}, {"account", third}, {"bond", fourth}};
}

Json InvitationJson(const Invitation& invitation) {
  const InvitationKeys keys = DeriveInvitationKeys(invitation);
  const InvitationAnswer answer{invitation.practice,  keys.bond,
                                invitation.therapist, Filled<AccountKey>('\x08'),
                                Filled<Hash>('\x0a'), kNowMs};
  const Bytes encoded = EncodeInvitationAnswer(answer);
  return {{"secret", ToHex(invitation.secret.Expose())},
          {"practice", invitation.practice.hex()},
          {"therapist", invitation.therapist.hex()},
          {"expires_at_ms", invitation.expires_at_ms},
          {"address", invitation.address},
          {"text", EncodeInvitation(invitation)},
          {"lines", CodeLines(EncodeInvitation(invitation))},
          {"lookup", keys.lookup.hex()},
          {"bond", keys.bond.hex()},
          {"pre_shared_key", ToHex(keys.psk.Expose())},
          {"mac_key", ToHex(keys.mac.Expose())},
          {"client", answer.client.hex()},
          {"client_list_hash", answer.client_list_hash.hex()},
          {"answered_at_ms", answer.answered_at_ms},
          {"answer", ToHex(encoded)},
          {"answer_mac", InvitationAnswerMac(keys.mac, encoded).hex()}};
}

Json RecoveryJson(const SigningKey& account) {
  const CountedRandomness counted;
  const auto secret = FilledSecret<CodeSecret>('\x5a');
  const RecoveryKeys keys = DeriveRecoveryKeys(secret);
  const Bytes sealed = SealAccountKey(keys.wrap, account);
  return {{"secret", ToHex(secret.Expose())},
          {"text", EncodeRecoveryCode(secret)},
          {"lines", CodeLines(EncodeRecoveryCode(secret))},
          {"lookup", keys.lookup.hex()},
          {"token", ToHex(keys.token.Expose())},
          {"token_hash", RecoveryTokenHash(keys.token.Expose()).hex()},
          {"wrap_key", ToHex(keys.wrap.Expose())},
          {"account_seed", ToHex(account.seed().Expose())},
          {"account_key", account.public_key<AccountKey>().hex()},
          {"nonce", ToHex(Bytes(24, '\x01'))},
          {"sealed_account_key", ToHex(sealed)}};
}

}  // namespace

Json HeaderVectors() {
  Json headers = Json::array();
  Header header = SampleHeader();
  headers.push_back(HeaderJson("a check-in that owes a reply", header));
  header.kind = Kind::kReply;
  header.reply_owed = false;
  header.reply_to = Filled<EnvelopeId>('\x05');
  headers.push_back(HeaderJson("a reply", header));
  header = SampleHeader();
  header.slot = Filled<SlotId>('\x06');
  header.release = {ReleaseWhen::kAtTime, kNowMs + limits::kDayMs, SlotId()};
  header.body_bytes = 65536 + 72;
  headers.push_back(HeaderJson("released at a time, in a slot, of the largest size", header));
  header.release = {ReleaseWhen::kSlotClosesEmpty, 0, Filled<SlotId>('\x07')};
  headers.push_back(HeaderJson("released when a slot closes empty", header));
  return {{"description", "The canonical header (crypto/PROTOCOL.md, Header)"},
          {"headers", headers}};
}

Json StatementVectors() {
  const SigningKey account = FilledSigner('\x11');
  const SigningKey device = FilledSigner('\x22');
  const SigningKey practice = FilledSigner('\x55');
  Json json = {{"description",
                "Signed statements (crypto/PROTOCOL.md, Devices, The practice, Login, Invitation)"},
               {"identity_secret", ToHex(Bytes(32, '\x33'))}};
  json.update(DeviceStatements(account, device));
  json["login"] = LoginJson(practice.public_key<PracticeKey>(), account, device);
  json.update(PracticeStatements(practice));
  const InvitationStatement invitation{practice.public_key<PracticeKey>(),
                                       Filled<LookupId>('\x09'),
                                       Filled<BondId>('\x01'),
                                       account.public_key<AccountKey>(),
                                       DeviceIdOf(SampleCertificate(account, device)),
                                       kNowMs};
  json["invitation"] =
      SignedJson(SignInvitationStatement(device, invitation), device, Purpose::kInvitation);
  json["invitation"]["lookup"] = invitation.lookup.hex();
  json["invitation"]["bond"] = invitation.bond.hex();
  json["invitation"]["expires_at_ms"] = kNowMs;
  json["invitation_withdrawal"] = SignedJson(
      SignInvitationWithdrawal(device, {invitation.practice, invitation.lookup,
                                        invitation.therapist, invitation.device, kNowMs}),
      device, Purpose::kInvitationWithdrawal);
  json["invitation_withdrawal"]["lookup"] = invitation.lookup.hex();
  json["invitation_withdrawal"]["withdrawn_at_ms"] = kNowMs;
  return json;
}

Json CodeVectors() {
  const Invitation invitation{CodeSecret::From(Hex("000102030405060708090a0b0c0d0e0f"), "").value(),
                              FilledSigner('\x55').public_key<PracticeKey>(),
                              FilledSigner('\x11').public_key<AccountKey>(), kNowMs,
                              "practice.example:7443"};
  const EnrolmentCode enrolment{invitation.secret.Clone(), invitation.practice, kNowMs,
                                "[2001:db8::1]:7443"};
  const SecretBytes token = EnrolmentToken(enrolment.secret);
  return {{"description",
           "Codes and what is derived from them (crypto/PROTOCOL.md, Codes, Invitation, "
           "Enrolment, Recovery code)"},
          {"invitation", InvitationJson(invitation)},
          {"enrolment",
           {{"secret", ToHex(enrolment.secret.Expose())},
            {"practice", enrolment.practice.hex()},
            {"expires_at_ms", enrolment.expires_at_ms},
            {"address", enrolment.address},
            {"text", EncodeEnrolmentCode(enrolment)},
            {"lines", CodeLines(EncodeEnrolmentCode(enrolment))},
            {"token", ToHex(token.Expose())},
            {"token_hash", EnrolmentTokenHash(token.Expose()).hex()}}},
          {"recovery", RecoveryJson(FilledSigner('\x11'))}};
}

}  // namespace holdfast::crypto
