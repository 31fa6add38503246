#include "crypto/public/archive_record.h"

#include <algorithm>

#include "crypto/public/dh_key.h"
#include "crypto/public/hash.h"
#include "crypto/public/statement.h"
#include "rules/limits.h"

namespace holdfast::crypto {

Hash ArchiveSealedHash(BytesView sealed) {
  return DomainHash(Purpose::kArchiveSealedHash, {sealed});
}

Hash ArchiveRecordHash(BytesView statement) {
  return DomainHash(Purpose::kArchiveRecordHash, {statement});
}

Bytes ArchiveRecordFront(const ArchiveRecord& record) {
  return Encoder()
      .U8(limits::kProtocolVersion)
      .Fixed(record.account)
      .U64(record.number)
      .Fixed(record.previous)
      .U32(record.epoch)
      .Fixed(record.device)
      .U64(record.at_ms)
      .Take();
}

Bytes EncodeArchiveRecord(const ArchiveRecord& record) {
  return ArchiveRecordFront(record) + record.sealed_hash.str();
}

absl::StatusOr<ArchiveRecord> DecodeArchiveRecord(BytesView statement) {
  Decoder decoder(statement, "archive_record");
  ArchiveRecord record;
  decoder.Version(limits::kProtocolVersion);
  record.account = decoder.Fixed<AccountKey>("account");
  record.number = decoder.U64("number");
  record.previous = decoder.Fixed<Hash>("previous");
  record.epoch = decoder.U32("epoch");
  record.device = decoder.Fixed<DeviceId>("device");
  record.at_ms = decoder.Time("at_ms");
  record.sealed_hash = decoder.Fixed<Hash>("sealed_hash");
  if (record.number == 0) decoder.Fail("number", "starts at 1");
  if (record.epoch == 0) decoder.Fail("epoch", "starts at 1");
  if ((record.number == 1) != record.previous.is_zero()) {
    decoder.Fail("previous", "must be zero in number 1 and only there");
  }
  HOLDFAST_RETURN_IF_ERROR(decoder.Finish());
  return record;
}

Signed SignArchiveRecord(const SigningKey& device, const ArchiveRecord& record) {
  return SignStatement(device, Purpose::kArchiveRecord, EncodeArchiveRecord(record));
}

absl::StatusOr<ArchiveRecord> VerifyArchiveRecord(const Signed& record, const DeviceKey& device) {
  return VerifyStatement<Purpose::kArchiveRecord>(record, device, DecodeArchiveRecord,
                                                  "archive_record");
}

Bytes EncodeArchiveEpoch(const ArchiveEpoch& epoch) {
  Encoder encoder;
  encoder.U8(limits::kProtocolVersion)
      .Fixed(epoch.account)
      .U32(epoch.epoch)
      .U32(epoch.list_version)
      .Fixed(epoch.list_hash)
      .U64(epoch.at_ms)
      .Raw(epoch.previous)
      .Fixed(epoch.ephemeral)
      .U8(static_cast<std::uint8_t>(epoch.devices.size()));
  for (const ArchiveEpoch::ForDevice& one : epoch.devices) {
    encoder.Fixed(one.device).Raw(one.sealed);
  }
  return encoder.Take();
}

absl::StatusOr<ArchiveEpoch> DecodeArchiveEpoch(BytesView statement) {
  Decoder decoder(statement, "archive_epoch");
  ArchiveEpoch epoch;
  decoder.Version(limits::kProtocolVersion);
  epoch.account = decoder.Fixed<AccountKey>("account");
  epoch.epoch = decoder.U32("epoch");
  epoch.list_version = decoder.U32("list_version");
  epoch.list_hash = decoder.Fixed<Hash>("list_hash");
  epoch.at_ms = decoder.Time("at_ms");
  epoch.previous = decoder.Raw(kSealedArchiveKeyBytes, "previous");
  epoch.ephemeral = decoder.Fixed<DhKey>("ephemeral");
  const std::size_t count = decoder.U8("devices");
  if (epoch.epoch < 2) decoder.Fail("epoch", "starts at 2");
  if (epoch.list_version == 0) decoder.Fail("list_version", "starts at 1");
  if (IsSmallOrder(epoch.ephemeral)) {
    decoder.Fail("ephemeral", "is not a key that a device can have made");
  }
  if (count < 1 || count > limits::kDevicesPerAccountMax) {
    decoder.Fail("devices", "must be 1 to 8");
  }
  for (std::size_t i = 0; i < count && decoder.ok(); ++i) {
    const auto device = decoder.Fixed<DeviceId>("devices");
    if (std::ranges::find(epoch.devices, device, &ArchiveEpoch::ForDevice::device) !=
        epoch.devices.end()) {
      decoder.Fail("devices", "names a device twice");
    }
    epoch.devices.push_back({device, Bytes(decoder.Raw(kSealedArchiveKeyBytes, "devices"))});
  }
  HOLDFAST_RETURN_IF_ERROR(decoder.Finish());
  return epoch;
}

Signed SignArchiveEpoch(const SigningKey& account, const ArchiveEpoch& epoch) {
  return SignStatement(account, Purpose::kArchiveEpoch, EncodeArchiveEpoch(epoch));
}

absl::StatusOr<ArchiveEpoch> VerifyArchiveEpoch(const Signed& epoch, const AccountKey& account) {
  HOLDFAST_ASSIGN_OR_RETURN(
      const ArchiveEpoch stated,
      VerifyStatement<Purpose::kArchiveEpoch>(epoch, account, DecodeArchiveEpoch, "archive_epoch"));
  if (stated.account != account) {
    return Refuse(Reason::kIntegrity, "archive_epoch.account", "names another account");
  }
  return stated;
}

}  // namespace holdfast::crypto
