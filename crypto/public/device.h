// An account's devices as others see them: certificates and lists signed by the
// account key, weekly prekeys signed by the device (crypto/PROTOCOL.md "Devices").
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "crypto/public/signature.h"
#include "rules/identifiers.h"

namespace holdfast::crypto {

struct Certificate {
  AccountKey account;
  DeviceKey signing;
  DhKey identity;  // X25519, for sessions
  std::uint64_t created_at_ms = 0;

  bool operator==(const Certificate&) const = default;
};

// First 16 bytes of the domain-separated hash of both public keys.
DeviceId DeviceIdOf(const Certificate& certificate);
Hash CertificateHash(BytesView statement);
Bytes EncodeCertificate(const Certificate& certificate);
absl::StatusOr<Certificate> DecodeCertificate(BytesView statement);
Signed SignCertificate(const SigningKey& account, const Certificate& certificate);
// Decodes and checks the signature against the account key.
absl::StatusOr<Certificate> VerifyCertificate(const Signed& certificate, const AccountKey& account);

struct DeviceList {
  AccountKey account;
  std::uint32_t version = 0;  // from 1, each one more
  Hash previous;              // hash of the list before; zero in version 1
  std::uint64_t issued_at_ms = 0;
  std::vector<DeviceId> devices;  // 1 to limits::kDevicesPerAccountMax, each once

  bool operator==(const DeviceList&) const = default;
};

Hash DeviceListHash(BytesView statement);
Bytes EncodeDeviceList(const DeviceList& list);
absl::StatusOr<DeviceList> DecodeDeviceList(BytesView statement);
Signed SignDeviceList(const SigningKey& account, const DeviceList& list);
absl::StatusOr<DeviceList> VerifyDeviceList(const Signed& list, const AccountKey& account);

struct Prekey {
  DeviceId device;
  std::uint32_t id = 0;  // from 1, increasing
  DhKey key;
  std::uint64_t created_at_ms = 0;
  std::uint32_t list_version = 0;  // the account's newest list, countersigned
  Hash list_hash;

  bool operator==(const Prekey&) const = default;
};

Bytes EncodePrekey(const Prekey& prekey);
absl::StatusOr<Prekey> DecodePrekey(BytesView statement);
Signed SignPrekey(const SigningKey& device, const Prekey& prekey);
absl::StatusOr<Prekey> VerifyPrekey(const Signed& prekey, const DeviceKey& device);

// A device as it stands after all checks.
struct Device {
  DeviceId id;
  Certificate certificate;
  Hash certificate_hash;
  Prekey prekey;
};

// An account's devices, checked against its key: lists consecutive and chained to
// what was known (`known_version` 0 and a zero hash at first), certificates and
// prekeys matching the newest list one by one, prekeys countersigning no other
// list of that version. integrity or malformed_field naming the part.
struct VerifiedDevices {
  AccountKey account;
  std::uint32_t version = 0;
  Hash list_hash;
  std::vector<Device> devices;
};
absl::StatusOr<VerifiedDevices> VerifyDevices(const AccountKey& account,
                                              std::uint32_t known_version, const Hash& known_hash,
                                              const std::vector<Signed>& lists,
                                              const std::vector<Signed>& certificates,
                                              const std::vector<Signed>& prekeys);

}  // namespace holdfast::crypto
