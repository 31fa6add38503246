#include "crypto/archive.h"

#include <algorithm>

#include "crypto/aead.h"
#include "crypto/body.h"
#include "crypto/public/hash.h"
#include "crypto/x25519.h"
#include "rules/codec.h"

namespace holdfast::crypto {
namespace {

static_assert(ArchiveKey::size + kAeadOverheadBytes == kSealedArchiveKeyBytes);

ContentKey KeyOfRecord(const ArchiveKey& key, BytesView front) {
  return DeriveSecret<ContentKey>(key.Expose(), Purpose::kArchiveContent, front);
}

WrapKey KeyForDevice(const ArchiveEpoch& epoch, const SharedSecret& shared,
                     const PreSharedKey& account_psk, const DeviceId& device) {
  const SecretBytes input(Encoder()
                              .Reserve(SharedSecret::size + PreSharedKey::size)
                              .Raw(shared.Expose())
                              .Raw(account_psk.Expose())
                              .Take());
  const Bytes context = Encoder()
                            .Fixed(epoch.account)
                            .U32(epoch.epoch)
                            .Fixed(epoch.list_hash)
                            .Fixed(epoch.ephemeral)
                            .Fixed(device)
                            .Take();
  return DeriveSecret<WrapKey>(input.Expose(), Purpose::kArchiveForDevice, context);
}

WrapKey KeyForPrevious(const ArchiveEpoch& epoch, const ArchiveKey& key) {
  const Bytes context = Encoder().Fixed(epoch.account).U32(epoch.epoch).Take();
  return DeriveSecret<WrapKey>(key.Expose(), Purpose::kArchivePrevious, context);
}

absl::StatusOr<ArchiveKey> OpenKey(const WrapKey& wrap, BytesView sealed, std::string_view field) {
  HOLDFAST_ASSIGN_OR_RETURN(const SecretBytes opened,
                            AeadOpen(wrap, sealed, AssociatedData{}, field));
  return ArchiveKey::From(opened.Expose(), field);
}

}  // namespace

absl::StatusOr<Bytes> SealArchiveRecord(const ArchiveKey& key, ArchiveRecord& record,
                                        BytesView content) {
  const Bytes front = ArchiveRecordFront(record);
  HOLDFAST_ASSIGN_OR_RETURN(Bytes sealed, SealBody(KeyOfRecord(key, front), front, content));
  record.sealed_hash = ArchiveSealedHash(sealed);
  return sealed;
}

absl::StatusOr<SecretBytes> OpenArchiveRecord(const ArchiveKey& key, const ArchiveRecord& record,
                                              BytesView sealed) {
  if (ArchiveSealedHash(sealed) != record.sealed_hash) {
    return Refuse(Reason::kIntegrity, "archive_record.sealed", "is not what was signed for");
  }
  const Bytes front = ArchiveRecordFront(record);
  HOLDFAST_ASSIGN_OR_RETURN(Bytes content, OpenBody(KeyOfRecord(key, front), front, sealed));
  return SecretBytes(std::move(content));
}

absl::Status SealArchiveEpoch(ArchiveEpoch& epoch, const ArchiveKey& key,
                              const ArchiveKey& previous, const PreSharedKey& account_psk,
                              const std::vector<Device>& devices) {
  const DhPair ephemeral = GenerateDhPair();
  epoch.ephemeral = ephemeral.key;
  epoch.previous = AeadSeal(KeyForPrevious(epoch, key), previous.Expose(), AssociatedData{});
  epoch.devices.clear();
  for (const Device& device : devices) {
    HOLDFAST_ASSIGN_OR_RETURN(
        const SharedSecret shared,
        Dh(ephemeral.secret, device.certificate.identity, "certificate.identity"));
    epoch.devices.push_back(
        {device.id, AeadSeal(KeyForDevice(epoch, shared, account_psk, device.id), key.Expose(),
                             AssociatedData{})});
  }
  return absl::OkStatus();
}

absl::StatusOr<ArchiveKey> OpenArchiveEpoch(const ArchiveEpoch& epoch, const DeviceId& device,
                                            const DhSecret& identity,
                                            const PreSharedKey& account_psk) {
  const auto mine = std::ranges::find(epoch.devices, device, &ArchiveEpoch::ForDevice::device);
  if (mine == epoch.devices.end()) {
    return Refuse(Reason::kNotDecryptable, "archive_epoch.devices", "leave this device out");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const SharedSecret shared,
                            Dh(identity, epoch.ephemeral, "archive_epoch.ephemeral"));
  return OpenKey(KeyForDevice(epoch, shared, account_psk, device), mine->sealed,
                 "archive_epoch.devices");
}

absl::StatusOr<ArchiveKey> OpenPreviousArchiveKey(const ArchiveEpoch& epoch,
                                                  const ArchiveKey& key) {
  return OpenKey(KeyForPrevious(epoch, key), epoch.previous, "archive_epoch.previous");
}

}  // namespace holdfast::crypto
