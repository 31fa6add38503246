// A login: one device to one practice over one TLS key, so that it cannot be
// relayed (crypto/PROTOCOL.md "Login").
#pragma once

#include <cstdint>

#include "crypto/public/device.h"

namespace holdfast::crypto {

struct LoginStatement {
  PracticeKey practice;
  TlsKeyHash tls_key;  // that the device sees on this connection
  AccountKey account;
  DeviceId device;
  LoginNonce nonce;
  std::uint64_t expires_at_ms = 0;
  std::uint64_t vault_generation = 0;  // logins of the device's vault, with this one

  bool operator==(const LoginStatement&) const = default;
};

Bytes EncodeLogin(const LoginStatement& login);
absl::StatusOr<LoginStatement> DecodeLogin(BytesView statement);
Signed SignLogin(const SigningKey& device, const LoginStatement& login);
absl::StatusOr<LoginStatement> VerifyLogin(const Signed& login, const DeviceKey& device);

}  // namespace holdfast::crypto
