// The vectors of an account's devices and codes, made and checked.
#include "unit/crypto/vectors_devices.h"

#include "crypto/archive.h"
#include "crypto/link_code.h"
#include "crypto/public/account_change.h"
#include "crypto/public/code_lines.h"
#include "crypto/recovery_code.h"

namespace holdfast::crypto {
namespace {

Json VectorDeviceJson(const VectorDevice& device) {
  Json json = SignedJson(device.certified, FilledSigner('\x11'), Purpose::kCertificate);
  json["device_seed"] = ToHex(device.signing.seed().Expose());
  json["signing_key"] = device.certificate.signing.hex();
  json["identity_secret"] = ToHex(device.identity.secret.Expose());
  json["created_at_ms"] = kNowMs;
  json["device_id"] = device.id.hex();
  return json;
}

Json ListJson(const Signed& listed, const DeviceList& list) {
  Json json = SignedJson(listed, FilledSigner('\x11'), Purpose::kDeviceList);
  json["list_version"] = list.version;
  json["previous"] = list.previous.hex();
  json["issued_at_ms"] = list.issued_at_ms;
  Json devices = Json::array();
  for (const DeviceId& device : list.devices) devices.push_back(device.hex());
  json["devices"] = devices;
  json["list_hash"] = DeviceListHash(listed.statement).hex();
  return json;
}

// The first device went, the second and third are listed.
struct VectorLists {
  VectorDevice first = VectorDevice('\x01');
  VectorDevice second = VectorDevice('\x02');
  VectorDevice third = VectorDevice('\x03');
  DeviceList before{first.certificate.account, 1, Hash(), kNowMs, {first.id}};
  Signed signed_before = SignDeviceList(FilledSigner('\x11'), before);
  DeviceList now{before.account,
                 2,
                 DeviceListHash(signed_before.statement),
                 kNowMs + 1,
                 {second.id, third.id}};
  Signed signed_now = SignDeviceList(FilledSigner('\x11'), now);
  Hash hash = DeviceListHash(signed_now.statement);
};

Json DeviceSetJson(const VectorLists& lists) {
  const std::vector<Signed> prekeys = {lists.second.PrekeyOver(2, lists.hash),
                                       lists.third.PrekeyOver(2, lists.hash)};
  REQUIRE(VerifyDevices(lists.before.account, 0, Hash(), {lists.signed_before, lists.signed_now},
                        {lists.second.certified, lists.third.certified}, prekeys)
              .ok());
  Json signed_prekeys = Json::array();
  const std::vector<const VectorDevice*> listed = {&lists.second, &lists.third};
  for (std::size_t i = 0; i < listed.size(); ++i) {
    Json json = SignedJson(prekeys[i], listed[i]->signing, Purpose::kPrekey);
    json["prekey_id"] = 1;
    json["prekey_secret"] = ToHex(listed[i]->prekey.secret.Expose());
    json["created_at_ms"] = kNowMs;
    signed_prekeys.push_back(json);
  }
  return {{"lists",
           {ListJson(lists.signed_before, lists.before), ListJson(lists.signed_now, lists.now)}},
          {"certificates", {VectorDeviceJson(lists.second), VectorDeviceJson(lists.third)}},
          {"prekeys", signed_prekeys},
          {"former", Json::array({VectorDeviceJson(lists.first)})}};
}

SealedAccount VectorAccount() {
  return {.account = FilledSigner('\x11'),
          .practice = FilledSigner('\x55').public_key<PracticeKey>(),
          .role = Role::kClient,
          .account_psk = FilledSecret<PreSharedKey>('\x61'),
          .archive_epoch = 2,
          .archive_key = FilledSecret<ArchiveKey>('\x72')};
}

Json SealedAccountJson(const WrapKey& key, const SealedAccount& account, const Bytes& sealed) {
  REQUIRE(sealed.size() == kSealedAccountBytes);
  REQUIRE(OpenAccount(key, sealed, account.account.public_key<AccountKey>()).ok());
  return {{"key", ToHex(key.Expose())},
          {"account_seed", ToHex(account.account.seed().Expose())},
          {"account_key", account.account.public_key<AccountKey>().hex()},
          {"practice", account.practice.hex()},
          {"role", static_cast<int>(account.role)},
          {"account_psk", ToHex(account.account_psk.Expose())},
          {"archive_epoch", account.archive_epoch},
          {"archive_key", ToHex(account.archive_key.Expose())},
          {"sealed_account", ToHex(sealed)}};
}

// Draws a nonce.
Json RecoveryStatementJson() {
  const SealedAccount account = VectorAccount();
  const RecoveryKeys keys = DeriveRecoveryKeys(FilledSecret<CodeSecret>('\x5a'));
  const Bytes sealed = SealAccount(keys.account, account);
  const RecoveryStatement recovery{.account = account.account.public_key<AccountKey>(),
                                   .number = 2,
                                   .lookup = keys.lookup,
                                   .token_hash = RecoveryTokenHash(keys.token.Expose()),
                                   .sealed_hash = SealedAccountHash(sealed),
                                   .at_ms = kNowMs};
  const Signed statement = SignRecovery(account.account, recovery);
  REQUIRE(VerifyRecovery(statement, recovery.account).value() == recovery);
  Json json = SignedJson(statement, account.account, Purpose::kRecovery);
  json["secret"] = ToHex(Bytes(CodeSecret::size, '\x5a'));
  json["number"] = recovery.number;
  json["lookup"] = recovery.lookup.hex();
  json["token_hash"] = recovery.token_hash.hex();
  json["sealed_hash"] = recovery.sealed_hash.hex();
  json["at_ms"] = recovery.at_ms;
  json["sealed"] = SealedAccountJson(keys.account, account, sealed);
  return json;
}

// Draws a nonce.
Json LinkJson() {
  const SealedAccount account = VectorAccount();
  const LinkCode code{CodeSecret::From(Hex("000102030405060708090a0b0c0d0e0f"), "").value(),
                      account.practice, account.account.public_key<AccountKey>(), kNowMs,
                      "practice.example:7443"};
  const LinkKeys keys = DeriveLinkKeys(code);
  return {{"secret", ToHex(code.secret.Expose())},
          {"practice", code.practice.hex()},
          {"account", code.account.hex()},
          {"expires_at_ms", code.expires_at_ms},
          {"address", code.address},
          {"text", EncodeLinkCode(code)},
          {"lines", CodeLines(EncodeLinkCode(code))},
          {"lookup", keys.lookup.hex()},
          {"sealed", SealedAccountJson(keys.account, account, SealAccount(keys.account, account))}};
}

Json SuspensionJson(const VectorLists& lists) {
  const Suspension suspension{lists.before.account, lists.third.id, lists.second.id, kNowMs};
  const Signed carried = SignSuspension(lists.second.signing, suspension);
  REQUIRE(VerifySuspension(carried, lists.second.certificate.signing).value() == suspension);
  Json json = SignedJson(carried, lists.second.signing, Purpose::kSuspension);
  json["suspended"] = suspension.suspended.hex();
  json["by"] = suspension.by.hex();
  json["at_ms"] = suspension.at_ms;
  return json;
}

// Draws the ephemeral secret, then a nonce for the key before and for each device.
Json EpochJson(const VectorLists& lists) {
  const auto key = FilledSecret<ArchiveKey>('\x72');
  const auto previous = FilledSecret<ArchiveKey>('\x71');
  const PreSharedKey psk = VectorAccount().account_psk.Clone();
  ArchiveEpoch epoch;
  epoch.account = lists.before.account;
  epoch.epoch = 2;
  epoch.list_version = 2;
  epoch.list_hash = lists.hash;
  epoch.at_ms = kNowMs;
  const std::vector<Device> devices = {{lists.second.id, lists.second.certificate, Hash(), {}},
                                       {lists.third.id, lists.third.certificate, Hash(), {}}};
  REQUIRE(SealArchiveEpoch(epoch, key, previous, psk, devices).ok());
  REQUIRE(OpenArchiveEpoch(epoch, lists.second.id, lists.second.identity.secret, psk).value() ==
          key);
  REQUIRE(OpenArchiveEpoch(epoch, lists.third.id, lists.third.identity.secret, psk).value() == key);
  REQUIRE(OpenPreviousArchiveKey(epoch, key).value() == previous);
  const SigningKey account = FilledSigner('\x11');
  Json json = SignedJson(SignArchiveEpoch(account, epoch), account, Purpose::kArchiveEpoch);
  json["epoch"] = epoch.epoch;
  json["list_version"] = epoch.list_version;
  json["list_hash"] = epoch.list_hash.hex();
  json["at_ms"] = epoch.at_ms;
  json["archive_key"] = ToHex(key.Expose());
  json["account_psk"] = ToHex(psk.Expose());
  json["previous_key"] = ToHex(previous.Expose());
  json["ephemeral"] = epoch.ephemeral.hex();
  json["sealed_previous"] = ToHex(epoch.previous);
  Json sealed = Json::array();
  for (const ArchiveEpoch::ForDevice& one : epoch.devices) {
    sealed.push_back({{"device", one.device.hex()}, {"sealed", ToHex(one.sealed)}});
  }
  json["devices"] = sealed;
  return json;
}

}  // namespace

Json DeviceVectors() {
  const CountedRandomness counted;
  const VectorLists lists;
  Json recovery = RecoveryStatementJson();
  Json link = LinkJson();
  Json epoch = EpochJson(lists);
  return {{"description",
           "Several devices of one account (crypto/PROTOCOL.md, Devices, Recovery code, Linking, "
           "Suspending, Archive)"},
          {"randomness", std::string(kDrawsNote)},
          {"device_set", DeviceSetJson(lists)},
          {"recovery", recovery},
          {"link", link},
          {"archive_epoch", epoch},
          {"suspension", SuspensionJson(lists)}};
}

}  // namespace holdfast::crypto
