// The archive, as the account's devices see it: what a record holds, and how its key comes to
// them (crypto/PROTOCOL.md "Archive").
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "crypto/public/archive_record.h"
#include "crypto/public/device.h"
#include "crypto/public/secret.h"

namespace holdfast::crypto {

using ArchiveKey = Secret<32, struct ArchiveKeyTag>;  // of one epoch

// Padded to a bucket and sealed; the record's sealed_hash is set. too_large beyond the
// largest bucket.
absl::StatusOr<Bytes> SealArchiveRecord(const ArchiveKey& key, ArchiveRecord& record,
                                        BytesView content);
// integrity where these are other bytes than the record names; not_decryptable.
absl::StatusOr<SecretBytes> OpenArchiveRecord(const ArchiveKey& key, const ArchiveRecord& record,
                                              BytesView sealed);

// The epoch's statement, its `account` to `at_ms` set: the new key for each of the devices, and
// the one before under it. The account's pre-shared key keeps it closed to whoever can compute
// what X25519 hides some day.
absl::Status SealArchiveEpoch(ArchiveEpoch& epoch, const ArchiveKey& key,
                              const ArchiveKey& previous, const PreSharedKey& account_psk,
                              const std::vector<Device>& devices);
// For the device whose identity key this is; not_decryptable where it is for none such.
absl::StatusOr<ArchiveKey> OpenArchiveEpoch(const ArchiveEpoch& epoch, const DeviceId& device,
                                            const DhSecret& identity,
                                            const PreSharedKey& account_psk);
absl::StatusOr<ArchiveKey> OpenPreviousArchiveKey(const ArchiveEpoch& epoch, const ArchiveKey& key);

}  // namespace holdfast::crypto
