// This device's signed prekeys: a new one each week, the secrets kept while a
// first message to them may still arrive.
#pragma once

#include "client/core/outside/task.h"
#include "client/core/people/connection.h"
#include "client/core/vault/context.h"
#include "crypto/x25519.h"

namespace holdfast::client {

// The secrets of the prekeys that are still kept, for a handshake.
class PrekeySecrets {
 public:
  static absl::StatusOr<PrekeySecrets> Load(const VaultReader& reader);
  // For crypto::OwnKeys; valid while this lives and is not moved.
  const crypto::DhSecret* Find(std::uint32_t id) const;

 private:
  std::map<std::uint32_t, crypto::DhSecret> secrets_;
};

// Makes the week's prekey where it is due, forgets those past
// limits::kPrekeyRetentionMs once a newer one is published, and publishes the newest
// where the practice does not have it. The secret is committed before the public half
// leaves. A prekey that is refused for its time holds nothing up: an alarm says it.
Task<absl::Status> KeepPrekeyFresh(Context context, Connection& connection);

}  // namespace holdfast::client
