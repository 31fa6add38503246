// The archive, as the practice sees it: a chain of sealed records that an account's devices
// append to, and the epochs of the key that seals them (crypto/PROTOCOL.md "Archive").
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "crypto/public/signature.h"
#include "rules/identifiers.h"

namespace holdfast::crypto {

// Signed by the device that appends it.
struct ArchiveRecord {
  AccountKey account;
  std::uint64_t number = 0;  // from 1, each one more
  Hash previous;             // ArchiveRecordHash of the one before; zero at 1 and only there
  std::uint32_t epoch = 0;   // of the key, from 1
  DeviceId device;
  std::uint64_t at_ms = 0;
  Hash sealed_hash;  // ArchiveSealedHash of what is sealed

  bool operator==(const ArchiveRecord&) const = default;
};

Hash ArchiveSealedHash(BytesView sealed);
Hash ArchiveRecordHash(BytesView statement);
// All of it but the hash of what is sealed: associated data of that.
Bytes ArchiveRecordFront(const ArchiveRecord& record);
Bytes EncodeArchiveRecord(const ArchiveRecord& record);
absl::StatusOr<ArchiveRecord> DecodeArchiveRecord(BytesView statement);
Signed SignArchiveRecord(const SigningKey& device, const ArchiveRecord& record);
absl::StatusOr<ArchiveRecord> VerifyArchiveRecord(const Signed& record, const DeviceKey& device);

inline constexpr std::size_t kSealedArchiveKeyBytes = 72;  // nonce, key, authenticator

// The next archive key, for the devices that stay, and with it the one before. Signed by the
// account key together with the list that shut a device out.
struct ArchiveEpoch {
  struct ForDevice {
    DeviceId device;
    Bytes sealed;  // kSealedArchiveKeyBytes

    bool operator==(const ForDevice&) const = default;
  };
  AccountKey account;
  std::uint32_t epoch = 0;  // from 2, each one more
  std::uint32_t list_version = 0;
  Hash list_hash;
  std::uint64_t at_ms = 0;
  Bytes previous;  // kSealedArchiveKeyBytes: the key of the epoch before, under the new one
  DhKey ephemeral;
  std::vector<ForDevice> devices;  // 1 to limits::kDevicesPerAccountMax, each once

  bool operator==(const ArchiveEpoch&) const = default;
};

Bytes EncodeArchiveEpoch(const ArchiveEpoch& epoch);
absl::StatusOr<ArchiveEpoch> DecodeArchiveEpoch(BytesView statement);
Signed SignArchiveEpoch(const SigningKey& account, const ArchiveEpoch& epoch);
// Signature, and that it names the account.
absl::StatusOr<ArchiveEpoch> VerifyArchiveEpoch(const Signed& epoch, const AccountKey& account);

}  // namespace holdfast::crypto
