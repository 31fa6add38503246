#include "crypto/public/device.h"

#include <algorithm>

#include "crypto/public/dh_key.h"
#include "crypto/public/hash.h"
#include "crypto/public/statement.h"
#include "rules/limits.h"

namespace holdfast::crypto {
namespace {

void CheckDhKey(Decoder& decoder, const DhKey& key, std::string_view field) {
  if (IsSmallOrder(key)) decoder.Fail(field, "is not a key that a device can have made");
}

}  // namespace

DeviceId DeviceIdOf(const Certificate& certificate) {
  const Hash hash =
      DomainHash(Purpose::kDeviceId, {certificate.signing.view(), certificate.identity.view()});
  return DeviceId::From(hash.view().substr(0, DeviceId::size), "device").value();
}

Hash CertificateHash(BytesView statement) {
  return DomainHash(Purpose::kCertificateHash, {statement});
}

Bytes EncodeCertificate(const Certificate& certificate) {
  return Encoder()
      .U8(limits::kProtocolVersion)
      .Fixed(certificate.account)
      .Fixed(certificate.signing)
      .Fixed(certificate.identity)
      .U64(certificate.created_at_ms)
      .Take();
}

absl::StatusOr<Certificate> DecodeCertificate(BytesView statement) {
  Decoder decoder(statement, "certificate");
  Certificate certificate;
  decoder.Version(limits::kProtocolVersion);
  certificate.account = decoder.Fixed<AccountKey>("account");
  certificate.signing = decoder.Fixed<DeviceKey>("signing");
  certificate.identity = decoder.Fixed<DhKey>("identity");
  certificate.created_at_ms = decoder.Time("created_at_ms");
  CheckDhKey(decoder, certificate.identity, "identity");
  HOLDFAST_RETURN_IF_ERROR(decoder.Finish());
  return certificate;
}

Signed SignCertificate(const SigningKey& account, const Certificate& certificate) {
  return SignStatement(account, Purpose::kCertificate, EncodeCertificate(certificate));
}

absl::StatusOr<Certificate> VerifyCertificate(const Signed& certificate,
                                              const AccountKey& account) {
  HOLDFAST_ASSIGN_OR_RETURN(const Certificate stated,
                            VerifyStatement<Purpose::kCertificate>(
                                certificate, account, DecodeCertificate, "certificate"));
  if (stated.account != account) {
    return Refuse(Reason::kIntegrity, "certificate.account", "names another account");
  }
  return stated;
}

Hash DeviceListHash(BytesView statement) {
  return DomainHash(Purpose::kDeviceListHash, {statement});
}

Bytes EncodeDeviceList(const DeviceList& list) {
  Encoder encoder;
  encoder.U8(limits::kProtocolVersion)
      .Fixed(list.account)
      .U32(list.version)
      .Fixed(list.previous)
      .U64(list.issued_at_ms)
      .U8(static_cast<std::uint8_t>(list.devices.size()));
  for (const DeviceId& device : list.devices) encoder.Fixed(device);
  return encoder.Take();
}

absl::StatusOr<DeviceList> DecodeDeviceList(BytesView statement) {
  Decoder decoder(statement, "device_list");
  DeviceList list;
  decoder.Version(limits::kProtocolVersion);
  list.account = decoder.Fixed<AccountKey>("account");
  list.version = decoder.U32("version");
  list.previous = decoder.Fixed<Hash>("previous");
  list.issued_at_ms = decoder.U64("issued_at_ms");
  const std::size_t count = decoder.U8("devices");
  if (list.version == 0) decoder.Fail("version", "starts at 1");
  if ((list.version == 1) != list.previous.is_zero()) {
    decoder.Fail("previous", "must be zero in version 1 and only there");
  }
  decoder.CheckTime(list.issued_at_ms, "issued_at_ms");
  if (count < 1 || count > limits::kDevicesPerAccountMax) {
    decoder.Fail("devices", "must be 1 to 8");
  } else {
    for (std::size_t i = 0; i < count; ++i) {
      const auto device = decoder.Fixed<DeviceId>("devices");
      if (std::ranges::find(list.devices, device) != list.devices.end()) {
        decoder.Fail("devices", "names a device twice");
      }
      list.devices.push_back(device);
    }
  }
  HOLDFAST_RETURN_IF_ERROR(decoder.Finish());
  return list;
}

Signed SignDeviceList(const SigningKey& account, const DeviceList& list) {
  return SignStatement(account, Purpose::kDeviceList, EncodeDeviceList(list));
}

absl::StatusOr<DeviceList> VerifyDeviceList(const Signed& list, const AccountKey& account) {
  HOLDFAST_ASSIGN_OR_RETURN(
      const DeviceList stated,
      VerifyStatement<Purpose::kDeviceList>(list, account, DecodeDeviceList, "device_list"));
  if (stated.account != account) {
    return Refuse(Reason::kIntegrity, "device_list.account", "names another account");
  }
  return stated;
}

Bytes EncodePrekey(const Prekey& prekey) {
  return Encoder()
      .U8(limits::kProtocolVersion)
      .Fixed(prekey.device)
      .U32(prekey.id)
      .Fixed(prekey.key)
      .U64(prekey.created_at_ms)
      .U32(prekey.list_version)
      .Fixed(prekey.list_hash)
      .Take();
}

absl::StatusOr<Prekey> DecodePrekey(BytesView statement) {
  Decoder decoder(statement, "prekey");
  Prekey prekey;
  decoder.Version(limits::kProtocolVersion);
  prekey.device = decoder.Fixed<DeviceId>("device");
  prekey.id = decoder.U32("id");
  prekey.key = decoder.Fixed<DhKey>("key");
  prekey.created_at_ms = decoder.U64("created_at_ms");
  prekey.list_version = decoder.U32("list_version");
  prekey.list_hash = decoder.Fixed<Hash>("list_hash");
  if (prekey.id == 0) decoder.Fail("id", "starts at 1");
  if (prekey.list_version == 0) decoder.Fail("list_version", "starts at 1");
  decoder.CheckTime(prekey.created_at_ms, "created_at_ms");
  CheckDhKey(decoder, prekey.key, "key");
  HOLDFAST_RETURN_IF_ERROR(decoder.Finish());
  return prekey;
}

Signed SignPrekey(const SigningKey& device, const Prekey& prekey) {
  return SignStatement(device, Purpose::kPrekey, EncodePrekey(prekey));
}

absl::StatusOr<Prekey> VerifyPrekey(const Signed& prekey, const DeviceKey& device) {
  return VerifyStatement<Purpose::kPrekey>(prekey, device, DecodePrekey, "prekey");
}

}  // namespace holdfast::crypto
