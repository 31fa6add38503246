#include "crypto/x3dh.h"

#include "crypto/public/hash.h"

namespace holdfast::crypto {
namespace {

// X3DH's F for Curve25519: no encoding of a key can be mistaken for it.
constexpr std::size_t kFillBytes = 32;
constexpr char kFill = '\xff';

SessionSecret Combine(const SharedSecret& identity_prekey, const SharedSecret& ephemeral_identity,
                      const SharedSecret& ephemeral_prekey, const PreSharedKey& psk) {
  Bytes input;
  input.reserve(kFillBytes + 3 * SharedSecret::size + PreSharedKey::size);
  input.append(kFillBytes, kFill);
  input += identity_prekey.Expose();
  input += ephemeral_identity.Expose();
  input += ephemeral_prekey.Expose();
  input += psk.Expose();
  const SecretBytes whole(std::move(input));
  const Bytes salt(SessionSecret::size, '\0');
  const SecretBytes output =
      Hkdf(salt, whole.Expose(), DomainOf(Purpose::kX3dh), SessionSecret::size);
  return SessionSecret::From(output.Expose(), "session").value();
}

}  // namespace

absl::StatusOr<SessionSecret> X3dhInitiate(const DhSecret& own_identity,
                                           const DhSecret& own_ephemeral,
                                           const DhKey& peer_identity, const DhKey& peer_prekey,
                                           const PreSharedKey& psk) {
  HOLDFAST_ASSIGN_OR_RETURN(const SharedSecret identity_prekey,
                            Dh(own_identity, peer_prekey, "prekey.key"));
  HOLDFAST_ASSIGN_OR_RETURN(const SharedSecret ephemeral_identity,
                            Dh(own_ephemeral, peer_identity, "certificate.identity"));
  HOLDFAST_ASSIGN_OR_RETURN(const SharedSecret ephemeral_prekey,
                            Dh(own_ephemeral, peer_prekey, "prekey.key"));
  return Combine(identity_prekey, ephemeral_identity, ephemeral_prekey, psk);
}

absl::StatusOr<SessionSecret> X3dhRespond(const DhSecret& own_identity, const DhSecret& own_prekey,
                                          const DhKey& peer_identity, const DhKey& peer_ephemeral,
                                          const PreSharedKey& psk) {
  HOLDFAST_ASSIGN_OR_RETURN(const SharedSecret identity_prekey,
                            Dh(own_prekey, peer_identity, "certificate.identity"));
  HOLDFAST_ASSIGN_OR_RETURN(const SharedSecret ephemeral_identity,
                            Dh(own_identity, peer_ephemeral, "capsule.ephemeral"));
  HOLDFAST_ASSIGN_OR_RETURN(const SharedSecret ephemeral_prekey,
                            Dh(own_prekey, peer_ephemeral, "capsule.ephemeral"));
  return Combine(identity_prekey, ephemeral_identity, ephemeral_prekey, psk);
}

}  // namespace holdfast::crypto
