// X3DH (Signal, revision 1) with the weekly signed prekey, without one-time
// prekeys, and with the bond's pre-shared key mixed in
// (crypto/PROTOCOL.md "Session setup").
#pragma once

#include "absl/status/statusor.h"
#include "crypto/x25519.h"

namespace holdfast::crypto {

using SessionSecret = Secret<32, struct SessionSecretTag>;

// IK_A secret, EK_A secret, IK_B, SPK_B. integrity on an all-zero result.
absl::StatusOr<SessionSecret> X3dhInitiate(const DhSecret& own_identity,
                                           const DhSecret& own_ephemeral,
                                           const DhKey& peer_identity, const DhKey& peer_prekey,
                                           const PreSharedKey& psk);
// The responder's side: IK_B secret, SPK_B secret, IK_A, EK_A.
absl::StatusOr<SessionSecret> X3dhRespond(const DhSecret& own_identity, const DhSecret& own_prekey,
                                          const DhKey& peer_identity, const DhKey& peer_ephemeral,
                                          const PreSharedKey& psk);

}  // namespace holdfast::crypto
