// One device of an account, whose every key is fixed, for the vectors of devices and of the
// archive.
#pragma once

#include "crypto/public/device.h"
#include "unit/crypto/vectors_support.h"

namespace holdfast::crypto {

inline constexpr std::string_view kDrawsNote =
    "The n-th draw of randomness in this file, from 1, is n in every byte";

// Of the account whose seed is 11 in every byte; number 1 to 3. The bytes of its keys are
// 0x20, 0x30 and 0x40 and the number.
struct VectorDevice {
  explicit VectorDevice(char number)
      : signing(FilledSigner(static_cast<char>('\x20' + number))),
        identity(FilledPair(static_cast<char>('\x30' + number))),
        prekey(FilledPair(static_cast<char>('\x40' + number))) {
    const SigningKey account = FilledSigner('\x11');
    certificate = {account.public_key<AccountKey>(), signing.public_key<DeviceKey>(), identity.key,
                   kNowMs};
    certified = SignCertificate(account, certificate);
    id = DeviceIdOf(certificate);
  }
  Signed PrekeyOver(std::uint32_t list_version, const Hash& list_hash) const {
    return SignPrekey(signing, Prekey{id, 1, prekey.key, kNowMs, list_version, list_hash});
  }

  SigningKey signing;
  DhPair identity;
  DhPair prekey;
  Certificate certificate;
  Signed certified;
  DeviceId id;
};

}  // namespace holdfast::crypto
