// How the vectors' inputs are chosen: fixed secrets, and randomness whose n-th
// draw is n in every byte.
#pragma once

#include "unit/crypto/support.h"
#include "unit/crypto/vectors.h"

namespace holdfast::crypto {

// While this lives, the n-th draw of randomness (from 1) fills all its bytes with
// the value n.
class CountedRandomness {
 public:
  CountedRandomness();
  ~CountedRandomness();
  CountedRandomness(const CountedRandomness&) = delete;
  CountedRandomness& operator=(const CountedRandomness&) = delete;
};

template <class SecretType>
SecretType FilledSecret(char byte) {
  return SecretType::From(Bytes(SecretType::size, byte), "test").value();
}

inline SigningKey FilledSigner(char byte) { return SigningKey(FilledSecret<SigningSeed>(byte)); }

inline DhPair FilledPair(char byte) {
  DhSecret secret = FilledSecret<DhSecret>(byte);
  const DhKey key = DhPublic(secret);
  return {std::move(secret), key};
}

// The statement, its signature, and whose it is.
inline Json SignedJson(const Signed& carried, const SigningKey& signer, Purpose purpose) {
  return {{"purpose", std::string(DomainOf(purpose))},
          {"signer_seed", ToHex(signer.seed().Expose())},
          {"signer_key", signer.public_key<DeviceKey>().hex()},
          {"statement", ToHex(carried.statement)},
          {"signature", ToHex(carried.signature)}};
}

}  // namespace holdfast::crypto
