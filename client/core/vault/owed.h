// Own messages that a reply is owed to.
#pragma once

#include "client/core/vault/vault.pb.h"

namespace holdfast::client {

// Whether a reply was asked for, and none is here. The sealed bytes of one that the
// practice promised a reply to stay until then, though it has arrived: a restored copy of
// the practice's store knows nothing of the promise, and makes it again when they are
// offered again.
inline bool WaitsForReply(const vault::Message& message) {
  return message.mine() && message.reply_owed() && message.answered_ms() == 0;
}

}  // namespace holdfast::client
